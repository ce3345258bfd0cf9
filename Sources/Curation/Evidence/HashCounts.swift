/// Counts hashes and remembers where each came first. It grows with what is distinct, so that a long
/// text of few patterns takes little memory.
struct HashCounts {
  private var slots: [Slot]
  private var used = 0

  private struct Slot {
    var hash: UInt64 = 0
    /// 0 in a free slot.
    var count: UInt32 = 0
    var first: UInt32 = 0
  }

  init() { slots = [Slot](repeating: Slot(), count: 256) }

  /// Counts a hash once more.
  /// - Parameter place: where it is, at most `UInt32.max`.
  /// - Returns: how often it came so far, and its first place.
  mutating func count(_ hash: UInt64, at place: Int) -> (count: Int, first: Int) {
    if used * 3 >= slots.count * 2 { grow() }
    let index = slot(of: hash)
    if slots[index].count == 0 {
      used += 1
      slots[index] = Slot(hash: hash, count: 0, first: UInt32(truncatingIfNeeded: place))
    }
    slots[index].count += 1
    return (Int(slots[index].count), Int(slots[index].first))
  }

  /// The slot that holds the hash, or the free one where it belongs.
  private func slot(of hash: UInt64) -> Int {
    let mask = slots.count - 1
    let mixed = (hash &* 0x9E37_79B9_7F4A_7C15) >> 32
    var index = Int(truncatingIfNeeded: mixed) & mask
    while slots[index].count != 0, slots[index].hash != hash { index = (index + 1) & mask }
    return index
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 2)
    for slot in old where slot.count != 0 { slots[self.slot(of: slot.hash)] = slot }
  }
}
