import CounterRandom
import Glibc
import Testing

@testable import Mixtures

@Suite struct MixtureDesignTests {
  @Test("Dirichlet draws have the distribution's means and variances", arguments: [0.1, 1.0, 20])
  func moments(strength: Double) {
    let concentration = [0.5, 0.3, 0.15, 0.05].map { $0 * strength }
    let random = CounterRandom(seed: 7, purpose: "moments")
    let count = 20_000
    var sums = [Double](repeating: 0, count: 4)
    var squares = sums
    for draw in 0..<count {
      var sampler = GammaSampler(random.substream(UInt64(draw)))
      let shares = sampler.dirichlet(concentration)
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
      for index in 0..<4 {
        sums[index] += shares[index]
        squares[index] += shares[index] * shares[index]
      }
    }
    for index in 0..<4 {
      let mean = concentration[index] / strength
      let variance = mean * (1 - mean) / (strength + 1)
      let found = sums[index] / Double(count)
      let spread = squares[index] / Double(count) - found * found
      // Five standard errors of the mean; a tenth of the variance.
      #expect(abs(found - mean) < 5 * (variance / Double(count)).squareRoot())
      #expect(abs(spread - variance) < 0.1 * variance)
    }
  }

  @Test("gamma draws have the shape as mean and variance", arguments: [0.3, 1, 2.5, 40])
  func gamma(shape: Double) {
    let random = CounterRandom(seed: 3, purpose: "gamma")
    let draws = (0..<20_000).map { draw in
      var sampler = GammaSampler(random.substream(UInt64(draw)))
      return exp(sampler.logarithm(shape: shape))
    }
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - shape) < 5 * (shape / 20_000).squareRoot())
    #expect(abs(variance - shape) < 0.12 * shape)
  }

  private let prior = [0.5, 0.3, 0.15, 0.04, 0.01]

  private func design(_ count: Int, seed: UInt64 = 1) -> [[Double]] {
    MixtureDesign.sparseDirichlet(
      prior: prior, count: count, least: 0.01, mostTimesPrior: 4, seed: seed)
  }

  @Test("a design keeps its rules: shares, bounds, sparsity and no doubles")
  func rules() {
    let mixtures = design(200)
    #expect(mixtures.count == 200)
    var zeros = 0
    for (index, mixture) in mixtures.enumerated() {
      #expect(abs(mixture.reduce(0, +) - 1) < 1e-12)
      for (share, natural) in zip(mixture, prior) {
        #expect(share == 0 || share >= 0.01)
        // Bounded before small shares are dropped, which lifts the others by at most those.
        #expect(share <= min(natural * 4, 1) / (1 - 4 * 0.01) + 1e-12)
        if share == 0 { zeros += 1 }
      }
      for other in mixtures[..<index] {
        #expect(zip(mixture, other).contains { abs($0 - $1) > 1e-6 })
      }
    }
    #expect(zeros > 100, "a sparse design leaves domains out")
    #expect(Set(mixtures.map { $0.map { $0 > 0 } }).count > 5)
  }

  @Test("a seed gives its design again, a longer one begins with it, another seed differs")
  func seeds() {
    #expect(design(40) == design(40))
    #expect(Array(design(60)[..<40]) == design(40))
    #expect(design(40) != design(40, seed: 2))
  }

  @Test("one domain has one mixture, and no prior has none")
  func degenerate() {
    #expect(MixtureDesign.sparseDirichlet(prior: [3], count: 8, seed: 1) == [[1]])
    #expect(MixtureDesign.sparseDirichlet(prior: [], count: 8, seed: 1).isEmpty)
    #expect(MixtureDesign.sparseDirichlet(prior: [0, 0], count: 8, seed: 1).isEmpty)
    #expect(MixtureDesign.sparseDirichlet(prior: [1, -1], count: 8, seed: 1).isEmpty)
    for mixture in MixtureDesign.sparseDirichlet(prior: [1, 0, 1], count: 8, seed: 1) {
      #expect(mixture[1] == 0)
    }
  }
}
