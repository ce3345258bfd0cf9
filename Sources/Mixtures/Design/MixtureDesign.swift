import CounterRandom
import Glibc

/// Mixtures to try, for studies whose candidates are drawn rather than listed.
public enum MixtureDesign {
  /// The number of concentrations that draws choose from.
  private static let strengths = 15
  /// Mixtures nearer to each other than this, in the sum of absolute differences, are doubles.
  private static let resolution = 1e-5
  /// Draws in a row that give nothing new before a design ends early.
  private static let mostMisses = 10_000

  /// A sparse Dirichlet design around natural proportions, as RegMix draws its proxies' mixtures
  /// (Liu et al. 2024, arXiv:2407.01492): the prior's square roots, scaled to 1 and by one of fifteen
  /// strengths, are a draw's concentration. A draw with a share above its bound is rejected, shares
  /// that are too small to learn anything from become 0, and doubles are left out.
  ///
  /// The first mixtures of a longer design are those of a shorter one with the same seed.
  ///
  /// - Parameters:
  ///   - prior: natural proportions, from 0 up; they need not add up to 1.
  ///   - strength: the sum of the concentrations, log-spaced over this range: low ones give mixtures
  ///     of few domains, high ones mixtures near the prior.
  ///   - least: the smallest share that is not set to 0.
  ///   - mostTimesPrior: the largest share, in multiples of the prior's: what the domain's text allows.
  /// - Returns: mixtures that each add up to 1; fewer than `count` where ten thousand draws in a row
  ///   give no new one, as with one domain.
  public static func sparseDirichlet(
    prior: [Double], count: Int, strength: ClosedRange<Double> = 0.1...5, least: Double = 2e-4,
    mostTimesPrior: Double = 15, seed: UInt64
  ) -> [[Double]] {
    let total = prior.reduce(0, +)
    guard count > 0, total > 0, total.isFinite, prior.allSatisfy({ $0 >= 0 }),
      strength.lowerBound > 0
    else { return [] }
    let natural = prior.map { $0 / total }
    let roots = natural.map { $0.squareRoot() }
    let concentration = roots.map { $0 / roots.reduce(0, +) }
    let random = CounterRandom(seed: seed, purpose: "sparse Dirichlet design")
    var mixtures: [[Double]] = []
    var attempt: UInt64 = 0
    var misses = 0
    while mixtures.count < count, misses < mostMisses {
      let stream = random.substream(attempt)
      attempt += 1
      misses += 1
      let level = Double(stream.below(UInt64(strengths), 0)) / Double(strengths - 1)
      let scale = strength.lowerBound * pow(strength.upperBound / strength.lowerBound, level)
      var sampler = GammaSampler(stream)
      let drawn = sampler.dirichlet(concentration.map { $0 * scale })
      if zip(drawn, natural).contains(where: { $0 > min($1 * mostTimesPrior, 1) }) { continue }
      let kept = drawn.map { $0 < least ? 0 : $0 }
      let sum = kept.reduce(0, +)
      guard sum > 0 else { continue }
      let mixture = kept.map { $0 / sum }
      if !mixtures.contains(where: { distance($0, mixture) <= resolution }) {
        mixtures.append(mixture)
        misses = 0
      }
    }
    return mixtures
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
  }
}
