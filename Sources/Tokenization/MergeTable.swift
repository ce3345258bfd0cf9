/// Which pairs of tokens merge, how early, and into what: open addressing, read by all threads.
final class MergeTable: @unchecked Sendable {  // Immutable after `init`.
  private struct Slot {
    var pair: UInt64
    var rank: UInt32
    var merged: UInt32
  }

  /// The rank of a pair that does not merge.
  static let never = UInt32.max

  private let slots: UnsafeMutablePointer<Slot>
  private let shift: UInt64
  private let mask: Int
  /// The merges of all pairs of bytes, where each word begins: fewer places in memory than `slots`.
  private let bytePairs: UnsafeMutablePointer<Merge>

  struct Merge {
    var rank: UInt32
    var merged: UInt32
  }

  /// - Parameters:
  ///   - merges: in order of their rank; of equal pairs the last one counts.
  ///   - byteIDs: the token of each byte.
  init(_ merges: [(left: UInt32, right: UInt32, merged: UInt32)], byteIDs: [UInt32]) {
    var capacity = 1024
    while capacity < 2 * merges.count { capacity *= 2 }
    shift = UInt64(64 - capacity.trailingZeroBitCount)
    mask = capacity - 1
    slots = .allocate(capacity: capacity)
    bytePairs = .allocate(capacity: 1 << 16)
    slots.initialize(repeating: Slot(pair: .max, rank: Self.never, merged: 0), count: capacity)
    for (rank, merge) in merges.enumerated() {
      let pair = Self.key(merge.left, merge.right)
      var slot = start(pair)
      while slots[slot].pair != .max, slots[slot].pair != pair { slot = (slot + 1) & mask }
      slots[slot] = Slot(pair: pair, rank: UInt32(rank), merged: merge.merged)
    }
    for pair in 0..<1 << 16 {
      let (rank, merged) = merge(byteIDs[pair >> 8], byteIDs[pair & 255])
      bytePairs[pair] = Merge(rank: rank, merged: merged)
    }
  }

  deinit {
    slots.deallocate()
    bytePairs.deallocate()
  }

  /// As `merge` for the tokens of two bytes.
  @inline(__always)
  func merge(byte left: UInt8, byte right: UInt8) -> (rank: UInt32, merged: UInt32) {
    let merge = bytePairs[Int(left) << 8 | Int(right)]
    return (merge.rank, merge.merged)
  }

  @inline(__always)
  private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  @inline(__always)
  private func start(_ pair: UInt64) -> Int {
    let mixed = (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> shift)
  }

  /// The rank at which the pair merges (`never` where it does not) and the token that it becomes.
  @inline(__always)
  func merge(_ left: UInt32, _ right: UInt32) -> (rank: UInt32, merged: UInt32) {
    let pair = Self.key(left, right)
    var slot = start(pair)
    while true {
      let found = slots[slot]
      if found.pair == pair || found.pair == .max { return (found.rank, found.merged) }
      slot = (slot + 1) & mask
    }
  }
}
