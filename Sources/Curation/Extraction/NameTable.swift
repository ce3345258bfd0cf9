/// Finds short ASCII names, in any case, and gives the number that each stands for. An open hash
/// table over the names packed into two words: no allocation and no comparison of bytes.
struct NameTable {
  /// Longer names are never found.
  static let longestName = 16

  private struct Slot {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var value: UInt16 = 0
  }

  private let slots: [Slot]
  private let shift: UInt64

  /// - Parameter entries: names in lower case, each with a number above 0. A name that comes twice
  ///   gets the bits of both.
  init(_ entries: [(name: String, value: UInt16)]) {
    var slotCount = 64
    while slotCount < entries.count * 4 { slotCount *= 2 }
    shift = UInt64(slotCount.leadingZeroBitCount + 1)
    var slots = [Slot](repeating: Slot(), count: slotCount)
    for entry in entries {
      precondition(entry.value != 0 && entry.name.utf8.count <= Self.longestName)
      let bytes = Array(entry.name.utf8)
      let key = bytes.withUnsafeBufferPointer { Self.key($0) }
      var index = Self.slot(key, shift)
      while slots[index].value != 0, slots[index].low != key.low || slots[index].high != key.high {
        index = (index + 1) & (slotCount - 1)
      }
      slots[index] = Slot(low: key.low, high: key.high, value: slots[index].value | entry.value)
    }
    self.slots = slots
  }

  /// The number of `name`, 0 where the table does not have it.
  @inline(__always)
  func value(_ name: UnsafeBufferPointer<UInt8>) -> UInt16 {
    guard name.count <= Self.longestName else { return 0 }
    let key = Self.key(name)
    return slots.withUnsafeBufferPointer { slots in
      var index = Self.slot(key, shift)
      while slots[index].value != 0 {
        if slots[index].low == key.low, slots[index].high == key.high { return slots[index].value }
        index = (index + 1) & (slots.count - 1)
      }
      return 0
    }
  }

  @inline(__always)
  private static func key(_ name: UnsafeBufferPointer<UInt8>) -> (low: UInt64, high: UInt64) {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var index = 0
    while index < name.count {
      let byte = name[index]
      let lower = UInt64(byte &- 65 < 26 ? byte | 0x20 : byte)
      if index < 8 {
        low |= lower &<< UInt64(8 &* index)
      } else {
        high |= lower &<< UInt64(8 &* index &- 64)
      }
      index &+= 1
    }
    return (low, high)
  }

  @inline(__always)
  private static func slot(_ key: (low: UInt64, high: UInt64), _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: ((key.low ^ key.high &* 31) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }
}
