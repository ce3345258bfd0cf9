/// Random numbers without a state: each is a function of (seed, purpose, index), so that any part
/// of a run can be repeated alone and in any order, and threads share nothing.
///
/// The function is SplitMix64's finaliser (Steele, Lea & Flood 2014) over a key made from seed and
/// purpose and a Weyl sequence over the index.
public struct CounterRandom: Sendable, Hashable {
  private let key: UInt64

  /// - Parameter purpose: what the numbers are for, for example "initial weights": numbers of two
  ///   purposes are independent.
  public init(seed: UInt64, purpose: StaticString) {
    self.init(seed: seed, purpose: String(describing: purpose))
  }

  public init(seed: UInt64, purpose: String) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    key = Self.mix(Self.mix(seed &+ 0x9e37_79b9_7f4a_7c15) ^ hash)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// 64 uniform bits.
  @inline(__always)
  public func bits(_ index: UInt64) -> UInt64 {
    Self.mix(Self.mix(key &+ index &* 0x9e37_79b9_7f4a_7c15) ^ key)
  }

  /// Uniform in [0, 1), 53 bits.
  @inline(__always)
  public func uniform(_ index: UInt64) -> Double { Double(bits(index) >> 11) * 0x1p-53 }

  /// Uniform in `0..<bound` by multiplication (Lemire 2019), with a bias below bound / 2^64.
  @inline(__always)
  public func below(_ bound: UInt64, _ index: UInt64) -> UInt64 {
    bits(index).multipliedFullWidth(by: bound).high
  }

  /// The same purpose, one level deeper: independent streams, one for each `index`.
  public func substream(_ index: UInt64) -> CounterRandom {
    CounterRandom(key: Self.mix(bits(index) ^ 0xd1b5_4a32_d192_ed03))
  }

  private init(key: UInt64) { self.key = key }
}
