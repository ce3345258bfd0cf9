import Glibc

/// Bytes in memory, read as a stream.
package final class BytesSource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = min(buffer.count, bytes.count - position)
    guard count > 0, let to = buffer.baseAddress else { return 0 }
    bytes.withUnsafeBytes { from in
      if let base = from.baseAddress { memcpy(to, base + position, count) }
    }
    position += count
    return count
  }
}
