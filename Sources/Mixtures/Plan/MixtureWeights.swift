import Glibc
import Streams

/// How the samples of a stretch of training are shared out among the domains.
public enum MixtureWeights: Sendable, Equatable {
  /// A weight for each domain by name; they need not add up to 1 (they are scaled), and a domain that
  /// is not named gets 0.
  case explicit([String: Double])
  /// By what there is: each domain is seen for the same number of epochs.
  case proportional
  /// p ∝ n^(1/τ): 1 is proportional, more evens the domains out.
  case temperature(Double)
  /// In the proportion of these budgets; a domain that is not named gets none.
  case tokens([String: Int])
}

/// A stretch of training with its weights.
public struct MixtureSegment: Sendable, Equatable {
  /// Steps in the segment.
  public var steps: Int
  /// Constant over the segment.
  public var weights: MixtureWeights

  /// A segment.
  public init(steps: Int, weights: MixtureWeights) {
    self.steps = steps
    self.weights = weights
  }
}

extension MixtureWeights {
  /// The share of each domain, in their order; they add up to 1.
  /// - Throws: a `Fault` for a name that is not among the domains, for a number that is no weight,
  ///   and where all weights are 0.
  public func shares(among domains: [MixtureDomain]) throws -> [Double] {
    try Self.scaled(try raw(among: domains))
  }

  /// Not scaled yet.
  func raw(among domains: [MixtureDomain]) throws -> [Double] {
    switch self {
    case .proportional: return domains.map { Double($0.windowCount) }
    case .temperature(let temperature):
      guard temperature > 0, temperature.isFinite else {
        throw Fault(
          .input, "a mixture's temperature cannot be used", found: "\(temperature)",
          expected: "a number above 0: 1 is proportional, more evens the domains out")
      }
      let most = Double(max(domains.map(\.windowCount).max() ?? 0, 1))
      return domains.map { pow(Double($0.windowCount) / most, 1 / temperature) }
    case .tokens(let budgets):
      return try Self.explicit(budgets.mapValues(Double.init)).raw(among: domains)
    case .explicit(let named):
      for name in named.keys.sorted() where !domains.contains(where: { $0.name == name }) {
        throw Fault(
          .input, "there is no domain '\(name)' for a weight", found: "'\(name)'",
          expected: domains.map(\.name).joined(separator: ", "))
      }
      return try domains.map { domain in
        let weight = named[domain.name] ?? 0
        guard weight >= 0, weight.isFinite else {
          throw Fault(
            .input, "the weight of '\(domain.name)' is not a share", found: "\(weight)",
            expected: "a number from 0 up")
        }
        return weight
      }
    }
  }

  private static func scaled(_ weights: [Double]) throws -> [Double] {
    let largest = weights.max() ?? 0
    // Divided first, so that the sum of huge weights stays finite.
    let scaled = weights.map { largest > 0 ? $0 / largest : 0 }
    let total = scaled.reduce(0, +)
    guard total > 0 else {
      throw Fault(.input, "all weights of a mixture are 0", expected: "a weight above 0")
    }
    return scaled.map { $0 / total }
  }

  /// Weights as whole numbers that add up to `unit`: rounded down, and the rest to those that lost
  /// most, of equal ones to the first.
  static func whole(_ weights: [Double], unit: Int) throws -> [Int] {
    let exact = try scaled(weights).map { $0 * Double(unit) }
    var whole = exact.map { Int($0.rounded(.down)) }
    let order = exact.indices.filter { weights[$0] > 0 }.sorted {
      let (a, b) = (exact[$0] - Double(whole[$0]), exact[$1] - Double(whole[$1]))
      return (b, $0) < (a, $1)
    }
    let missing = unit - whole.reduce(0, +)
    for i in 0..<max(missing, 0) { whole[order[i % order.count]] += 1 }
    return whole
  }
}
