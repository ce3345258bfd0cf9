import CZlib
import Foundation
import Streams
import Testing

/// Blocks that pyarrow's codecs made of `plain`, and hostile ones.
@Suite struct BlockCodecTests {
  private static let plain: [UInt8] =
    (0..<40).flatMap { Array("line \($0 % 7) of a text that repeats itself\n".utf8) }
    + Array(0...255)

  private static let blocks: [BlockCodec: String] = [
    .snappy: """
    yA2QbGluZSAwIG9mIGEgdGV4dCB0aGF0IHJlcGVhdHMgaXRzZWxmCgUlADGOJQAAMo4lAAAzjiUAADSOJQAA\
    NY4lAAA2jiUA/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB/gMB\
    /gMB8P8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5\
    Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4\
    eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3\
    uLm6u7y9vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX2\
    9/j5+vv8/f7/
    """,
    .lz4: """
    8RZsaW5lIDAgb2YgYSB0ZXh0IHRoYXQgcmVwZWF0cyBpdHNlbGYKJQAfMSUAER8yJQARHzMlABEfNCUAER81\
    JQARHzYlABEPAwH/////sfDxAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKiss\
    LS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWpr\
    bG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmq\
    q6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp\
    6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==
    """,
    .brotli: """
    G8cGAGSkTqFkn9dNriew0mASYXIAdLWWpBkH7rHkEGyMnScRLV97CtEOC4AAexyABFywHi7AV270aGcgo1hA\
    BjOEoQxjOCNOjxkGDS0dPQMjE7PEpc6l2L0HYGVj5+Dk4ubh5eMXEBQSBoEhUBgcISIqJi4hKSUtIysnr6Co\
    pKyiqqauoamlraOrp29gaGRsYmpmbmFpZW1ji0ShMVgcnkAkkSlUO3sHRydnF1c3dw9PL28fXz//gMCg4JDQ\
    sPCIyKjomNi4+ITEpOSU1LT0jMys7JzcvPyCwqLiktKy8orKquqa2rr6hsam5pbWtvaOzq7unt6+/oHBoeGR\
    0bHxicmp6ZnZufmFxaXlldW19Y3Nre2d3b39g8Oj45PTs/OLy6vrm9u7+4fHp+eX17f3j8+v75/fv38=
    """,
  ]

  private static func block(_ codec: BlockCodec) throws -> [UInt8] {
    switch codec {
    case .none: plain
    case .zstd: try plain.withUnsafeBytes { try Zstd.compress($0) }
    // Two members.
    case .gzip: gzip(plain[..<100]) + gzip(plain[100...])
    default: Array(try #require(blocks[codec].flatMap { Data(base64Encoded: $0) }))
    }
  }

  private static func gzip(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var stream = z_stream()
    deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    defer { deflateEnd(&stream) }
    var input = Array(bytes)
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

  /// Nil where the block is refused.
  private func decompress(_ block: [UInt8], _ codec: BlockCodec, _ size: Int) throws -> [UInt8]? {
    var isGood = false
    let output = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      isGood = try block.withUnsafeBytes {
        try BlockDecompressor().decompress($0, codec, into: UnsafeMutableRawBufferPointer(buffer))
      }
      count = isGood ? size : 0
    }
    return isGood ? output : nil
  }

  @Test(
    "a block gives its bytes, and only into a buffer of its size", arguments: BlockCodec.allCases)
  func sizes(codec: BlockCodec) throws {
    let block = try Self.block(codec)
    let size = Self.plain.count
    #expect(try decompress(block, codec, size) == Self.plain)
    for wrong in [0, 1, size - 1, size + 1, 2 * size] {
      #expect(try decompress(block, codec, wrong) == nil, "\(wrong)")
    }
    let stated = block.withUnsafeBytes { BlockDecompressor.statedSize($0, codec) }
    #expect(stated == size || stated == nil)
    #expect(size <= block.count * codec.largestRatio)
  }

  @Test("damaged blocks are refused or give other bytes", arguments: BlockCodec.allCases)
  func damage(codec: BlockCodec) throws {
    let block = try Self.block(codec)
    for end in 0..<block.count {
      #expect(try decompress(Array(block[..<end]), codec, Self.plain.count) == nil, "\(end)")
    }
    for place in block.indices {
      for change: UInt8 in [0x01, 0x10, 0xff] {
        var damaged = block
        damaged[place] ^= change
        _ = try decompress(damaged, codec, Self.plain.count)
      }
    }
  }

  @Test("matches of LZ4 overlap themselves, and never start in front of the output")
  func lz4() throws {
    // One literal, repeated 18 times, then five literals.
    let block: [UInt8] = [0x1e, 0x61, 1, 0, 0x50] + Array("bcdef".utf8)
    let text = String(repeating: "a", count: 19) + "bcdef"
    #expect(try decompress(block, .lz4, 24) == Array(text.utf8))
    var farther = block
    farther[2] = 2
    #expect(try decompress(farther, .lz4, 24) == nil)
    farther[2] = 0
    #expect(try decompress(farther, .lz4, 24) == nil)
    #expect(try decompress([0x00], .lz4, 0) == [])
    #expect(try decompress([0xf0] + [UInt8](repeating: 255, count: 99), .lz4, 24) == nil)
  }
}
