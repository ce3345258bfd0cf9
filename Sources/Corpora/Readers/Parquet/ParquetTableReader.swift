import Runs
import Streams

/// Reads every column of a Parquet file, row by row, as JSON values; those inside lists too.
///
///     let reader = try ParquetTableReader(file, name: "test.parquet")
///     while let row = reader.next() { for (name, value) in zip(reader.columns, row) { … } }
///
/// The value of a column inside a list is an array of its elements; where lists lie in lists, of the
/// elements of all of them, in order. Lists that are null or empty give an empty array.
///
/// A damaged page loses the rest of its row group, as with ``ParquetReader``.
package final class ParquetTableReader {
  /// The columns that are read, in the order of the file: paths as people see them, without the names
  /// that the format gives the insides of lists. `choices.text` is the column `text` of the group
  /// `choices`, whichever of them is a list.
  package let columns: [String]
  package private(set) var problems = ReadingProblems()
  /// Of the row that `next` gave last, in the file, from 1.
  package private(set) var row = 0

  private struct Column {
    let cursor: ColumnCursor
    let format: ParquetValueFormat
    /// The place of the column in the file.
    let index: Int
    var isList: Bool { cursor.column.repeatedLevel > 0 }
  }

  private let name: String
  private let metadata: ParquetMetadata
  private let table: [Column]
  private let byteLimit: Int
  /// The next row group, its first row, and rows of the open one.
  private var nextGroup = 0
  private var firstRow = 0
  private var groupRows = 0
  private var groupRow = 0
  /// Whether the open row group cannot be read further.
  private var isLost = false
  /// The column that is being read.
  private var current = 0

  /// Elements that a row may have in one column: a few bytes may claim billions.
  private static let elementLimit = 1 << 20

  /// - Parameter byteLimit: bytes that one row may have in one column.
  /// - Throws: an input fault where the file is not Parquet or its footer makes no sense.
  package init(
    _ file: RandomAccessBytes, name: String, byteLimit: Int = ReadingOptions().documentLimit
  ) throws {
    self.name = name
    self.byteLimit = byteLimit
    let metadata = try ParquetMetadata(file, name: name)
    let decompressor = BlockDecompressor()
    let pageLimit = byteLimit.multipliedReportingOverflow(by: 2)
    var columns: [String] = []
    var table: [Column] = []
    var known: Set<String> = []
    for (index, column) in metadata.columns.enumerated() {
      let path = column.valuePath
      guard let type = column.type, type != .fixed || column.byteWidth > 0 else {
        problems.passOver("column \(path) of an unknown type")
        continue
      }
      guard known.insert(path).inserted else {
        problems.passOver("second column \(path)")
        continue
      }
      let cursor = ColumnCursor(
        column, type, file, decompressor,
        pageLimit: pageLimit.overflow ? Int.max : pageLimit.partialValue)
      columns.append(path)
      table.append(
        Column(cursor: cursor, format: ParquetValueFormat(column, type), index: index))
    }
    self.metadata = metadata
    self.columns = columns
    self.table = table
    let rows = metadata.rowGroups.reduce(0) { $0 + $1.rowCount }
    if rows != metadata.rowCount { problems.addWrongRowCount(metadata, rows, file: name) }
  }

  /// The next row, a value a column; nil where nothing is left.
  package func next() -> [JSONValue]? {
    while true {
      guard groupRow < groupRows else {
        guard openGroup() else { return nil }
        continue
      }
      do {
        var values: [JSONValue] = []
        values.reserveCapacity(table.count)
        for (place, column) in table.enumerated() {
          current = place
          values.append(try column.isList ? list(column) : value(column))
        }
        groupRow += 1
        row = firstRow + groupRow
        return values
      } catch {
        lose(error)
      }
    }
  }

  // MARK: Values

  private func value(_ column: Column) throws -> JSONValue {
    try column.cursor.next()
    return scalar(column)
  }

  private func list(_ column: Column) throws -> JSONValue {
    let cursor = column.cursor
    try cursor.next()
    guard cursor.startsRow else { throw ParquetDamage("a row group begins inside a list") }
    var elements: [JSONValue] = []
    var (entries, bytes) = (1, 0)
    while true {
      if cursor.isElement {
        if cursor.isPresent, cursor.block.isBytes { bytes += cursor.bytes.count }
        elements.append(scalar(column))
      }
      guard try cursor.continuesRow() else { return .array(elements) }
      entries += 1
      guard entries <= Self.elementLimit, bytes <= byteLimit else {
        throw ParquetDamage(
          "a row has more than \(Self.elementLimit) elements or \(byteLimit) bytes in lists",
          .tooLarge)
      }
      try cursor.next()
    }
  }

  /// The value of the entry at which the cursor is.
  private func scalar(_ column: Column) -> JSONValue {
    let cursor = column.cursor
    guard cursor.isPresent else { return .null }
    switch column.format {
    case .string:
      return text(column).map { .string($0) } ?? notUTF8(column)
    case .json:
      guard let text = text(column) else { return notUTF8(column) }
      return (try? JSONValue(parsing: Array(text.utf8), path: name)) ?? .string(text)
    case .hexadecimal where cursor.block.isBytes:
      // Old writers do not say that their byte strings are text.
      if let text = text(column) { return .string(text) }
    default: break
    }
    guard let text = column.format.text(cursor.block, cursor.row) else { return .null }
    if column.format.isQuoted { return .string(text) }
    if column.format == .boolean { return .bool(text == "true") }
    return Int(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .null
  }

  /// The bytes as text; nil where they are not UTF-8.
  private func text(_ column: Column) -> String? {
    let bytes = column.cursor.bytes
    return PlainText.isUTF8(bytes) ? String(decoding: bytes, as: UTF8.self) : nil
  }

  private func notUTF8(_ column: Column) -> JSONValue {
    problems.add(
      ReadingProblem(
        .invalidUTF8, file: name, record: firstRow + groupRow + 1,
        message: "the column '\(column.cursor.column.valuePath)' of a row is not UTF-8"))
    return .null
  }

  // MARK: Row groups

  private func openGroup() -> Bool {
    reportRest()
    firstRow += groupRows
    (groupRow, groupRows) = (0, 0)
    guard nextGroup < metadata.rowGroups.count else { return false }
    let group = metadata.rowGroups[nextGroup]
    nextGroup += 1
    groupRows = group.rowCount
    isLost = false
    do {
      for (place, column) in table.enumerated() {
        current = place
        try column.cursor.open(group.chunks[column.index], rowCount: group.rowCount)
      }
    } catch {
      lose(error)
    }
    return true
  }

  /// Says where a column of lists goes on behind the last row of its group.
  private func reportRest() {
    guard nextGroup > 0, !isLost else { return }
    isLost = true
    for column in table where column.isList && !column.cursor.isAtEnd {
      problems.add(
        ReadingProblem(
          .damagedFile, file: name, offset: column.cursor.offset,
          message: "row group \(nextGroup - 1), column '\(column.cursor.column.valuePath)': it has "
            + "more rows than the row group"))
    }
  }

  private func lose(_ error: any Error) {
    let cursor = table[current].cursor
    problems.addLoss(
      error, rows: groupRows - groupRow, group: nextGroup - 1, column: cursor.column.valuePath,
      offset: cursor.offset, file: name, record: firstRow + groupRow + 1)
    groupRow = groupRows
    isLost = true
  }
}
