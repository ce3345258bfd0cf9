import Glibc

/// Byte strings that are put together, one behind the other.
final class GrowingValues {
  private var memory = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var starts: [Int] = [0]
  /// Values in front of those that `read` hands out.
  private var keptCount = 0

  var byteCount: Int { starts.last ?? 0 }

  deinit { memory.deallocate() }

  func removeAll() {
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
    keptCount = 0
  }

  /// Leaves only the last value, on which the next one may build.
  func keepLast() {
    guard starts.count > 1, let base = memory.baseAddress else { return removeAll() }
    let (start, end) = (starts[starts.count - 2], starts[starts.count - 1])
    memmove(base, base + start, end - start)
    removeAll()
    starts.append(end - start)
    keptCount = 1
  }

  /// Appends the first `prefix` bytes of the last value and then `suffix`.
  /// - Returns: false where the last value is shorter.
  func append(_ prefix: Int, _ suffix: UnsafeRawBufferPointer) -> Bool {
    let end = byteCount
    let last = starts.count > 1 ? starts[starts.count - 2] : end
    guard prefix >= 0, prefix <= end - last else { return false }
    grow(to: end + prefix + suffix.count)
    if let base = memory.baseAddress {
      memcpy(base + end, base + last, prefix)
      if let from = suffix.baseAddress { memcpy(base + end + prefix, from, suffix.count) }
    }
    starts.append(end + prefix + suffix.count)
    return true
  }

  /// Appends `count` values of `width` bytes, for the caller to write.
  func reserve(_ count: Int, width: Int) -> UnsafeMutableRawBufferPointer {
    let end = byteCount
    grow(to: end + count * width)
    for i in 1...max(count, 1) where count > 0 { starts.append(end + i * width) }
    return UnsafeMutableRawBufferPointer(rebasing: memory[end..<end + count * width])
  }

  /// The last `count` values, valid until the next change.
  func read(_ count: Int, into output: UnsafeMutablePointer<UnsafeRawBufferPointer>) {
    let bytes = UnsafeRawBufferPointer(memory)
    for i in 0..<min(count, starts.count - 1 - keptCount) {
      output[i] = UnsafeRawBufferPointer(
        rebasing: bytes[starts[keptCount + i]..<starts[keptCount + i + 1]])
    }
  }

  private func grow(to count: Int) {
    if memory.count >= count, memory.baseAddress != nil { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(count, memory.count * 2, 4096), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: memory[..<byteCount]))
    memory.deallocate()
    memory = larger
  }
}
