import Glibc
import Streams

/// Float32 memory that is allocated and touched once, on huge pages where the system has them.
///
/// Fresh pages fill at a fraction of the speed of pages that were touched before, so everything a
/// step needs is made here before the first step.
public final class FloatBuffer: @unchecked Sendable {
  public let base: UnsafeMutablePointer<Float>
  public let count: Int

  /// Zeroed memory for `count` numbers, aligned to 64 bytes at least.
  public init(count: Int) throws {
    let hugePage = 1 << 21
    let byteCount = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
    var memory: UnsafeMutableRawPointer?
    guard count >= 0, !byteCount.overflow,
      posix_memalign(
        &memory, byteCount.partialValue >= hugePage ? hugePage : 64, max(byteCount.partialValue, 64)
      ) == 0, let memory
    else { throw Fault(.failure, "out of memory", found: "a request for \(count) numbers") }
    if byteCount.partialValue >= hugePage {
      madvise(memory, byteCount.partialValue, 14)  // MADV_HUGEPAGE, advice only
    }
    memset(memory, 0, byteCount.partialValue)
    base = memory.bindMemory(to: Float.self, capacity: count)
    self.count = count
  }

  deinit { free(base) }

  public var numbers: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }
}

/// Hands out places in a buffer that does not exist yet: first reserve all, then allocate once.
struct MemoryPlan {
  private(set) var floatCount = 0

  /// The offset of `count` numbers, aligned to 64 bytes.
  mutating func reserve(_ count: Int) -> Int {
    defer { floatCount += (count + 15) & ~15 }
    return floatCount
  }
}
