import Corpora
import Runs
import Streams

/// Reads the rows of evaluation files: JSON lines, tables and Parquet, plain or compressed, also in
/// archives.
struct EvaluationFile {
  /// The rows of one table; an archive has one a member.
  struct Table {
    var name: String
    var rows: [EvaluationRow] = []
  }

  let path: String
  private(set) var tables: [Table] = []
  private(set) var problems = ReadingProblems()

  /// - Throws: an input fault where the file cannot be opened, is damaged or is no such file.
  init(_ path: String) throws {
    self.path = path
    var format = CorpusFormat(path: path) ?? .jsonl
    // `.json` and names that say something else are tried as JSON lines.
    if format.isOneDocument { format = .jsonl }
    switch format {
    case .tar, .zip:
      let collector = Collector()
      let reader: ArchiveReader
      func open(
        _ source: any ByteSource, _ name: String, _ format: CorpusFormat
      ) throws -> (any DocumentReader)? {
        try collector.read(source, name, format)
        return Collected()
      }
      if format == .tar {
        reader = ArchiveReader(
          tar: try InputFile.open(path), name: path, extract: PlainText.extract, open: open)
      } else {
        reader = try ArchiveReader(
          zip: path, name: path, extract: PlainText.extract, open: open)
      }
      var batch = DocumentBatch()
      while try reader.fill(&batch, targetTextBytes: 1 << 20) {
        for _ in 0..<batch.count { problems.passOver("members that are no table") }
      }
      tables = collector.tables
      problems.merge(collector.problems)
      problems.merge(reader.problems)
    case .parquet:
      tables = [try Self.parquet(path, RandomAccessBytes(path: path), &problems)]
    default:
      tables = [try Self.table(InputFile.open(path), path, format, &problems)]
    }
  }

  /// Reads the members of an archive as they come.
  private final class Collector {
    var tables: [Table] = []
    var problems = ReadingProblems()

    func read(_ source: any ByteSource, _ name: String, _ format: CorpusFormat) throws {
      if format == .parquet {
        let bytes = try EvaluationFile.bytes(source)
        tables.append(try EvaluationFile.parquet(name, RandomAccessBytes(bytes), &problems))
      } else {
        tables.append(try EvaluationFile.table(source, name, format, &problems))
      }
    }
  }

  /// A member that was read whole when it was opened.
  private final class Collected: DocumentReader {
    let problems = ReadingProblems()
    func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) -> Bool {
      batch.removeAll()
      return false
    }
  }

  private static func bytes(_ source: any ByteSource) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { piece.deallocate() }
    while true {
      let count = try source.read(into: piece)
      if count == 0 { return bytes }
      bytes.append(contentsOf: piece[..<count])
    }
  }

  private static func table(
    _ source: any ByteSource, _ name: String, _ format: CorpusFormat,
    _ problems: inout ReadingProblems
  ) throws -> Table {
    switch format {
    case .jsonl: try lines(source, name, &problems)
    case .csv, .tsv:
      try delimited(source, name, UInt8(ascii: format == .csv ? "," : "\t"), &problems)
    default:
      throw Fault(
        .input, "'\(name)' is no evaluation set that can be read", at: name,
        found: format.rawValue, expected: "JSON lines, CSV, TSV or Parquet")
    }
  }

  // MARK: JSON lines

  private static func lines(
    _ source: any ByteSource, _ name: String, _ problems: inout ReadingProblems
  ) throws -> Table {
    var table = Table(name: name)
    let all = try bytes(source)
    if all.isEmpty { throw empty(name) }
    if all.prefix(1 << 16).contains(0) {
      throw Fault(
        .input, "'\(name)' is a binary file, not JSON lines", at: name,
        hint: "a name that ends in .parquet, .csv, .tar, .zip, .gz or .zst says how to read a file")
    }
    for (number, line) in all.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let bare = line.drop { $0 <= 32 }
      if bare.isEmpty { continue }
      do {
        let value = try JSONValue(parsing: Array(bare), path: name)
        guard case .object = value else {
          problems.add(
            ReadingProblem(
              .notAnObject, file: name, record: number + 1, message: "a line is not a JSON object"))
          continue
        }
        table.rows.append(EvaluationRow(file: name, row: number + 1, value: value))
      } catch {
        problems.add(
          ReadingProblem(
            .malformedJSON, file: name, record: number + 1, message: "a line is not valid JSON"))
      }
    }
    return table
  }

  private static func empty(_ name: String) -> Fault {
    Fault(.input, "the evaluation file '\(name)' is empty", at: name, expected: "an item a line")
  }

  // MARK: Tables

  private static func delimited(
    _ source: any ByteSource, _ name: String, _ separator: UInt8,
    _ problems: inout ReadingProblems
  ) throws -> Table {
    let records = DelimitedRecords(source, separator: separator)
    var table = Table(name: name)
    var header: [String] = []
    var row = 0
    while true {
      switch try records.next() {
      case .end:
        if header.isEmpty { throw empty(name) }
        return table
      case .tooLarge, .openQuote:
        row += 1
        problems.add(
          ReadingProblem(
            .malformedRecord, file: name, record: row, message: "a row has no end"))
      case .record(let record):
        if record.isBlank { continue }
        guard PlainText.isUTF8(record.bytes) else {
          if header.isEmpty {
            throw Fault(.input, "the header of '\(name)' is not UTF-8 text", at: name)
          }
          row += 1
          problems.add(
            ReadingProblem(.invalidUTF8, file: name, record: row, message: "a row is not UTF-8"))
          continue
        }
        let cells = (0..<record.fieldCount).map {
          String(decoding: record.field($0), as: UTF8.self)
        }
        if header.isEmpty {
          header = cells
          continue
        }
        row += 1
        guard cells.count == header.count else {
          problems.add(
            ReadingProblem(
              .malformedRecord, file: name, record: row,
              message: "a row has \(cells.count) fields, the header \(header.count)"))
          continue
        }
        let members = zip(header, cells).map { JSONValue.Member($0, .string($1)) }
        table.rows.append(EvaluationRow(file: name, row: row, value: .object(members)))
      }
    }
  }

  // MARK: Parquet

  /// A few bytes of a hostile file may claim any number of rows, and all bytes of any size.
  private static let rowLimit = 1 << 24
  private static let byteLimit = 4 << 30

  private static func parquet(
    _ name: String, _ file: RandomAccessBytes, _ problems: inout ReadingProblems
  ) throws -> Table {
    let reader = try ParquetTableReader(file, name: name)
    var table = Table(name: name)
    var byteCount = 0
    while let values = reader.next() {
      byteCount += values.reduce(0) { $0 + $1.memoryByteCount }
      guard table.rows.count < rowLimit, byteCount <= byteLimit else {
        throw Fault(
          .input, "'\(name)' is too large for an evaluation set", at: "\(name):\(reader.row)",
          expected: "at most \(rowLimit) rows and \(byteLimit) bytes of values")
      }
      let members = zip(reader.columns, values).compactMap {
        $1 == .null ? nil : JSONValue.Member($0, $1)
      }
      table.rows.append(EvaluationRow(file: name, row: reader.row, value: .object(members)))
    }
    problems.merge(reader.problems)
    return table
  }
}

extension JSONValue {
  /// Bytes that the value takes in a row, about.
  fileprivate var memoryByteCount: Int {
    switch self {
    case .string(let text): 64 + text.utf8.count
    case .array(let values): values.reduce(64) { $0 + $1.memoryByteCount }
    case .object(let members): members.reduce(64) { $0 + $1.value.memoryByteCount }
    case .null: 1
    default: 64
    }
  }
}
