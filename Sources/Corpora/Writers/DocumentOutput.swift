import Streams

/// A piece of an output file that was made on some thread: a frame of lines, a row group.
package struct EncodedDocuments: Sendable {
  enum Content: Sendable {
    case nothing
    case lines([UInt8])
    case frame(CompressedFrame)
    case rowGroup(EncodedRowGroup)
  }

  var content: Content
}

/// Turns documents into pieces of an output file. One encoder serves one thread.
package protocol DocumentEncoder: AnyObject {
  /// Takes the document at `index` of the batch.
  func append(_ batch: DocumentBatch, _ index: Int, _ columns: [AttributeColumn]) throws
  /// Whether the piece is as large as pieces should be.
  var isFull: Bool { get }
  /// What was taken since the last call.
  func finish() throws -> EncodedDocuments
}

extension DocumentEncoder {
  /// The documents of a batch that `takes` accepts, as pieces that end with it.
  package func encode(
    _ batch: DocumentBatch, _ columns: [AttributeColumn], where takes: (Int) -> Bool
  ) throws -> [EncodedDocuments] {
    var pieces: [EncodedDocuments] = []
    for index in 0..<batch.count where takes(index) {
      try append(batch, index, columns)
      if isFull { pieces.append(try finish()) }
    }
    pieces.append(try finish())
    return pieces
  }

  /// All documents of a batch as pieces that end with it.
  package func encode(_ batch: DocumentBatch) throws -> [EncodedDocuments] {
    var pieces: [EncodedDocuments] = []
    for index in 0..<batch.count {
      try append(batch, index, [])
      if isFull { pieces.append(try finish()) }
    }
    pieces.append(try finish())
    return pieces
  }
}

/// An output file of documents; its name's ending says the format. Encoders work on any thread, and
/// what they made is appended in order.
package final class DocumentOutput {
  package let path: String
  private let file: OutputFile
  private let level: Int32
  private let content: Content

  private enum Content {
    case lines
    case frames(SeekableZstdWriter)
    case rowGroups(ParquetFile)
  }

  /// The endings that can be written.
  package static let endings = [".jsonl", ".jsonl.zst", ".parquet"]

  /// - Parameter level: of zstd.
  package init(_ path: String, level: Int32 = 3) throws {
    try Self.check(path)
    self.path = path
    self.level = level
    file = try OutputFile(path)
    content =
      if path.hasSuffix(".parquet") {
        .rowGroups(try ParquetFile(file, level: level))
      } else if path.hasSuffix(".zst") {
        .frames(SeekableZstdWriter(file))
      } else { .lines }
  }

  /// A fault where the name of an output says no format that can be written.
  package static func check(_ path: String) throws {
    guard endings.contains(where: path.hasSuffix) else {
      throw Fault(
        .input, "'\(path)' cannot be written",
        expected: "a name that ends in \(endings.joined(separator: ", "))",
        hint: path.hasSuffix(".gz")
          ? "write .jsonl.zst: it is smaller and faster to read than gzip" : nil)
    }
  }

  /// An encoder for files of lines in zstd frames.
  package static func makeFramesEncoder(level: Int32 = 3) throws -> any DocumentEncoder {
    LinesEncoder(compressor: try FrameCompressor(level: level))
  }

  package func makeEncoder() throws -> any DocumentEncoder {
    switch content {
    case .lines: LinesEncoder(compressor: nil)
    case .frames: LinesEncoder(compressor: try FrameCompressor(level: level))
    case .rowGroups: RowGroupEncoder(level: level)
    }
  }

  package func append(_ piece: EncodedDocuments) throws {
    switch (content, piece.content) {
    case (_, .nothing): break
    case (.lines, .lines(let bytes)): try file.write(bytes)
    case (.frames(let writer), .frame(let frame)): try writer.append(frame)
    case (.rowGroups(let file), .rowGroup(let group)): try file.append(group)
    default: throw Fault(.failure, "a piece of another format cannot be written to '\(path)'")
    }
  }

  /// Ends the file, syncs it and gives it its name.
  package func commit() throws {
    switch content {
    case .lines: try file.commit()
    case .frames(let writer): try writer.commit()
    case .rowGroups(let file): try file.commit()
    }
  }
}

/// Makes frames of JSON lines.
private final class LinesEncoder: DocumentEncoder {
  /// Larger frames compress no better at the usual levels.
  private static let targetByteCount = 4 << 20

  private let compressor: FrameCompressor?
  private var lines = DocumentLines()

  /// - Parameter compressor: nil for plain lines.
  init(compressor: FrameCompressor?) { self.compressor = compressor }

  func append(_ batch: DocumentBatch, _ index: Int, _ columns: [AttributeColumn]) throws {
    lines.append(batch, index, columns)
    guard lines.byteCount < 1 << 30 else {
      throw Fault(
        .input, "the document '\(batch.ids.string(index))' is too large to be written",
        found: "\(lines.byteCount) bytes of JSON", expected: "less than 1 GiB")
    }
  }

  var isFull: Bool { lines.byteCount >= Self.targetByteCount }

  func finish() throws -> EncodedDocuments {
    defer { lines.removeAll() }
    guard lines.byteCount > 0 else { return EncodedDocuments(content: .nothing) }
    guard let compressor else { return EncodedDocuments(content: .lines(Array(lines.bytes))) }
    return EncodedDocuments(content: .frame(try CompressedFrame(lines.bytes, by: compressor)))
  }
}
