import Streams

/// The frames of a shard by the seek table at its end, checked against the file and its header.
struct SeekTable: Sendable {
  struct Frame: Sendable, Equatable {
    var offset: Int
    var byteCount: Int
    /// Plain bytes; 0 for a skippable frame.
    var plainByteCount: Int
    var checksum: UInt32
  }

  /// Header, data frames, document lengths, trailer.
  private(set) var frames: [Frame] = []

  /// The data frames.
  var data: ArraySlice<Frame> { frames[1..<frames.count - 2] }
  var lengths: Frame { frames[frames.count - 2] }
  var trailer: Frame { frames[frames.count - 1] }

  init(_ file: RandomAccessFile) throws {
    func fault(_ found: String, _ expected: String, at offset: Int) -> Fault {
      ShardReader.fault(file.path, frame: nil, offset: offset, found: found, expected: expected)
    }
    let footerSize = ShardFormat.seekFooterByteCount
    let least = ShardFormat.skippableHeaderByteCount + footerSize
    guard file.byteCount >= least else {
      throw fault("a file of \(file.byteCount) bytes", "a seek table at its end", at: 0)
    }
    let footerOffset = file.byteCount - footerSize
    let footer = try file.read(at: footerOffset, count: footerSize)
    guard footer.little(at: 5) == ShardFormat.seekFooterMagic else {
      throw fault("other bytes", "the end of a zstd seek table", at: footerOffset)
    }
    guard footer[4] == ShardFormat.seekDescriptor else {
      throw fault(
        "the seek table's descriptor \(footer[4])", "\(ShardFormat.seekDescriptor): checksums",
        at: footerOffset)
    }
    let count = Int(footer.little(at: 0) as UInt32)
    let tableSize = count * ShardFormat.seekEntryByteCount + footerSize
    let tableOffset = file.byteCount - tableSize - ShardFormat.skippableHeaderByteCount
    guard (3...ShardFormat.mostFrames).contains(count), tableOffset >= 0 else {
      throw fault("a seek table of \(count) frames", "at least 3 that fit", at: footerOffset)
    }
    let table = try file.read(
      at: tableOffset, count: tableSize + ShardFormat.skippableHeaderByteCount)
    guard table.little(at: 0) == ShardFormat.seekTableMagic,
      table.little(at: 4) == UInt32(tableSize)
    else { throw fault("other bytes", "a seek table of \(count) frames", at: tableOffset) }
    var offset = 0
    frames.reserveCapacity(count)
    for index in 0..<count {
      let entry = ShardFormat.skippableHeaderByteCount + index * ShardFormat.seekEntryByteCount
      let frame = Frame(
        offset: offset, byteCount: Int(table.little(at: entry) as UInt32),
        plainByteCount: Int(table.little(at: entry + 4) as UInt32),
        checksum: table.little(at: entry + 8))
      offset += frame.byteCount
      frames.append(frame)
    }
    guard offset == tableOffset else {
      throw fault("frames of \(offset) bytes in the seek table", "\(tableOffset)", at: tableOffset)
    }
  }

  /// Checks the number of plain bytes of each frame and returns the number of tokens.
  func tokenCount(_ header: ShardHeader, path: String) throws -> Int {
    let full = header.tokensPerFrame * header.bytesPerToken
    var bytes = 0
    for (index, frame) in frames.enumerated() {
      let isData = index > 0 && index < frames.count - 2
      let isLast = index == frames.count - 3
      let plain = frame.plainByteCount
      let fits =
        isLast && isData
        ? plain > 0 && plain <= full && plain % header.bytesPerToken == 0
        : plain == (isData ? full : 0)
      guard fits else {
        throw ShardReader.fault(
          path, frame: index, offset: frame.offset, found: "\(plain) plain bytes",
          expected: isData ? "\(full), or fewer whole tokens in the last one" : "none")
      }
      guard isData || frame.byteCount >= ShardFormat.skippableHeaderByteCount,
        isData || frame.checksum == ShardFormat.emptyChecksum
      else {
        throw ShardReader.fault(
          path, frame: index, offset: frame.offset, found: "another size or checksum",
          expected: "a skippable frame")
      }
      bytes += plain
    }
    return bytes / header.bytesPerToken
  }
}
