import Streams

/// Reads any tokens of one shard, decoding only the frames that hold them. For one thread.
///
/// Opening reads the header, the trailer and the seek table; 32 bytes a frame stay in memory.
public final class ShardReader {
  /// Of the file.
  public let path: String
  /// What all its tokens have in common.
  public let header: ShardHeader
  /// Where its documents come from.
  public let origin: ShardOrigin
  /// With the ends of the texts.
  public let tokenCount: Int
  /// Documents in the shard.
  public let documentCount: Int
  private let file: RandomAccessFile
  private let table: SeekTable
  private let cache: FrameCache

  /// - Parameter cachedFrames: decoded frames that are kept.
  public init(_ path: String, cachedFrames: Int = 4) throws {
    let file = try RandomAccessFile(path)
    let table = try SeekTable(file)
    let headerBytes = try Self.skippable(file, table, 0, ShardFormat.headerMagic)
    header = try ShardHeader(decoding: headerBytes) {
      Self.fault(path, frame: 0, offset: 0, found: $0, expected: $1)
    }
    tokenCount = try table.tokenCount(header, path: path)
    let last = table.frames.count - 1
    let trailerBytes = try Self.skippable(file, table, last, ShardFormat.trailerMagic)
    let trailer = try ShardTrailer(
      decoding: trailerBytes,
      place: "\(path), frame \(last), byte \(table.trailer.offset)")
    guard trailer.tokenCount == tokenCount else {
      throw Self.fault(
        path, frame: last, offset: table.trailer.offset, found: "\(trailer.tokenCount) tokens",
        expected: "\(tokenCount) as in the seek table")
    }
    let lengthBytes = table.lengths.byteCount - ShardFormat.skippableHeaderByteCount
    let tail = ShardFormat.lengthsTailByteCount
    guard trailer.documentCount <= 1 << 32, lengthBytes == trailer.documentCount * 4 + tail else {
      throw Self.fault(
        path, frame: last - 1, offset: table.lengths.offset,
        found: "\(lengthBytes) bytes of document lengths",
        expected: "four for each of \(trailer.documentCount) documents, and \(tail)")
    }
    let checksum = trailerBytes.withUnsafeBytes { ShardFormat.checksum($0) }
    let stored: UInt32 = try file.read(at: table.trailer.offset - 4, count: 4).little(at: 0)
    guard checksum == stored else {
      throw Self.fault(
        path, frame: last, offset: table.trailer.offset, found: "checksum \(checksum)",
        expected: "\(stored)")
    }
    self.path = path
    self.file = file
    self.table = table
    documentCount = trailer.documentCount
    origin = trailer.origin
    cache = try FrameCache(file, header, capacity: cachedFrames)
  }

  static func fault(
    _ path: String, frame: Int?, offset: Int, found: String, expected: String
  ) -> Fault {
    let place = frame.map { "\(path), frame \($0), byte \(offset)" } ?? "\(path), byte \(offset)"
    return Fault(
      .input, "'\(path)' is not a whole token shard", at: place, found: found, expected: expected,
      hint: "the file is truncated or damaged: fetch or make it again")
  }

  private static func skippable(
    _ file: RandomAccessFile, _ table: SeekTable, _ number: Int, _ magic: UInt32
  ) throws -> [UInt8] {
    let frame = table.frames[number]
    let size = frame.byteCount - ShardFormat.skippableHeaderByteCount
    guard size >= 0 else {
      throw fault(
        file.path, frame: number, offset: frame.offset, found: "\(frame.byteCount) bytes",
        expected: "a skippable frame")
    }
    let bytes = try file.read(at: frame.offset, count: frame.byteCount)
    guard bytes.little(at: 0) == magic, bytes.little(at: 4) == UInt32(size) else {
      throw fault(
        file.path, frame: number, offset: frame.offset, found: "other bytes",
        expected: "a skippable frame of \(size) bytes with number \(magic & 15)")
    }
    return Array(bytes[ShardFormat.skippableHeaderByteCount...])
  }

  /// Copies `count` tokens from `start` on to the front of `output`.
  public func tokens(
    from start: Int, count: Int, into output: UnsafeMutableBufferPointer<UInt32>
  ) throws {
    guard start >= 0, count >= 0, count <= output.count, start <= tokenCount,
      count <= tokenCount - start
    else {
      throw Fault(
        .failure, "tokens \(start) and \(count) more were asked of '\(path)'",
        found: "\(tokenCount) tokens, room for \(output.count)")
    }
    var done = 0
    while done < count {
      let token = start + done
      let index = token / header.tokensPerFrame
      let frame = table.frames[index + 1]
      let bytes = try cache.bytes(frame, number: index + 1)
      let inside = token - index * header.tokensPerFrame
      let some = min(count - done, frame.plainByteCount / header.bytesPerToken - inside)
      copy(bytes, inside, some, to: output, done)
      done += some
    }
  }

  /// The tokens from `start` on.
  public func tokens(from start: Int, count: Int) throws -> [UInt32] {
    guard count >= 0, count <= tokenCount else {
      throw Fault(.failure, "\(count) tokens were asked of '\(path)'", found: "\(tokenCount)")
    }
    return try [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      try tokens(from: start, count: count, into: buffer)
      initialized = count
    }
  }

  private func copy(
    _ bytes: UnsafeRawBufferPointer, _ first: Int, _ count: Int,
    to output: UnsafeMutableBufferPointer<UInt32>, _ at: Int
  ) {
    if header.bytesPerToken == 2 {
      let tokens = bytes.assumingMemoryBound(to: UInt16.self)
      for i in 0..<count { output[at + i] = UInt32(UInt16(littleEndian: tokens[first + i])) }
    } else {
      let tokens = bytes.assumingMemoryBound(to: UInt32.self)
      for i in 0..<count { output[at + i] = UInt32(littleEndian: tokens[first + i]) }
    }
  }

  /// The tokens of each document, its end of text included, in their order.
  public func documentLengths() throws -> [UInt32] {
    let number = table.frames.count - 2
    let bytes = try Self.skippable(file, table, number, ShardFormat.lengthsMagic)
    func fault(_ found: String, _ expected: String) -> Fault {
      Self.fault(
        path, frame: number, offset: table.lengths.offset, found: found, expected: expected)
    }
    let checksum = bytes.withUnsafeBytes {
      ShardFormat.checksum(UnsafeRawBufferPointer(rebasing: $0[..<(documentCount * 4)]))
    }
    let stored: UInt32 = bytes.little(at: documentCount * 4)
    guard checksum == stored else { throw fault("checksum \(checksum)", "\(stored)") }
    var total = 0
    let lengths = (0..<documentCount).map { document -> UInt32 in
      let length: UInt32 = bytes.little(at: document * 4)
      total += Int(length)
      return length
    }
    guard total == tokenCount else { throw fault("documents of \(total) tokens", "\(tokenCount)") }
    return lengths
  }

  /// Decodes everything, and checks that each document ends with the end of the text.
  public func verify() throws {
    let lengths = try documentLengths()
    let buffer = UnsafeMutableBufferPointer<UInt32>.allocate(capacity: header.tokensPerFrame)
    defer { buffer.deallocate() }
    var document = 0
    var end = 0
    for (index, frame) in table.data.enumerated() {
      let first = index * header.tokensPerFrame
      let count = frame.plainByteCount / header.bytesPerToken
      try tokens(from: first, count: count, into: buffer)
      guard let endOfText = header.endOfText else { continue }
      while document < lengths.count, end + Int(lengths[document]) <= first + count {
        end += Int(lengths[document])
        guard lengths[document] > 0, buffer[end - 1 - first] == endOfText else {
          throw Self.fault(
            path, frame: index + 1, offset: frame.offset,
            found: "document \(document), which does not end with the end of the text",
            expected: "token \(endOfText) as its last")
        }
        document += 1
      }
    }
  }
}
