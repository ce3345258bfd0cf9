import Streams

/// Writes documents as Parquet that pyarrow, polars, DuckDB and Hugging Face datasets open as it is.
/// The file exists under its name only after `commit()`.
///
/// All columns are strings: `id`, `text` and `source`, then `url`, `metadata`, `attributes` and
/// `other_fields`, which are null where there are none. The last three hold JSON, byte for byte as it
/// came. Row groups have about 64 MB of text or 100,000 documents, pages about 1 MB, compressed with
/// zstd; the same documents give the same bytes whatever batches they come in.
public final class ParquetWriter {
  public let path: String
  public private(set) var documentCount = 0
  private let file: ParquetFile
  private let level: Int32
  private var group = ParquetRowGroup()
  private var scratch = JSONBuffer()

  /// - Parameter level: of zstd; 3 by default.
  public init(_ path: String, level: Int32 = 3) throws {
    self.path = path
    self.level = level
    file = try ParquetFile(OutputFile(path), level: level)
  }

  /// Writes the documents of a batch, or those that `keep` takes, with the named columns of its
  /// attributes. Numbers that JSON cannot hold (NaN, infinities) become null.
  public func write(
    _ batch: DocumentBatch, attributes: [String] = [], keep: (Int) -> Bool = { _ in true }
  ) throws {
    let columns = try batch.attributeColumns(attributes)
    for index in 0..<batch.count where keep(index) {
      group.append(batch, index, columns, &scratch)
      documentCount += 1
      if group.isFull { try flush() }
    }
  }

  /// Ends the file, syncs it and gives it its name.
  public func commit() throws {
    try flush()
    try file.commit()
  }

  private func flush() throws {
    try file.append(group.encode(level: level))
    group.removeAll()
  }
}
