/// A permutation of `0..<count` in no memory: an eight-round Feistel network over the next even
/// number of bits, walked until the value falls inside (cycle walking, Black & Rogaway 2002).
public struct KeyedPermutation: Sendable {
  public let count: UInt64
  private let halfBits: UInt64
  private let halfMask: UInt64
  private let random: CounterRandom

  public init(count: UInt64, random: CounterRandom) {
    self.count = count
    self.random = random
    let bits = count <= 1 ? 0 : UInt64(64 - (count - 1).leadingZeroBitCount)
    halfBits = (bits + 1) / 2
    halfMask = halfBits == 0 ? 0 : (1 << halfBits) - 1
  }

  /// Where `index` (below `count`) goes.
  public subscript(index: UInt64) -> UInt64 {
    guard count > 1 else { return 0 }
    var value = index
    repeat { value = round(value) } while value >= count
    return value
  }

  private func round(_ value: UInt64) -> UInt64 {
    var left = value >> halfBits
    var right = value & halfMask
    for step: UInt64 in 0..<8 {
      (left, right) = (right, left ^ (random.bits(right | step << 48) & halfMask))
    }
    return left << halfBits | right
  }
}
