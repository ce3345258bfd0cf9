import CZlib
import Foundation
import Streams
import TestFolders
import Testing

/// Text that compresses, and whose bytes differ everywhere.
private func sample(_ count: Int) -> [UInt8] {
  var state: UInt64 = 7
  return (0..<count).map { index in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return index % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 60) &+ 97 : 32
  }
}

private func gzip(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  return [UInt8](unsafeUninitializedCapacity: bytes.count * 2 + 100) { buffer, count in
    input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = buffer.baseAddress
      stream.avail_out = UInt32(buffer.count)
      deflate(&stream, Z_FINISH)
    }
    count = buffer.count - Int(stream.avail_out)
  }
}

private func zstd(_ bytes: [UInt8]) throws -> [UInt8] {
  try bytes.withUnsafeBytes { try Zstd.compress($0) }
}

/// Reads in pieces of `step` bytes until the end or the fault.
private func read(_ path: String, step: Int) -> (bytes: [UInt8], fault: Fault?) {
  var bytes: [UInt8] = []
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: step, alignment: 1)
  defer { buffer.deallocate() }
  do {
    let source = try InputFile.open(path)
    while true {
      let count = try source.read(into: buffer)
      if count == 0 { return (bytes, nil) }
      bytes += buffer[..<count]
    }
  } catch { return (bytes, error as? Fault) }
}

@Suite struct CompressedSourceTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(
    "any number of frames or members comes out as one stream, whatever the size of the pieces",
    arguments: ["zst", "gz"], [1, 7, 4096, 1 << 20])
  func manyFrames(ending: String, step: Int) throws {
    let parts = [sample(50_000), [], sample(1), sample(300_000)]
    let packed = try parts.flatMap { ending == "zst" ? try zstd($0) : gzip($0) }
    let path = try folder.file("many-\(step).\(ending)", packed)
    let result = read(path, step: step)
    #expect(result.fault == nil)
    #expect(result.bytes == Array(parts.joined()))
  }

  @Test("a zstd frame may have a window of 128 MiB and no more")
  func window() throws {
    let frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0]
    let content: [UInt8] = [9, 0, 0, 65]
    #expect(read(try folder.file("w27.zst", frame + [0x88] + content), step: 64).bytes == [65])
    for descriptor: UInt8 in [0x89, 0x90, 0xa8, 0xff] {
      let path = try folder.file("w\(descriptor).zst", frame + [descriptor] + content)
      let fault = try #require(read(path, step: 64).fault)
      #expect(fault.kind == .input && fault.hint?.contains("--long=31") == true)
    }
  }

  @Test("the ending tells the compression, whatever its case")
  func compression() {
    for name in ["a.gz", "A.JSONL.GZ", "x/a.tGz"] {
      #expect(InputFile.compression(name) == .gzip && InputFile.isCompressed(name))
    }
    for name in ["a.zst", "A.ZST", "a.TZST"] { #expect(InputFile.compression(name) == .zstd) }
    for name in ["gz", "a.gz.txt", "agz", "", "a.zip"] { #expect(!InputFile.isCompressed(name)) }
  }

  @Test("a skippable zstd frame is skipped")
  func skippable() throws {
    let skipped: [UInt8] = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9]
    let path = try folder.file("skip.zst", skipped + zstd(sample(100)) + skipped)
    #expect(read(path, step: 64).bytes == sample(100))
    #expect(read(path, step: 64).fault == nil)
  }

  @Test(
    "a file cut at any place gives a correct beginning and a fault that says where",
    arguments: ["zst", "gz"])
  func truncated(ending: String) throws {
    let plain = sample(20_000)
    let packed = try ending == "zst" ? zstd(plain) : gzip(plain)
    for length in [1, 3, 10, packed.count / 2, packed.count - 4, packed.count - 1] {
      let path = try folder.file("cut-\(length).\(ending)", Array(packed.prefix(length)))
      let result = read(path, step: 1000)
      let fault = try #require(result.fault, "cut at \(length)")
      #expect(plain.starts(with: result.bytes))
      #expect(fault.kind == .input)
      #expect(fault.place?.contains("byte \(length)") == true)
    }
  }

  @Test("a flipped byte is never read as other text without a fault", arguments: ["zst", "gz"])
  func corrupt(ending: String) throws {
    let plain = sample(20_000)
    let packed = try ending == "zst" ? zstd(plain) : gzip(plain)
    for place in stride(from: 12, to: packed.count, by: packed.count / 40) {
      var damaged = packed
      damaged[place] ^= 0x40
      let result = read(try folder.file("bad-\(place).\(ending)", damaged), step: 1 << 16)
      #expect(result.fault != nil || result.bytes == plain, "byte \(place)")
    }
  }

  @Test("bytes that are another format are refused", arguments: ["zst", "gz"])
  func otherFormat(ending: String) throws {
    let path = try folder.file("plain.\(ending)", Array("just text, nothing packed".utf8))
    #expect(read(path, step: 100).fault?.kind == .input)
  }

  @Test("an empty file is an empty stream", arguments: ["zst", "gz", "txt"])
  func empty(ending: String) throws {
    let result = read(try folder.file("empty.\(ending)", []), step: 100)
    #expect(result.bytes.isEmpty && result.fault == nil)
  }

  @Test("the writer's file is read back by the zstd program's rules: one frame with a checksum")
  func writer() throws {
    let path = folder.path + "/out.zst"
    let writer = try ZstdWriter(OutputFile(path))
    let plain = sample(400_000)
    for start in stride(from: 0, to: plain.count, by: 12_345) {
      try plain[start..<min(start + 12_345, plain.count)].withUnsafeBytes { try writer.write($0) }
    }
    #expect(!Folder.exists(path))
    try writer.commit()
    #expect(writer.plainByteCount == plain.count)
    #expect(try InputFile.decompressedBytes(path) == plain)
    let packed = try InputFile.bytes(path)
    #expect(packed.starts(with: [0x28, 0xb5, 0x2f, 0xfd]))
    #expect(packed[4] & 0x04 != 0)
  }

  @Test("a frame that is damaged, short or of another size does not decompress into a buffer")
  func wholeBuffers() throws {
    let plain = sample(5000)
    let frame = try zstd(plain)
    func fits(_ frame: [UInt8], _ size: Int) -> Bool {
      var output = [UInt8](repeating: 0, count: size)
      return frame.withUnsafeBytes { frame in
        output.withUnsafeMutableBytes { Zstd.decompress(frame, into: $0) }
      }
    }
    #expect(fits(frame, 5000))
    #expect(!fits(frame, 4999))
    #expect(!fits(frame, 5001))
    #expect(!fits(Array(frame.dropLast()), 5000))
    #expect(!fits([], 5000))
  }
}
