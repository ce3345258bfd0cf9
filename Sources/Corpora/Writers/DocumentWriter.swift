import Streams

/// Writes documents as JSONL, compressed where the name ends in `.zst`, or as Parquet where it ends
/// in `.parquet`. The file exists under its name only after `commit()`.
///
/// Each line has `id`, `text`, `source`, then `url`, `metadata`, the input's other fields and
/// `attributes` where there are any, in this order; metadata and other fields go out byte for byte
/// as they came. A compressed file is made of frames of whole lines with a seek table, which any zstd
/// tool reads.
public final class DocumentWriter {
  public let path: String
  public private(set) var documentCount = 0
  private let output: DocumentOutput
  private let encoder: any DocumentEncoder

  /// - Parameter level: of zstd; 3 by default.
  public init(_ path: String, level: Int32 = 3) throws {
    self.path = path
    output = try DocumentOutput(path, level: level)
    encoder = try output.makeEncoder()
  }

  /// Writes the documents of a batch, or those that `keep` takes, with the named columns of its
  /// attributes. Numbers that JSON cannot hold (NaN, infinities) become null.
  public func write(
    _ batch: DocumentBatch, attributes: [String] = [], keep: (Int) -> Bool = { _ in true }
  ) throws {
    let columns = try batch.attributeColumns(attributes)
    for index in 0..<batch.count where keep(index) {
      try encoder.append(batch, index, columns)
      documentCount += 1
      if encoder.isFull { try output.append(encoder.finish()) }
    }
  }

  /// Ends the file, syncs it and gives it its name.
  public func commit() throws {
    try output.append(encoder.finish())
    try output.commit()
  }
}

extension DocumentBatch {
  /// The document as a JSON line, with its line feed.
  package func line(_ index: Int) -> [UInt8] {
    var lines = DocumentLines()
    lines.append(self, index, [])
    return Array(lines.bytes)
  }

  /// The named columns, ready to be written.
  package func attributeColumns(_ names: [String]) throws -> [AttributeColumn] {
    try names.map { name in
      guard let column = attributes[name], column.count == count else {
        throw Fault(
          .failure, "there is no attribute '\(name)' to write",
          found: attributes.names.joined(separator: ", "))
      }
      return AttributeColumn(name, column)
    }
  }
}
