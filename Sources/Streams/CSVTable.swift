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
    var rows = try Self.rows(of: Array(text.utf8), path: path)
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

  private static func rows(of text: [UInt8], path: String) throws -> [Row] {
    let records = DelimitedRecords(
      BytesSource(text), separator: UInt8(ascii: ","), recordLimit: max(text.count, 1),
      fieldLimit: text.count + 1)
    var rows: [Row] = []
    var (line, counted) = (1, 0)
    while true {
      let step = try records.next()
      line += text[counted..<records.offset].count { $0 == UInt8(ascii: "\n") }
      counted = records.offset
      switch step {
      case .record(let record):
        if record.isBlank { continue }
        let fields = (0..<record.fieldCount).map {
          String(decoding: record.field($0), as: UTF8.self)
        }
        rows.append(Row(fields: fields, line: line))
      case .tooLarge:
        throw Fault(
          .input, "a row is too long", at: "\(path):\(line)",
          expected: "at most \(max(text.count, 1)) bytes")
      case .openQuote:
        throw Fault(.input, "a quote is not closed", at: "\(path):\(line)", expected: "'\"'")
      case .end: return rows
      }
    }
  }
}
