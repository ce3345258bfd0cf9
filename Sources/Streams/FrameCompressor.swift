import CZstd

/// Compresses buffers into zstd frames of their own, with content size and checksum.
package final class FrameCompressor {
  private let context: OpaquePointer
  private var output: [UInt8] = []

  package init(level: Int32) throws {
    guard let context = ZSTD_createCCtx() else { throw Fault(.failure, "out of memory") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Gives the frame to `body`.
  package func compress<R>(
    _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> R
  ) throws -> R {
    let bound = ZSTD_compressBound(bytes.count)
    if output.count < bound { output = [UInt8](repeating: 0, count: bound) }
    return try output.withUnsafeMutableBytes { output in
      let size = ZSTD_compress2(
        context, output.baseAddress, output.count, bytes.baseAddress, bytes.count)
      guard ZSTD_isError(size) == 0 else {
        throw Fault(.failure, "zstd: \(String(cString: ZSTD_getErrorName(size)))")
      }
      return try body(UnsafeRawBufferPointer(rebasing: output[..<size]))
    }
  }
}
