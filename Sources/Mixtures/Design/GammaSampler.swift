import CounterRandom
import Glibc

/// Gamma and Dirichlet variates from a counter-based stream (Marsaglia & Tsang 2000, "A simple method
/// for generating gamma variables").
struct GammaSampler {
  private let random: CounterRandom
  private var draws: UInt64 = 0

  init(_ random: CounterRandom) { self.random = random }

  /// In (0, 1]: its logarithm is finite.
  private mutating func uniform() -> Double {
    draws += 1
    return 1 - random.uniform(draws)
  }

  private mutating func normal() -> Double {
    let radius = (-2 * log(uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// The logarithm of a gamma variate with scale 1: small shapes underflow without it. The logarithm
  /// of 0 for a shape of 0.
  mutating func logarithm(shape: Double) -> Double {
    guard shape > 0 else { return -.infinity }
    // A shape below 1 comes from the next one up.
    guard shape >= 1 else { return logarithm(shape: shape + 1) + log(uniform()) / shape }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let root = 1 + c * x
      guard root > 0 else { continue }
      let v = root * root * root
      if log(uniform()) < x * x / 2 + d - d * v + d * log(v) { return log(d * v) }
    }
  }

  /// Shares that add up to 1; their expectation is the concentration over its sum.
  mutating func dirichlet(_ concentration: [Double]) -> [Double] {
    let logarithms = concentration.map { logarithm(shape: $0) }
    let largest = logarithms.max() ?? 0
    guard largest > -.infinity else { return concentration.map { _ in 0 } }
    let weights = logarithms.map { exp($0 - largest) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}
