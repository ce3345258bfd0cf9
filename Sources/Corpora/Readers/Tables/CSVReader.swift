import Glibc
import Runs
import Streams

/// Reads documents from comma-separated or tab-separated values, one a row, in bounded memory. The
/// header names the columns; those that are no field of a document are kept as strings in
/// `otherFields`; one that is called as a document's own field (`text`, where another column was asked
/// for) gets `input_` in front. A row that cannot be read is reported with its number and byte offset, and reading
/// goes on behind it.
///
///     let reader = try CSVReader(
///       InputFile.open("docs.csv.gz"), name: "docs.csv.gz", options: ReadingOptions(),
///       separator: UInt8(ascii: ","))
///
/// Rows are counted from 1 behind the header. A document without an id is named `NAME:ROW`. A
/// `metadata` or `attributes` cell that holds a JSON object is taken as it is.
public final class CSVReader: DocumentReader {
  /// How the table is named in ids and problems.
  public let name: String
  public private(set) var problems = ReadingProblems()
  /// Rows so far, the broken ones too; neither the header nor empty lines.
  public private(set) var rowCount = 0
  public private(set) var blankLineCount = 0
  /// Documents handed out so far.
  public private(set) var documentCount = 0
  /// The columns' names; one that comes again has `_duplicated_0`, `_duplicated_1`, … behind it.
  public let header: [String]

  /// Bytes of the table so far, after decompression.
  public var byteCount: Int { records.byteCount }

  private let records: DelimitedRecords
  private let columns: TableColumns
  private let recordLimit: Int
  private let defaultSource: [UInt8]
  private var isAtEnd = false

  /// - Parameters:
  ///   - source: decompressed.
  ///   - name: how ids and problems call it.
  ///   - separator: a comma, a tab, a semicolon.
  /// - Throws: a `Fault` of the input where the header cannot be read or has no column for the text.
  public init(
    _ source: any ByteSource, name: String, options: ReadingOptions = ReadingOptions(),
    separator: UInt8 = UInt8(ascii: ",")
  ) throws {
    self.name = name
    recordLimit = options.documentLimit
    defaultSource = Array(options.defaultSource.utf8)
    records = DelimitedRecords(
      source, separator: separator, recordLimit: options.documentLimit,
      fieldLimit: TableColumns.limit)
    header = try TableColumns.header(records, name: name)
    columns = try TableColumns(header, fields: options.fields, name: name)
  }

  public func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    batch.removeAll()
    var others = JSONBuffer()
    while !isAtEnd, batch.textByteCount < targetTextBytes, batch.count < 1 << 20 {
      do {
        switch try records.next() {
        case .record(let record): read(record, into: &batch, &others)
        case .tooLarge:
          rowCount += 1
          add(.tooLarge, "a row is longer than \(recordLimit) bytes")
        case .openQuote:
          rowCount += 1
          add(.malformedRecord, "a quote is not closed: the row takes the rest of the table")
          isAtEnd = true
        case .end: isAtEnd = true
        }
      } catch let fault as Fault {
        isAtEnd = true
        problems.add(
          fault, file: name, damaged: true, record: rowCount + 1, offset: records.byteCount)
      }
    }
    return !batch.isEmpty
  }

  private func read(
    _ record: DelimitedRecord, into batch: inout DocumentBatch, _ others: inout JSONBuffer
  ) {
    if record.isBlank {
      blankLineCount += 1
      return
    }
    rowCount += 1
    guard record.fieldCount == columns.count else {
      let fields = record.fieldCount == 1 ? "1 field" : "\(record.fieldCount) fields"
      return add(.malformedRecord, "a row has \(fields), the header \(columns.count)")
    }
    guard PlainText.isUTF8(record.bytes) else {
      return add(.invalidUTF8, "a row is not UTF-8")
    }
    let text = record.field(columns.text)
    guard text.count > 0, let bytes = text.baseAddress else {
      return add(.emptyDocument, "the text of a document is empty")
    }
    if memchr(bytes, 0, text.count) != nil {
      add(.nulCharacter, "the text has a NUL character")
    }
    var (metadata, attributes) = (CSVReader.nothing, CSVReader.nothing)
    Self.collectOthers(record, columns, into: &others, &metadata, &attributes)
    let (given, source) = (cell(columns.id, record), cell(columns.source, record))
    documentCount += 1
    defaultSource.withUnsafeBytes { defaultSource in
      withId(given) { id in
        batch.append(
          id: id, text: text, source: source.isEmpty ? defaultSource : source,
          url: cell(columns.url, record), metadata: metadata, carriedAttributes: attributes,
          otherFields: others.contents)
      }
    }
  }

  private static var nothing: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: nil, count: 0)
  }

  private func cell(_ column: Int?, _ record: DelimitedRecord) -> UnsafeRawBufferPointer {
    column.map(record.field) ?? CSVReader.nothing
  }

  /// The columns that are no text of a document, with one access to the buffer for all of them.
  private static func collectOthers(
    _ record: DelimitedRecord, _ columns: TableColumns, into others: inout JSONBuffer,
    _ metadata: inout UnsafeRawBufferPointer, _ attributes: inout UnsafeRawBufferPointer
  ) {
    others.removeAll()
    columns.keys.bytes.withUnsafeBytes { keys in
      for index in 0..<columns.others.count {
        let range = columns.keys.offsets[index]..<columns.keys.offsets[index + 1]
        others.append(
          member: UnsafeRawBufferPointer(rebasing: keys[range]),
          string: record.field(columns.others[index]))
      }
    }
    if let column = columns.metadata {
      metadata = object(column, record.field(column.index), &others)
    }
    if let column = columns.attributes {
      attributes = object(column, record.field(column.index), &others)
    }
  }

  /// The object in a cell; a cell that holds none becomes another field.
  private static func object(
    _ column: TableColumns.Object, _ cell: UnsafeRawBufferPointer, _ others: inout JSONBuffer
  ) -> UnsafeRawBufferPointer {
    if cell.isEmpty { return nothing }
    if let object = column.cells.object(in: cell) { return object }
    column.key.withUnsafeBytes { others.append(member: $0, string: cell) }
    return nothing
  }

  private func withId(_ given: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
    if !given.isEmpty { return body(given) }
    var made = "\(name):\(rowCount)"
    made.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }

  private func add(_ kind: ReadingProblem.Kind, _ message: String) {
    problems.add(
      ReadingProblem(
        kind, file: name, record: rowCount, offset: records.offset, message: message))
  }
}
