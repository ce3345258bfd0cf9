/// Memory that grows and is reused; what it holds is lost when it grows.
final class GrowingBuffer {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { memory.deallocate() }

  /// The first `count` bytes, uninitialised.
  func take(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if memory.count < count || memory.baseAddress == nil {
      memory.deallocate()
      memory = .allocate(
        byteCount: max(count, memory.count + memory.count / 2, 4096), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: memory[..<count])
  }
}
