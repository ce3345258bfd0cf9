import CSimdJSON
import Glibc
import Streams

/// Reads documents from the rows of a Parquet file, page by page, in bounded memory.
///
///     let reader = try ParquetReader("docs.parquet")
///     var batch = DocumentBatch()
///     while try reader.fill(&batch, targetTextBytes: 4_000_000) { work(on: batch) }
///
/// The columns named by ``ReadingOptions/fields`` fill the document; all other columns outside lists
/// and maps become members of its other fields. A damaged page loses the rest of its row group, which
/// is reported with the number of its rows, and reading goes on with the next one.
public final class ParquetReader: DocumentReader {
  /// How the file is named in ids and problems.
  public let name: String
  public private(set) var problems = ReadingProblems()
  /// Documents handed out so far.
  public private(set) var documentCount = 0
  /// Rows that damage has taken.
  public private(set) var lostRowCount = 0
  /// Row groups of the file.
  public let rowGroupCount: Int

  private let metadata: ParquetMetadata
  private let fields: ParquetFields
  /// Of every column that is read.
  private let cursors: [ColumnCursor]
  private let documentLimit: Int
  private let defaultSource: [UInt8]
  /// Row groups to read, and the next of them.
  private let rowGroups: Range<Int>
  private var nextGroup: Int
  /// Rows to read in row groups that are not open yet, at most.
  private var rowsLeft: Int
  /// The row in the file where each row group starts, from 0.
  private let firstRows: [Int]
  /// Rows of the open row group, and how many of them are done.
  private var groupRows = 0
  private var groupRow = 0
  private let values: ParquetRow

  /// Opens a file and reads its footer.
  /// - Parameters:
  ///   - name: how ids and problems call it; the path by default.
  ///   - rowGroups: which row groups to read, from 0; all by default. Row numbers stay those of the
  ///     file.
  /// - Throws: a fault where the file is not Parquet, its footer makes no sense, or it has no text.
  public convenience init(
    _ path: String, name: String? = nil, options: ReadingOptions = ReadingOptions(),
    rowGroups: Range<Int>? = nil
  ) throws {
    try self.init(
      RandomAccessBytes(path: path), name: name ?? path, options: options, rowGroups: rowGroups)
  }

  /// Reads a whole file that is in memory.
  public convenience init(
    bytes: [UInt8], name: String, options: ReadingOptions = ReadingOptions()
  ) throws {
    try self.init(RandomAccessBytes(bytes), name: name, options: options)
  }

  /// Takes a stream into memory, because a Parquet file is read from its end, and reads it there.
  /// - Throws: a fault also where it is larger than a document may be.
  public convenience init(
    _ source: any ByteSource, name: String, options: ReadingOptions = ReadingOptions()
  ) throws {
    var bytes: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = try source.read(into: piece)
      if count == 0 { break }
      guard count <= options.documentLimit - bytes.count else {
        throw Fault(
          .input, "'\(name)' is too large to be read inside another file", at: name,
          expected: "at most \(options.documentLimit) bytes", hint: "unpack it first")
      }
      bytes.append(contentsOf: piece[..<count])
    }
    try self.init(bytes: bytes, name: name, options: options)
  }

  /// - Parameter rowLimit: rows after which the file seems to end.
  package init(
    _ file: RandomAccessBytes, name: String, options: ReadingOptions,
    rowGroups: Range<Int>? = nil, rowLimit: Int = .max
  ) throws {
    self.name = name
    rowsLeft = rowLimit
    let metadata = try ParquetMetadata(file, name: name)
    let decompressor = BlockDecompressor()
    let pageLimit = options.documentLimit.multipliedReportingOverflow(by: 2)
    fields = try ParquetFields(metadata, options, name: name) { column, type in
      ColumnCursor(
        column, type, file, decompressor,
        pageLimit: pageLimit.overflow ? Int.max : pageLimit.partialValue)
    }
    cursors = fields.all.map(\.cursor)
    self.metadata = metadata
    documentLimit = options.documentLimit
    defaultSource = Array(options.defaultSource.utf8)
    values = try ParquetRow()
    rowGroupCount = metadata.rowGroups.count
    self.rowGroups = (rowGroups ?? 0..<rowGroupCount).clamped(to: 0..<rowGroupCount)
    nextGroup = self.rowGroups.lowerBound
    var rows = 0
    firstRows = metadata.rowGroups.map { group in
      defer { rows += group.rowCount }
      return rows
    }
    if nextGroup == 0 { reportFooter(rows) }
  }

  /// Bytes on disk of each row group, so that tasks can share them out.
  public static func rowGroupByteCounts(of path: String) throws -> [Int] {
    try ParquetMetadata(RandomAccessBytes(path: path), name: path).rowGroups.map(\.byteCount)
  }

  /// What is said once a file, whoever reads its other row groups.
  private func reportFooter(_ rows: Int) {
    for reason in fields.passedOver { problems.passOver(reason) }
    if rows != metadata.rowCount { problems.addWrongRowCount(metadata, rows, file: name) }
  }

  /// Empties the batch and fills it with the next documents, until their texts have
  /// `targetTextBytes` bytes.
  /// - Returns: false where nothing is left.
  public func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    batch.removeAll()
    while batch.textByteCount < targetTextBytes, batch.count < 1 << 20 {
      if groupRow == groupRows {
        guard openGroup() else { break }
        continue
      }
      do {
        try readRow(into: &batch)
      } catch {
        lose(error)
      }
    }
    documentCount += batch.count
    return !batch.isEmpty
  }

  // MARK: Rows

  private func readRow(into batch: inout DocumentBatch) throws {
    let nulls = try fields.text.cursor.nullsAhead()
    if nulls > 0 {
      for cursor in cursors { try cursor.skip(nulls) }
      problems.add(problem(.missingText, ParquetReader.noText), times: nulls)
      groupRow += nulls
      return
    }
    for cursor in cursors { try cursor.next() }
    defer { groupRow += 1 }
    let cursor = fields.text.cursor
    guard cursor.isPresent else { return add(.missingText, ParquetReader.noText) }
    let text = cursor.bytes
    guard text.count > 0 else { return add(.emptyDocument, "the text of a document is empty") }
    guard text.count <= documentLimit else {
      return add(.tooLarge, "a document is longer than \(documentLimit) bytes")
    }
    guard PlainText.isUTF8(text) else { return add(.invalidUTF8, "the text is not UTF-8") }
    guard let row = values.read(fields) else {
      return add(.invalidUTF8, "the column '\(values.invalidColumn)' of a row is not UTF-8")
    }
    if values.notes != 0 { note(values.notes) }
    if let base = text.baseAddress, memchr(base, 0, text.count) != nil {
      add(.nulCharacter, "the text has a NUL character")
    }
    defaultSource.withUnsafeBytes { defaultSource in
      withId(row.id) { id in
        batch.append(
          id: id, text: text, source: row.source.isEmpty ? defaultSource : row.source,
          url: row.url, metadata: row.metadata, carriedAttributes: row.attributes,
          otherFields: row.members)
      }
    }
  }

  private func note(_ notes: UInt32) {
    if notes & JSON_DUPLICATE_KEY.rawValue != 0 {
      add(.duplicateKey, "a key comes twice in one object; its last value counts")
    }
    if notes & JSON_INEXACT_NUMBER.rawValue != 0 {
      add(.inexactNumber, "a number is past what most readers hold; its digits stay as they are")
    }
  }

  private static let noText = "a row has no text"

  private func withId(
    _ id: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    if !id.isEmpty { return body(id) }
    var made = "\(name):\(rowNumber)"
    made.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }

  private func problem(_ kind: ReadingProblem.Kind, _ message: String) -> ReadingProblem {
    ReadingProblem(kind, file: name, record: rowNumber, message: message)
  }

  private func add(_ kind: ReadingProblem.Kind, _ message: String) {
    problems.add(problem(kind, message))
  }

  // MARK: Row groups

  /// Opens the next row group.
  /// - Returns: false where there is none.
  private func openGroup() -> Bool {
    guard nextGroup < rowGroups.upperBound, rowsLeft > 0 else { return false }
    let group = metadata.rowGroups[nextGroup]
    nextGroup += 1
    (groupRows, groupRow) = (min(group.rowCount, rowsLeft), 0)
    rowsLeft -= groupRows
    do {
      for field in fields.all {
        try field.cursor.open(group.chunks[field.index], rowCount: group.rowCount)
      }
    } catch {
      lose(error)
    }
    return true
  }

  /// The rest of the row group cannot be read.
  private func lose(_ error: any Error) {
    let cursor = cursors.first(where: \.hasFailed) ?? fields.text.cursor
    let lost = groupRows - groupRow
    problems.addLoss(
      error, rows: lost, group: nextGroup - 1, column: cursor.column.path, offset: cursor.offset,
      file: name, record: rowNumber)
    lostRowCount += lost
    groupRow = groupRows
  }

  /// Of the row that is being read, in the file, from 1.
  private var rowNumber: Int { firstRows[nextGroup - 1] + groupRow + 1 }
}
