import Streams

/// Writes one shard file: header, data frames, document lengths, trailer, seek table.
final class ShardFileWriter {
  let file: OutputFile
  private let header: ShardHeader
  private let origin: ShardOrigin
  private let compressor: FrameCompressor
  private let pending: UnsafeMutableRawBufferPointer
  private var pendingTokens = 0
  private var documentLengths: [UInt32] = []
  private var seekTable = SeekTableBuilder()
  private(set) var tokenCount = 0

  var documentCount: Int { documentLengths.count }

  init(_ path: String, header: ShardHeader, origin: ShardOrigin, level: Int32) throws {
    try header.check()
    self.header = header
    self.origin = origin
    file = try OutputFile(path)
    compressor = try FrameCompressor(level: level)
    pending = .allocate(byteCount: header.tokensPerFrame * header.bytesPerToken, alignment: 16)
    try writeSkippable(ShardFormat.headerMagic, header.encoded())
  }

  deinit { pending.deallocate() }

  /// Appends a document and the end of the text. The ids must be below the vocabulary's count.
  func append(_ ids: UnsafeBufferPointer<UInt32>) throws {
    var rest = ids
    while !rest.isEmpty {
      let count = min(rest.count, header.tokensPerFrame - pendingTokens)
      store(UnsafeBufferPointer(rebasing: rest[..<count]))
      rest = UnsafeBufferPointer(rebasing: rest[count...])
      if pendingTokens == header.tokensPerFrame { try writeFrame() }
    }
    var length = ids.count
    if let end = header.endOfText {
      withUnsafePointer(to: end) { store(UnsafeBufferPointer(start: $0, count: 1)) }
      length += 1
      if pendingTokens == header.tokensPerFrame { try writeFrame() }
    }
    tokenCount += length
    documentLengths.append(UInt32(length))
  }

  private func store(_ ids: UnsafeBufferPointer<UInt32>) {
    if header.bytesPerToken == 2 {
      let out = pending.assumingMemoryBound(to: UInt16.self)
      for i in 0..<ids.count {
        out[pendingTokens + i] = UInt16(truncatingIfNeeded: ids[i]).littleEndian
      }
    } else {
      let out = pending.assumingMemoryBound(to: UInt32.self)
      for i in 0..<ids.count { out[pendingTokens + i] = ids[i].littleEndian }
    }
    pendingTokens += ids.count
  }

  private func writeFrame() throws {
    guard pendingTokens > 0 else { return }
    let bytes = UnsafeRawBufferPointer(
      rebasing: pending[..<(pendingTokens * header.bytesPerToken)])
    pendingTokens = 0
    let size = try compressor.compress(bytes) { frame in
      try file.write(frame)
      return frame.count
    }
    addSeekEntry(size, plain: bytes.count, checksum: ShardFormat.checksum(bytes))
  }

  private func writeSkippable(_ magic: UInt32, _ content: [UInt8]) throws {
    try writeSkippableFrame(magic, content)
    addSeekEntry(
      content.count + ShardFormat.skippableHeaderByteCount, plain: 0,
      checksum: ShardFormat.emptyChecksum)
  }

  private func writeSkippableFrame(_ magic: UInt32, _ content: [UInt8]) throws {
    guard let size = UInt32(exactly: content.count) else { throw tooLarge("frame") }
    var frame: [UInt8] = []
    frame.appendLittle(magic)
    frame.appendLittle(size)
    try file.write(frame)
    try file.write(content)
  }

  private func tooLarge(_ part: String) -> Fault {
    Fault(
      .failure, "'\(file.path)' would have a \(part) of 4 GiB or more",
      hint: "lower the token limit of a shard")
  }

  private func addSeekEntry(_ compressed: Int, plain: Int, checksum: UInt32) {
    seekTable.add(compressed: UInt32(compressed), plain: UInt32(plain), checksum: checksum)
  }

  /// Writes what follows the tokens and commits the file.
  func finish() throws {
    try writeFrame()
    var lengths: [UInt8] = []
    lengths.reserveCapacity(documentLengths.count * 4 + ShardFormat.lengthsTailByteCount)
    for length in documentLengths { lengths.appendLittle(length) }
    let trailer = ShardTrailer(
      tokenCount: tokenCount, documentCount: documentCount, origin: origin
    ).encoded()
    lengths.appendLittle(lengths.withUnsafeBytes { ShardFormat.checksum($0) })
    lengths.appendLittle(trailer.withUnsafeBytes { ShardFormat.checksum($0) })
    try writeSkippable(ShardFormat.lengthsMagic, lengths)
    try writeSkippable(ShardFormat.trailerMagic, trailer)
    guard let table = seekTable.frame() else { throw tooLarge("seek table") }
    try file.write(table)
    try file.commit()
  }
}
