import CBrotli
import CDeflate
import CZstd

/// How a block of known size is compressed.
package enum BlockCodec: String, Sendable, CaseIterable {
  case none
  case snappy
  case gzip
  case brotli
  case zstd
  case lz4

  /// How many bytes one compressed byte can become; a block that claims more lies.
  package var largestRatio: Int {
    switch self {
    case .none: 1
    case .snappy: 32
    case .gzip: 1032
    case .lz4: 256
    case .zstd, .brotli: 1 << 17
    }
  }
}

/// Decompresses blocks of known size, one after the other, with the state of each codec made once.
/// One decompressor serves one thread.
package final class BlockDecompressor {
  private var zstd: OpaquePointer?
  private var deflate: OpaquePointer?

  package init() {}

  deinit {
    ZSTD_freeDCtx(zstd)
    if let deflate { libdeflate_free_decompressor(deflate) }
  }

  /// Decompresses `block` into `output`, and checks that it fills it.
  /// - Returns: false where the block is damaged or of another size.
  /// - Throws: without memory.
  package func decompress(
    _ block: UnsafeRawBufferPointer, _ codec: BlockCodec,
    into output: UnsafeMutableRawBufferPointer
  ) throws -> Bool {
    switch codec {
    case .none:
      guard block.count == output.count else { return false }
      output.copyMemory(from: block)
      return true
    case .snappy: return Snappy.decompress(block, into: output)
    case .gzip: return try inflate(block, into: output)
    case .brotli: return BlockDecompressor.brotli(block, into: output)
    case .zstd:
      let context = try zstdContext()
      let size = ZSTD_decompressDCtx(
        context, output.baseAddress, output.count, block.baseAddress, block.count)
      return ZSTD_isError(size) == 0 && size == output.count
    case .lz4: return LZ4Block.decompress(block, into: output)
    }
  }

  /// The size that the block itself states, before anything is allocated for it; nil where it says
  /// nothing or is damaged.
  package static func statedSize(_ block: UnsafeRawBufferPointer, _ codec: BlockCodec) -> Int? {
    switch codec {
    case .none: return block.count
    case .snappy: return Snappy.statedSize(block)
    case .zstd:
      // Only the first frame's, so only where it is the last one too.
      guard ZSTD_findFrameCompressedSize(block.baseAddress, block.count) == block.count else {
        return nil
      }
      return Int(exactly: ZSTD_getFrameContentSize(block.baseAddress, block.count))
    case .gzip, .brotli, .lz4: return nil
    }
  }

  private func zstdContext() throws -> OpaquePointer {
    if let zstd { return zstd }
    guard let made = ZSTD_createDCtx() else { throw Fault(.failure, "out of memory") }
    zstd = made
    return made
  }

  private func deflateDecompressor() throws -> OpaquePointer {
    if let deflate { return deflate }
    guard let made = libdeflate_alloc_decompressor() else {
      throw Fault(.failure, "out of memory")
    }
    deflate = made
    return made
  }

  /// Gzip members, one behind the other.
  private func inflate(
    _ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws -> Bool {
    let decompressor = try deflateDecompressor()
    var (read, written) = (0, 0)
    repeat {
      let from = UnsafeRawBufferPointer(rebasing: block[read...])
      let to = UnsafeMutableRawBufferPointer(rebasing: output[written...])
      var (used, made) = (0, 0)
      let result = libdeflate_gzip_decompress_ex(
        decompressor, from.baseAddress, from.count, to.baseAddress, to.count, &used, &made)
      guard result == LIBDEFLATE_SUCCESS, used > 0 else { return false }
      read += used
      written += made
    } while read < block.count
    return written == output.count
  }

  private static func brotli(
    _ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var size = output.count
    let result = BrotliDecoderDecompress(
      block.count, block.bindMemory(to: UInt8.self).baseAddress, &size,
      output.bindMemory(to: UInt8.self).baseAddress)
    return result == BROTLI_DECODER_RESULT_SUCCESS && size == output.count
  }
}
