import Corpora
import Streams

/// The first rows of a table, to tell its columns apart.
struct TableRows {
  private let path: String
  private let format: CorpusFormat
  private let columns: [String]
  private let byteLimit: Int

  /// Names that no column has, so that all columns but the text are carried along.
  private static let nowhere = "\u{1}"
  /// As many columns are tried as the text.
  private static let tries = 64
  /// Rows of a Parquet file to look at, whether they have text or not.
  private static let rowLimit = 4096

  /// Whether files of a format have fields that a recipe may name.
  static func hasFields(_ format: CorpusFormat) -> Bool {
    [.jsonl, .csv, .tsv, .parquet].contains(format)
  }

  /// - Parameter byteLimit: bytes on disk after which a file of lines seems to end.
  init(_ path: String, _ byteLimit: Int) throws {
    self.path = path
    self.byteLimit = byteLimit
    format = CorpusFormat(path: path) ?? .csv
    columns = try TableHeader.columns(of: path, format: format)
  }

  /// Adds the rows as records, the strings and numbers of all columns.
  func add(_ count: Int, to found: inout RecordFields) throws {
    let usual = columns.filter { FieldChoice.textNames.contains($0.lowercased()) }
    var refused: Fault?
    for column in (usual + columns.filter { !usual.contains($0) }).prefix(Self.tries) {
      var options = ReadingOptions()
      options.fields.text = column
      options.fields.id = Self.nowhere
      options.fields.url = Self.nowhere
      options.fields.source = Self.nowhere
      options.fields.metadata = Self.nowhere
      do {
        let reader = try open(options)
        if try add(count, of: reader, column, to: &found) { return }
      } catch let fault as Fault {
        // A column that is no text.
        refused = refused ?? fault
      }
    }
    if let refused { throw refused }
  }

  /// The start of the table: a column without text would have it read to its end.
  private func open(_ options: ReadingOptions) throws -> any DocumentReader {
    if format == .parquet {
      return try ParquetReader(
        RandomAccessBytes(path: path), name: path, options: options, rowLimit: Self.rowLimit)
    }
    return try CSVReader(
      FileHead(path, byteLimit).source, name: path, options: options,
      separator: UInt8(ascii: format == .tsv ? "\t" : ","))
  }

  /// Whether there was a row with something in the column.
  private func add(
    _ count: Int, of reader: any DocumentReader, _ column: String, to found: inout RecordFields
  ) throws -> Bool {
    var batch = DocumentBatch()
    var rows = 0
    while rows < count, try reader.fill(&batch, targetTextBytes: 100_000) {
      for row in 0..<min(batch.count, count - rows) {
        let others = batch.otherFields[row]
        var line = "{\(JSONValue.quoted(column)):\(JSONValue.quoted(batch.texts.string(row)))"
        if !others.isEmpty { line += ",\(withoutMarks(String(decoding: others, as: UTF8.self)))" }
        found.add(line: Array((line + "}").utf8))
      }
      rows += batch.count
    }
    return rows > 0
  }

  /// Columns that are called as a document's own fields are carried along with a mark in front.
  private func withoutMarks(_ members: String) -> String {
    ["id", "url", "source", "metadata", "text"].filter(columns.contains).reduce(members) {
      $0.replacing("\"input_\($1)\":", with: "\"\($1)\":")
    }
  }
}
