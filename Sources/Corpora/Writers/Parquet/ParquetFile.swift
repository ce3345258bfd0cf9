import Streams

/// A Parquet file that row groups are appended to, in order. It exists under its name only after
/// `commit()`.
final class ParquetFile {
  /// Of Midstream, as the footer names it.
  static let version = "0.1.0"

  let path: String
  private let file: OutputFile
  private var rowCount = 0
  private var groups: [(start: Int, group: EncodedRowGroup)] = []

  init(_ file: OutputFile) throws {
    self.file = file
    path = file.path
    try file.write(ParquetFile.magic)
  }

  private static let magic = Array("PAR1".utf8)

  /// Writes a row group behind the others; one without rows is left out.
  func append(_ group: EncodedRowGroup) throws {
    if group.rowCount == 0 { return }
    var placed = group
    try file.write(group.bytes)
    placed.bytes = []
    groups.append((file.byteCount - group.bytes.count, placed))
    rowCount += group.rowCount
  }

  /// Writes the footer, syncs the file and gives it its name.
  func commit() throws {
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
      ParquetFile.describe(groups[index].group, groups[index].start, index, &writer)
    }
    writer.binary(6, (ParquetFields.ownCreator + ParquetFile.version).utf8)
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
    _ group: EncodedRowGroup, _ start: Int, _ index: Int, _ writer: inout ThriftWriter
  ) {
    writer.structures(1, group.chunks.count) { writer, column in
      let chunk = group.chunks[column]
      writer.long(2, 0)
      writer.structure(3) {
        describe(chunk, ParquetDocumentColumn.allCases[column], group.rowCount, start, &$0)
      }
    }
    writer.long(2, group.chunks.reduce(0) { $0 + $1.plainByteCount })
    writer.long(3, group.rowCount)
    writer.long(5, start)
    writer.long(6, group.chunks.reduce(0) { $0 + $1.byteCount })
    if let ordinal = Int16(exactly: index) { writer.short(7, Int(ordinal)) }
  }

  private static func describe(
    _ chunk: EncodedRowGroup.Chunk, _ column: ParquetDocumentColumn, _ rowCount: Int, _ start: Int,
    _ writer: inout ThriftWriter
  ) {
    let levels: [ParquetEncoding] = [.plain, .runs]
    let encodings = chunk.hasDictionary ? levels + [.dictionary] : levels
    writer.integer(1, ParquetColumn.PhysicalType.bytes.rawValue)
    writer.integers(2, encodings.map(\.rawValue))
    writer.binaries(3, [Array(column.rawValue.utf8)])
    let zstd = 6
    writer.integer(4, zstd)
    writer.long(5, rowCount)
    writer.long(6, chunk.plainByteCount)
    writer.long(7, chunk.byteCount)
    writer.long(9, start + chunk.dataStart)
    if chunk.hasDictionary { writer.long(11, start + chunk.start) }
    writer.structure(12) {
      $0.long(3, chunk.nullCount)
      if let largest = chunk.largest { $0.binary(5, largest) }
      if let smallest = chunk.smallest { $0.binary(6, smallest) }
      if chunk.largest != nil {
        $0.boolean(7, true)
        $0.boolean(8, true)
      }
    }
  }
}
