import Glibc

/// Compressed bytes of a file, in a buffer that is refilled as they are used.
final class CompressedInput {
  private let source: any ByteSource
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// Where the first unused byte is in the file.
  private(set) var offset = 0
  private(set) var isAtEnd = false

  init(_ source: any ByteSource, capacity: Int) {
    self.source = source
    buffer = .allocate(byteCount: max(capacity, 64), alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// The bytes that were read and not yet used.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }
  var count: Int { end - start }

  func consume(_ count: Int) {
    let used = min(max(count, 0), end - start)
    start += used
    offset += used
  }

  /// Reads until at least `count` bytes are there, or all that the file has left.
  func fill(to count: Int) throws {
    while end - start < count, !isAtEnd { try readMore(capacity: count) }
  }

  /// Reads as much again as there is, so that trying again and again costs linear time.
  func double() throws { try fill(to: max(2 * count, 1)) }

  private func readMore(capacity: Int) throws {
    if start > 0, let base = buffer.baseAddress {
      memmove(base, base + start, end - start)
      end -= start
      start = 0
    }
    if capacity > buffer.count || end == buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(buffer.count * 2, capacity), alignment: 64)
      larger.copyMemory(from: bytes)
      buffer.deallocate()
      buffer = larger
    }
    let read = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[end...]))
    if read == 0 { isAtEnd = true }
    end += read
  }
}
