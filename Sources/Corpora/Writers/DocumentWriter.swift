import Streams

/// Writes documents as JSONL, compressed where the name ends in `.zst`. The file exists under its
/// name only after `commit()`.
///
/// Each line has `id`, `text`, `source`, then `url`, `metadata` and `attributes` where there are
/// any, in this order; metadata goes out byte for byte as it came.
public final class DocumentWriter {
  public let path: String
  public private(set) var documentCount = 0
  private let output: Output
  private var line = JSONBuffer()

  private enum Output {
    case plain(OutputFile)
    case compressed(ZstdWriter)
  }

  /// - Parameter level: of zstd; 3 by default.
  public init(_ path: String, level: Int32 = 3) throws {
    if path.hasSuffix(".gz") {
      throw Fault(
        .input, "'\(path)' cannot be written", expected: "a name that ends in .jsonl or .jsonl.zst",
        hint: "write .jsonl.zst: it is smaller and faster to read than gzip")
    }
    self.path = path
    let file = try OutputFile(path)
    output = path.hasSuffix(".zst") ? .compressed(try ZstdWriter(file, level: level)) : .plain(file)
  }

  /// Writes the documents of a batch, or those that `keep` takes, with the named columns of its
  /// attributes. Numbers that JSON cannot hold (NaN, infinities) become null.
  public func write(
    _ batch: DocumentBatch, attributes: [String] = [], keep: (Int) -> Bool = { _ in true }
  ) throws {
    let columns = try attributes.map { name in
      guard let column = batch.attributes[name], column.count == batch.count else {
        throw Fault(
          .failure, "there is no attribute '\(name)' to write",
          found: batch.attributes.names.joined(separator: ", "))
      }
      return (Array(name.utf8), column)
    }
    for index in 0..<batch.count where keep(index) {
      line.removeAll()
      append(batch, index)
      append(columns, index)
      line.append("}\n")
      switch output {
      case .plain(let file): try file.write(line.contents)
      case .compressed(let file): try file.write(line.contents)
      }
      documentCount += 1
    }
  }

  /// Ends the file, syncs it and gives it its name.
  public func commit() throws {
    switch output {
    case .plain(let file): try file.commit()
    case .compressed(let file): try file.commit()
    }
  }

  private func append(_ batch: DocumentBatch, _ index: Int) {
    line.append("{\"id\":")
    batch.ids.withBytes(index) { line.append(string: $0) }
    line.append(",\"text\":")
    batch.texts.withBytes(index) { line.append(string: $0) }
    line.append(",\"source\":")
    batch.sources.withBytes(index) { line.append(string: $0) }
    if batch.urls.byteCount(index) > 0 {
      line.append(",\"url\":")
      batch.urls.withBytes(index) { line.append(string: $0) }
    }
    if batch.metadata.byteCount(index) > 0 {
      line.append(",\"metadata\":")
      batch.metadata.withBytes(index) { line.append($0) }
    }
  }

  private func append(_ columns: [([UInt8], Column)], _ index: Int) {
    if columns.isEmpty { return }
    line.append(",\"attributes\":{")
    for (place, (name, column)) in columns.enumerated() {
      if place > 0 { line.append(",") }
      name.withUnsafeBytes { line.append(string: $0) }
      line.append(":")
      switch column {
      case .float32(let values): append(values[index])
      case .uint64(let values): line.append(String(values[index]))
      case .uint8(let values): line.append(String(values[index]))
      case .bytes(let values): append(text: values, index)
      case .uint64Rows(let values, let width):
        line.append("[")
        for column in 0..<width {
          if column > 0 { line.append(",") }
          line.append(String(values[index * width + column]))
        }
        line.append("]")
      }
    }
    line.append("}")
  }

  private func append(_ value: Float) {
    if value.isFinite { line.append(value.description) } else { line.append("null") }
  }

  /// Bytes that are not UTF-8 are repaired: JSON cannot hold them.
  private func append(text values: ByteColumn, _ index: Int) {
    let isText = values.withBytes(index, PlainText.isUTF8)
    if isText { return values.withBytes(index) { line.append(string: $0) } }
    Array(values.string(index).utf8).withUnsafeBytes { line.append(string: $0) }
  }
}
