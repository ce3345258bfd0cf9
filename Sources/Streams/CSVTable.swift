/// A small table of comma-separated values with a header line, as RFC 4180 describes it.
public struct CSVTable: Sendable {
  public struct Row: Sendable, Equatable {
    /// One for each column of the header.
    public var fields: [String]
    /// Where the row begins in the file, from 1.
    public var line: Int
  }

  public let header: [String]
  public let rows: [Row]

  /// - Parameter path: named in faults.
  /// - Throws: a `Fault` for an empty table, a row that is longer or shorter than the header, and
  ///   a quote that is not closed.
  public init(_ text: String, path: String) throws {
    var rows = try Self.rows(of: text, path: path)
    guard !rows.isEmpty else {
      throw Fault(.input, "the table is empty", at: path, expected: "a header line")
    }
    let header = rows.removeFirst()
    for row in rows where row.fields.count != header.fields.count {
      throw Fault(
        .input, "a row does not fit the header", at: "\(path):\(row.line)",
        found: "\(row.fields.count) fields", expected: "\(header.fields.count)")
    }
    self.header = header.fields
    self.rows = rows
  }

  private static func rows(of text: String, path: String) throws -> [Row] {
    var rows: [Row] = []
    var row = Row(fields: [], line: 1)
    var field: [UInt8] = []
    var (line, isQuoted, wasQuoted) = (1, false, false)
    func endField() {
      row.fields.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
      wasQuoted = false
    }
    func endRow() {
      let isBlank = row.fields.isEmpty && field.isEmpty && !wasQuoted
      if !isBlank {
        endField()
        rows.append(row)
      }
      row = Row(fields: [], line: line)
    }
    var bytes = Array(text.utf8)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
      if byte == UInt8(ascii: "\n") { line += 1 }
      switch (byte, isQuoted) {
      case (UInt8(ascii: "\""), true) where next == UInt8(ascii: "\""):
        field.append(byte)
        index += 1
      case (UInt8(ascii: "\""), true): isQuoted = false
      case (UInt8(ascii: "\""), false) where field.isEmpty && !wasQuoted:
        (isQuoted, wasQuoted) = (true, true)
      case (UInt8(ascii: ","), false): endField()
      case (UInt8(ascii: "\r"), false) where next == UInt8(ascii: "\n"): break
      case (UInt8(ascii: "\n"), false): endRow()
      default: field.append(byte)
      }
      index += 1
    }
    if isQuoted {
      throw Fault(.input, "a quote is not closed", at: "\(path):\(row.line)", expected: "'\"'")
    }
    endRow()
    return rows
  }
}
