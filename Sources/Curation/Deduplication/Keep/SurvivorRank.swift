/// How much one would rather keep a document than the others of its cluster. The greatest rank
/// stays; of equal ranks the first by address.
public struct SurvivorRank: Sendable, Hashable, Comparable {
  /// Of its source: one more for each named source that goes behind it; 0 where it was not named.
  public let tier: UInt8
  /// By the rule, more is better; -∞ where the document has no value.
  public let value: Double

  /// The rank of a document that has nothing in its favour.
  public static let lowest = SurvivorRank()

  /// - Parameter value: NaN counts as no value.
  public init(tier: UInt8 = 0, value: Double = -.infinity) {
    self.tier = tier
    self.value = value.isNaN ? -.infinity : value
  }

  public static func < (a: Self, b: Self) -> Bool { (a.tier, a.value) < (b.tier, b.value) }
}
