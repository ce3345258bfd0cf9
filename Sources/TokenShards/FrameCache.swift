import CZstd
import Streams

/// The data frames of a shard that were decoded last. Buffers are reused.
final class FrameCache {
  private struct Entry {
    var frame = -1
    var lastUse = 0
    let bytes: UnsafeMutableRawBufferPointer
  }

  private let file: RandomAccessFile
  private let header: ShardHeader
  private let context: OpaquePointer
  private var entries: [Entry] = []
  private let capacity: Int
  private var uses = 0
  private var compressed: [UInt8] = []

  init(_ file: RandomAccessFile, _ header: ShardHeader, capacity: Int) throws {
    guard let context = ZSTD_createDCtx() else { throw Fault(.failure, "out of memory") }
    self.file = file
    self.header = header
    self.context = context
    self.capacity = max(capacity, 1)
  }

  deinit {
    for entry in entries { entry.bytes.deallocate() }
    ZSTD_freeDCtx(context)
  }

  /// The plain bytes of a frame, good until the next call.
  /// - Parameter number: its place in the seek table.
  func bytes(_ frame: SeekTable.Frame, number: Int) throws -> UnsafeRawBufferPointer {
    uses += 1
    if let hit = entries.firstIndex(where: { $0.frame == number }) {
      entries[hit].lastUse = uses
      return UnsafeRawBufferPointer(rebasing: entries[hit].bytes[..<frame.plainByteCount])
    }
    if entries.count < capacity {
      let size = header.tokensPerFrame * header.bytesPerToken
      entries.append(Entry(bytes: .allocate(byteCount: size, alignment: 16)))
    }
    let oldest = entries.indices.min { entries[$0].lastUse < entries[$1].lastUse } ?? 0
    entries[oldest].frame = -1
    let plain = UnsafeMutableRawBufferPointer(
      rebasing: entries[oldest].bytes[..<frame.plainByteCount])
    try decode(frame, number: number, into: plain)
    entries[oldest].frame = number
    entries[oldest].lastUse = uses
    return UnsafeRawBufferPointer(plain)
  }

  private func decode(
    _ frame: SeekTable.Frame, number: Int, into plain: UnsafeMutableRawBufferPointer
  ) throws {
    func fault(_ found: String, _ expected: String) -> Fault {
      ShardReader.fault(
        file.path, frame: number, offset: frame.offset, found: found, expected: expected)
    }
    // A frame cannot be much larger than what it holds.
    guard frame.byteCount <= ZSTD_compressBound(plain.count) else {
      throw fault("a frame of \(frame.byteCount) bytes", "one of \(plain.count) plain bytes")
    }
    if compressed.count < frame.byteCount {
      compressed = [UInt8](repeating: 0, count: frame.byteCount)
    }
    try compressed.withUnsafeMutableBytes { buffer in
      let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<frame.byteCount])
      try file.read(at: frame.offset, into: bytes)
      guard ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count) == UInt64(plain.count) else {
        throw fault("another content size in the frame", "\(plain.count) plain bytes")
      }
      guard ZSTD_findFrameCompressedSize(bytes.baseAddress, bytes.count) == bytes.count else {
        throw fault("other bytes", "one zstd frame of \(bytes.count) bytes")
      }
      let size = ZSTD_decompressDCtx(
        context, plain.baseAddress, plain.count, bytes.baseAddress, bytes.count)
      guard ZSTD_isError(size) == 0 else {
        throw fault(String(cString: ZSTD_getErrorName(size)), "a zstd frame")
      }
      guard size == plain.count else {
        throw fault("\(size) plain bytes", "\(plain.count)")
      }
    }
    let checksum = ShardFormat.checksum(UnsafeRawBufferPointer(plain))
    guard checksum == frame.checksum else {
      throw fault("checksum \(checksum)", "\(frame.checksum) as in the seek table")
    }
    let highest = Self.highest(UnsafeRawBufferPointer(plain), header.bytesPerToken)
    guard highest < header.vocabularyCount else {
      throw fault("token \(highest)", "tokens below \(header.vocabularyCount)")
    }
  }

  private static func highest(_ bytes: UnsafeRawBufferPointer, _ width: Int) -> Int {
    if width == 2 {
      var highest: UInt16 = 0
      for token in bytes.assumingMemoryBound(to: UInt16.self) {
        highest = max(highest, UInt16(littleEndian: token))
      }
      return Int(highest)
    }
    var highest: UInt32 = 0
    for token in bytes.assumingMemoryBound(to: UInt32.self) {
      highest = max(highest, UInt32(littleEndian: token))
    }
    return Int(highest)
  }
}
