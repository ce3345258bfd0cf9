/// Shares as decimal numbers with at most nine digits that add up to exactly 1.
struct DecimalShares {
  /// In billionths.
  private let parts: [Int]

  /// - Parameter shares: they add up to 1.
  init(_ shares: [Double]) {
    parts = (try? MixtureWeights.whole(shares, unit: 1_000_000_000)) ?? shares.map { _ in 0 }
  }

  /// The shares that are not 0, with their indices.
  var entries: [(index: Int, text: String)] {
    parts.indices.filter { parts[$0] > 0 }.map { ($0, Self.text(parts[$0])) }
  }

  private static func text(_ billionths: Int) -> String {
    var digits = String(String(1_000_000_000 + billionths % 1_000_000_000).dropFirst())
    while digits.count > 1, digits.hasSuffix("0") { digits.removeLast() }
    return "\(billionths / 1_000_000_000).\(digits)"
  }
}
