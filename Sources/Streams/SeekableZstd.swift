import CXXHash

/// The seek table of a zstd file: where its frames are. Any zstd decoder skips it.
/// Format: zstd's contrib/seekable_format, version 0.1.0, with checksums.
package struct SeekTableBuilder: Sendable {
  package static let magic: UInt32 = 0x184D_2A5E
  package static let footerMagic: UInt32 = 0x8F92_EAB1
  /// "checksums are present", the only bit that may be set.
  package static let descriptor: UInt8 = 0x80
  package static let entryByteCount = 12

  private var entries: [UInt8] = []

  package init() {}

  /// Adds the next frame of the file; one that can be skipped has no plain bytes.
  package mutating func add(compressed: UInt32, plain: UInt32, checksum: UInt32) {
    entries.appendLittle(compressed)
    entries.appendLittle(plain)
    entries.appendLittle(checksum)
  }

  /// The table as a frame that decoders skip; nil where it is too large for one.
  package func frame() -> [UInt8]? {
    var content = entries
    content.appendLittle(UInt32(truncatingIfNeeded: entries.count / Self.entryByteCount))
    content.append(Self.descriptor)
    content.appendLittle(Self.footerMagic)
    guard let size = UInt32(exactly: content.count) else { return nil }
    var frame: [UInt8] = []
    frame.appendLittle(Self.magic)
    frame.appendLittle(size)
    return frame + content
  }

  /// The low half of XXH64 of the plain bytes.
  package static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    UInt32(truncatingIfNeeded: XXH64(bytes.baseAddress, bytes.count, 0))
  }
}

/// One frame of a seekable file, compressed on any thread.
package struct CompressedFrame: Sendable {
  package var bytes: [UInt8]
  package var plainByteCount: Int
  package var checksum: UInt32

  /// - Parameter plain: less than 1 GiB.
  package init(_ plain: UnsafeRawBufferPointer, by compressor: FrameCompressor) throws {
    bytes = try compressor.compress(plain) { Array($0) }
    plainByteCount = plain.count
    checksum = SeekTableBuilder.checksum(plain)
  }
}

/// A zstd file of frames that can be decompressed one by one, with its seek table at the end.
package final class SeekableZstdWriter {
  private let file: OutputFile
  private var table = SeekTableBuilder()

  package init(_ file: OutputFile) { self.file = file }

  package func append(_ frame: CompressedFrame) throws {
    guard let compressed = UInt32(exactly: frame.bytes.count),
      let plain = UInt32(exactly: frame.plainByteCount)
    else {
      throw Fault(
        .failure, "'\(file.path)' would have a frame of \(frame.plainByteCount) bytes",
        expected: "less than 4 GiB")
    }
    try file.write(frame.bytes)
    table.add(compressed: compressed, plain: plain, checksum: frame.checksum)
  }

  /// Writes the seek table and commits the file.
  package func commit() throws {
    if let table = table.frame() { try file.write(table) }
    try file.commit()
  }
}

extension [UInt8] {
  package mutating func appendLittle(_ value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
