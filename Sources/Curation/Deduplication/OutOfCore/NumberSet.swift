/// A set of document numbers, one bit each, that tells how many members come before a number: so
/// members can be numbered anew without gaps, and only they need memory from then on.
struct NumberSet: Sendable {
  private var words: [UInt64]
  /// Members before each 8 words.
  private var ranks: [UInt64] = []
  private(set) var memberCount = 0

  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 511) / 512 * 8) }

  @inline(__always)
  mutating func insert(_ number: Int) { words[number >> 6] |= 1 << UInt64(number & 63) }

  @inline(__always)
  func contains(_ number: Int) -> Bool { words[number >> 6] >> UInt64(number & 63) & 1 == 1 }

  /// To be called when all members are in, before `rank` and `forEach`.
  mutating func countMembers() {
    ranks = []
    ranks.reserveCapacity(words.count / 8)
    var total = 0
    for block in stride(from: 0, to: words.count, by: 8) {
      ranks.append(UInt64(total))
      for word in block..<block + 8 { total += words[word].nonzeroBitCount }
    }
    memberCount = total
  }

  /// How many members are smaller than a member.
  @inline(__always)
  func rank(_ number: Int) -> Int {
    let word = number >> 6
    var rank = Int(ranks[word >> 3])
    for before in word & ~7..<word { rank += words[before].nonzeroBitCount }
    let below = words[word] & ((1 << UInt64(number & 63)) - 1)
    return rank + below.nonzeroBitCount
  }

  /// Calls `body` with each member in a range, in order.
  func forEach(in range: Range<Int>, _ body: (Int) throws -> Void) rethrows {
    guard !range.isEmpty else { return }
    for word in range.lowerBound >> 6...(range.upperBound - 1) >> 6 {
      var bits = words[word]
      while bits != 0 {
        let number = word << 6 + bits.trailingZeroBitCount
        bits &= bits - 1
        if range.contains(number) { try body(number) }
      }
    }
  }
}
