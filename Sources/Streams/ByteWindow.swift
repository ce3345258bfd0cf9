import Glibc

/// The part of a stream that is in memory: bytes are appended behind it and used up in front of it.
/// Pointers into it hold until something is appended or room is made.
package final class ByteWindow {
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  /// Where the first byte of the window is in the stream: how many bytes were used up before it.
  package private(set) var position = 0

  package init(capacity: Int = 1 << 20) {
    buffer = .allocate(byteCount: max(capacity, 64), alignment: 64)
  }

  deinit { buffer.deallocate() }

  package var count: Int { end - start }

  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: buffer[start..<end])
  }

  /// The room behind the bytes.
  package var free: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
  }

  /// Says that the first `count` bytes of `free` were written.
  package func append(_ count: Int) { end += min(max(count, 0), buffer.count - end) }

  /// Uses up the first `count` bytes, as many as there are.
  package func consume(_ count: Int) {
    let used = min(max(count, 0), end - start)
    position += used
    start += used
    if start == end {
      start = 0
      end = 0
    }
  }

  package func removeAll() { consume(count) }

  /// Sees to it that `free` has at least `count` bytes: moves the bytes to the front, or takes a
  /// buffer of twice the size.
  package func makeRoom(_ count: Int) {
    if buffer.count - end >= count { return }
    let kept = end - start
    if buffer.count - kept < count || kept > buffer.count / 2 {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(buffer.count * 2, kept + count), alignment: 64)
      larger.copyMemory(from: bytes)
      buffer.deallocate()
      buffer = larger
    } else if let base = buffer.baseAddress {
      memmove(base, base + start, kept)
    }
    start = 0
    end = kept
  }
}
