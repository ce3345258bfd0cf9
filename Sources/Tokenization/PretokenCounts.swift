import Streams
import TextKernels

/// How often each pre-token occurs in the texts seen: what a tokenizer is trained on. One thread
/// counts into one table; tables are merged afterwards, in any order.
public final class PretokenCounts: @unchecked Sendable {  // Used by one thread at a time.
  private let counts: OpaquePointer
  private var ends: [Int]
  /// Bytes of text counted.
  public private(set) var byteCount = 0

  /// An empty table.
  public init() throws {
    guard let counts = pretoken_counts_create() else { throw Self.outOfMemory }
    self.counts = counts
    ends = [Int](repeating: 0, count: Int(PRETOKENIZER_ENDS))
  }

  deinit { pretoken_counts_destroy(counts) }

  private static var outOfMemory: Fault {
    Fault(
      .failure, "out of memory for the counts of pre-tokens",
      hint: "train on a sample of the corpus")
  }

  /// Counts the pre-tokens of one document's text.
  public func count(_ text: UnsafeRawBufferPointer) throws {
    guard let base = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    byteCount += text.count
    var walk = pretokenizer_walk()
    walk.text = base
    walk.count = text.count
    var start = 0
    try ends.withUnsafeMutableBufferPointer { ends in
      while walk.position < text.count {
        let endCount = pretokenizer_scan(&walk, ends.baseAddress)
        guard pretoken_counts_add(counts, base, text.count, start, ends.baseAddress, endCount)
        else { throw Self.outOfMemory }
        if endCount > 0 { start = ends[endCount - 1] }
      }
    }
  }

  /// Adds the counts of another table.
  public func merge(_ other: PretokenCounts) throws {
    guard pretoken_counts_merge(counts, other.counts) else { throw Self.outOfMemory }
    byteCount += other.byteCount
  }

  /// Calls `body` with each different pre-token and its count, in no particular order.
  func forEach(_ body: (UnsafeBufferPointer<UInt8>, Int) -> Void) {
    var bytes: UnsafePointer<UInt8>?
    var (length, count) = (0, UInt64(0))
    for slot in 0..<pretoken_counts_slot_count(counts)
    where pretoken_counts_get(counts, slot, &bytes, &length, &count) {
      body(UnsafeBufferPointer(start: bytes, count: length), Int(clamping: count))
    }
  }
}
