/// Makes row groups of documents, or pieces of them where a batch ends before.
final class RowGroupEncoder: DocumentEncoder {
  private let level: Int32
  private var group = ParquetRowGroup()
  private var scratch = JSONBuffer()

  /// - Parameter level: of zstd.
  init(level: Int32) { self.level = level }

  func append(_ batch: DocumentBatch, _ index: Int, _ columns: [AttributeColumn]) {
    group.append(batch, index, columns, &scratch)
  }

  var isFull: Bool { group.isFull }

  func finish() throws -> EncodedDocuments {
    defer { group.removeAll() }
    guard group.rowCount > 0 else { return EncodedDocuments(content: .nothing) }
    return EncodedDocuments(content: .rowGroup(try group.encode(level: level)))
  }
}
