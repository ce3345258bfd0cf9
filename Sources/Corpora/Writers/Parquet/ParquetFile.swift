import Runs
import Streams

/// A Parquet file that row groups are appended to, in order, whole or in pieces. It exists under its name only after
/// `commit()`.
final class ParquetFile {
  let path: String
  private let file: OutputFile
  private let pages: ParquetPageWriter
  private let targetRows: Int
  private var rowCount = 0
  /// What was appended and does not fill a row group yet.
  private var pending: EncodedRowGroup?
  private var groups: [WrittenGroup] = []

  /// A row group in the file, without its bytes.
  private struct WrittenGroup {
    var start: Int
    var rowCount: Int
    var chunks: [(start: Int, byteCount: Int, chunk: ParquetChunk)] = []
  }

  /// - Parameter targetRows: documents that fill a row group.
  init(
    _ file: OutputFile, level: Int32 = 3, targetRows: Int = ParquetRowGroup.targetRows
  ) throws {
    self.file = file
    self.targetRows = targetRows
    path = file.path
    pages = try ParquetPageWriter(level: level)
    try file.write(ParquetFile.magic)
  }

  private static let magic = Array("PAR1".utf8)

  /// Appends a piece of a row group behind the others. Row groups end with the piece that fills them.
  func append(_ group: EncodedRowGroup) throws {
    if group.rowCount == 0 { return }
    if pending == nil { pending = group } else { pending?.append(group) }
    guard let rows = pending, rows.rowCount >= targetRows || rows.isFull else { return }
    try flush()
  }

  private func flush() throws {
    guard let group = pending else { return }
    pending = nil
    var written = WrittenGroup(start: file.byteCount, rowCount: group.rowCount)
    for (column, piece) in zip(ParquetDocumentColumn.allCases, group.chunks) {
      var chunk = try piece.waiting.map { try pages.chunk($0, column) } ?? piece
      written.chunks.append((file.byteCount, chunk.bytes.count, chunk))
      try file.write(chunk.bytes)
      chunk.bytes = []
      written.chunks[written.chunks.count - 1].chunk = chunk
    }
    groups.append(written)
    rowCount += group.rowCount
  }

  /// Writes the footer, syncs the file and gives it its name.
  func commit() throws {
    try flush()
    let footer = self.footer()
    try file.write(footer)
    var tail: [UInt8] = []
    tail.append(littleEndian: UInt32(footer.count))
    try file.write(tail + ParquetFile.magic)
    try file.commit()
  }

  private func footer() -> [UInt8] {
    let columns = ParquetDocumentColumn.allCases
    var writer = ThriftWriter()
    writer.integer(1, 2)
    writer.structures(2, columns.count + 1) { writer, index in
      if index == 0 {
        writer.binary(4, "schema".utf8)
        writer.integer(5, columns.count)
      } else {
        ParquetFile.describe(columns[index - 1], &writer)
      }
    }
    writer.long(3, rowCount)
    writer.structures(4, groups.count) { writer, index in
      ParquetFile.describe(groups[index], index, &writer)
    }
    writer.binary(6, (ParquetFields.ownCreator + Program.version).utf8)
    // The bounds are in the order of bytes, as the type says.
    writer.structures(7, columns.count) { writer, _ in writer.structure(1) { _ in } }
    writer.stop()
    return writer.bytes
  }

  private static func describe(_ column: ParquetDocumentColumn, _ writer: inout ThriftWriter) {
    writer.integer(1, ParquetColumn.PhysicalType.bytes.rawValue)
    writer.integer(3, column.isOptional ? 1 : 0)
    writer.binary(4, column.rawValue.utf8)
    // UTF-8, for old readers and for new ones.
    writer.integer(6, 0)
    writer.structure(10) { $0.structure(1) { _ in } }
  }

  private static func describe(
    _ group: WrittenGroup, _ index: Int, _ writer: inout ThriftWriter
  ) {
    writer.structures(1, group.chunks.count) { writer, column in
      let (start, byteCount, chunk) = group.chunks[column]
      writer.long(2, 0)
      writer.structure(3) {
        let name = ParquetDocumentColumn.allCases[column].rawValue
        describe(chunk, name, start, byteCount, group.rowCount, &$0)
      }
    }
    writer.long(2, group.chunks.reduce(0) { $0 + $1.chunk.plainByteCount })
    writer.long(3, group.rowCount)
    writer.long(5, group.start)
    writer.long(6, group.chunks.reduce(0) { $0 + $1.byteCount })
    if let ordinal = Int16(exactly: index) { writer.short(7, Int(ordinal)) }
  }

  private static func describe(
    _ chunk: ParquetChunk, _ name: String, _ start: Int, _ byteCount: Int, _ rowCount: Int,
    _ writer: inout ThriftWriter
  ) {
    let hasDictionary = chunk.dictionaryByteCount > 0
    let encodings: [ParquetEncoding] = [.plain, .runs] + (hasDictionary ? [.dictionary] : [])
    let zstd = 6
    writer.integer(1, ParquetColumn.PhysicalType.bytes.rawValue)
    writer.integers(2, encodings.map(\.rawValue))
    writer.binaries(3, [Array(name.utf8)])
    writer.integer(4, zstd)
    writer.long(5, rowCount)
    writer.long(6, chunk.plainByteCount)
    writer.long(7, byteCount)
    writer.long(9, start + chunk.dictionaryByteCount)
    if hasDictionary { writer.long(11, start) }
    writer.structure(12) {
      $0.long(3, chunk.nullCount)
      guard let smallest = chunk.bounds.smallest, let largest = chunk.bounds.largest else { return }
      $0.binary(5, largest)
      $0.binary(6, smallest)
      $0.boolean(7, true)
      $0.boolean(8, true)
    }
  }
}
