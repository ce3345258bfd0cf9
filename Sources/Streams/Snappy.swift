import CSnappy

/// Snappy blocks without a frame, as Parquet has them.
package enum Snappy {
  /// Decompresses one block of known size into `output`, and checks that it fills it.
  /// - Returns: false where the block is damaged or of another size.
  package static func decompress(
    _ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard statedSize(block) == output.count,
      let from = block.bindMemory(to: CChar.self).baseAddress
    else { return false }
    guard let to = output.bindMemory(to: CChar.self).baseAddress else {
      return snappy_validate_compressed_buffer(from, block.count) == SNAPPY_OK
    }
    var size = output.count
    return snappy_uncompress(from, block.count, to, &size) == SNAPPY_OK && size == output.count
  }

  /// The size that a block says it has after decompression; nil where it is damaged.
  package static func statedSize(_ block: UnsafeRawBufferPointer) -> Int? {
    var size = 0
    guard let from = block.bindMemory(to: CChar.self).baseAddress,
      snappy_uncompressed_length(from, block.count, &size) == SNAPPY_OK
    else { return nil }
    return size
  }
}
