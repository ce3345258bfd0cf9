import CounterRandom
import Mixtures

/// A mixture made at random: domains with and without caps, and a schedule with weights of 0, tiny
/// weights and proportional stretches.
struct RandomMixture {
  var domains: [MixtureDomain]
  var schedule: [MixtureSegment] = []
  var samplesPerStep: Int
  var overCap: OverCap
  /// The shares that the test asked for, by segment of the schedule.
  var shares: [[Double]] = []

  init(_ number: UInt64, overCap: OverCap) throws {
    self.overCap = overCap
    let random = CounterRandom(seed: number, purpose: "random mixtures")
    var draws: UInt64 = 0
    func below(_ bound: UInt64) -> Int {
      draws += 1
      return Int(random.below(bound, draws))
    }
    func uniform() -> Double {
      draws += 1
      return random.uniform(draws)
    }
    let count = 1 + below(number % 10 == 0 ? 32 : 8)
    domains = (0..<count).map { index in
      let cap = below(2) == 0 ? nil : 0.2 + Double(below(30)) * uniform()
      return MixtureDomain(name: "d\(index)", windowCount: 1 + below(300), mostEpochs: cap)
    }
    let total = Double(domains.map(\.windowCount).reduce(0, +))
    samplesPerStep = 1 + below(4)
    for _ in 0..<1 + below(6) {
      let steps = 1 + below(120)
      if below(4) == 0 {
        schedule.append(MixtureSegment(steps: steps, weights: .proportional))
        shares.append(domains.map { Double($0.windowCount) / total })
        continue
      }
      var weights = (0..<count).map { _ in
        let weight = uniform()
        return below(4) == 0 ? 0 : below(3) == 0 ? weight / 1000 : weight
      }
      if weights.allSatisfy({ $0 == 0 }) { weights[0] = 1 }
      let named = Dictionary(uniqueKeysWithValues: zip(domains.map(\.name), weights))
      schedule.append(MixtureSegment(steps: steps, weights: .explicit(named)))
      let sum = weights.reduce(0, +)
      shares.append(weights.map { $0 / sum })
    }
  }

  func plan() throws -> MixturePlan {
    try MixturePlan(
      domains: domains, schedule: schedule, samplesPerStep: samplesPerStep, overCap: overCap)
  }

  /// Samples that a domain may have, by the test's own count.
  func cap(_ domain: Int) -> Int? {
    domains[domain].mostEpochs.map {
      Int(($0 * Double(domains[domain].windowCount)).rounded(.down))
    }
  }

  /// Fills the schedule in real numbers: how many samples it is short of, and by how many it is not at
  /// its tightest.
  func fill() -> (shortfall: Double, spare: Double) {
    var room = domains.indices.map { cap($0).map(Double.init) ?? .infinity }
    var spare = Double.infinity
    for (segment, shares) in zip(schedule, shares) {
      var left = Double(segment.steps * samplesPerStep)
      var active = shares.indices.filter { shares[$0] > 0 }
      while left > 1e-6 {
        active.removeAll { room[$0] < 1e-6 }
        let sum = active.reduce(0) { $0 + shares[$1] }
        guard sum > 0 else { return (left, 0) }
        let stretch = min(left, active.map { room[$0] * sum / shares[$0] }.min() ?? left)
        for domain in active { room[domain] -= shares[domain] / sum * stretch }
        left -= stretch
      }
      spare = min(spare, shares.indices.reduce(0) { $0 + (shares[$1] > 0 ? room[$1] : 0) })
    }
    return (0, spare)
  }
}
