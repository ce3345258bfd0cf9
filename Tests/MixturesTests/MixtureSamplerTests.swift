import CounterRandom
import Streams
import Testing

@testable import Mixtures

/// A plan made at random, with the weights as the test asked for them.
struct RandomPlan {
  var plan: MixturePlan
  /// The share of each domain, sample by sample.
  var shares: [[Double]] = []

  init(_ number: UInt64) throws {
    let random = CounterRandom(seed: number, purpose: "random plans")
    var draws: UInt64 = 0
    func below(_ bound: UInt64) -> Int {
      draws += 1
      return Int(random.below(bound, draws))
    }
    func uniform() -> Double {
      draws += 1
      return random.uniform(draws)
    }
    let count = 1 + below(number % 5 == 0 ? 32 : 8)
    let domains = (0..<count).map { MixtureDomain(name: "d\($0)", windowCount: 1 + below(1000)) }
    let total = Double(domains.map(\.windowCount).reduce(0, +))
    let perStep = 1 + below(4)
    var schedule: [MixtureSegment] = []
    for _ in 0..<1 + below(6) {
      let steps = 1 + below(150)
      var shares: [Double]
      if below(4) == 0 {
        schedule.append(MixtureSegment(steps: steps, weights: .proportional))
        shares = domains.map { Double($0.windowCount) / total }
      } else {
        // Some of the weights are 0 and some are tiny.
        var weights = (0..<count).map { _ in
          let weight = uniform()
          return below(4) == 0 ? 0 : below(3) == 0 ? weight / 1000 : weight
        }
        if weights.allSatisfy({ $0 == 0 }) { weights[0] = 1 }
        let named = Dictionary(uniqueKeysWithValues: zip(domains.map(\.name), weights))
        schedule.append(MixtureSegment(steps: steps, weights: .explicit(named)))
        let sum = weights.reduce(0, +)
        shares = weights.map { $0 / sum }
      }
      self.shares += repeatElement(shares, count: steps * perStep)
    }
    plan = try MixturePlan(domains: domains, schedule: schedule, samplesPerStep: perStep)
  }
}

@Suite struct MixtureSamplerTests {
  @Test("every prefix of 1,000 random schedules stays within one sample of the plan")
  func prefixes() throws {
    for number in 0..<1000 as Range<UInt64> {
      let random = try RandomPlan(number)
      var sampler = MixtureSampler(random.plan)
      var wanted = [Double](repeating: 0, count: random.plan.domains.count)
      var had = wanted
      var worst = 0.0
      for shares in random.shares {
        let next = sampler.next()
        let sample = try #require(next)
        #expect(Double(sample.ordinal) == had[sample.domain])
        had[sample.domain] += 1
        for domain in shares.indices {
          wanted[domain] += shares[domain]
          worst = max(worst, abs(wanted[domain] - had[domain]))
        }
      }
      let count = Double(random.plan.domains.count)
      let bound = count > 1 ? 1 - 1 / (2 * count - 2) : 0
      #expect(worst <= bound + 1e-5, "plan \(number)")
      #expect(sampler.next() == nil)
      #expect(sampler.state.index == random.shares.count)
      #expect(sampler.state.counts.map(Double.init) == had)
    }
  }

  @Test("a sampler resumed anywhere gives the same samples", arguments: [3, 5, 10, 25])
  func resume(number: UInt64) throws {
    let plan = try RandomPlan(number).plan
    var sampler = MixtureSampler(plan)
    var all: [MixtureSampler.Assignment] = []
    var states: [MixtureSampler.State] = [sampler.state]
    while let sample = sampler.next() {
      all.append(sample)
      states.append(sampler.state)
    }
    for index in stride(from: 0, through: all.count, by: 7) {
      #expect(MixtureSampler.replay(plan, to: index).state == states[index])
      for verified in [true, false] {
        var resumed = try MixtureSampler(plan, from: states[index], verified: verified)
        var rest: [MixtureSampler.Assignment] = []
        while let sample = resumed.next() { rest.append(sample) }
        #expect(rest == Array(all[index...]))
      }
    }
  }

  @Test("a state of another mixture is refused")
  func foreignState() throws {
    let plan = try MixturePlan(
      domains: [.init(name: "a", windowCount: 9), .init(name: "b", windowCount: 9)],
      schedule: [.init(steps: 50, weights: .explicit(["a": 3, "b": 1]))], samplesPerStep: 2)
    for (index, counts) in [
      (40, [20, 20]), (40, [30, 11]), (40, [40]), (101, [76, 25]), (-1, [0, -1]), (40, [41, -1]),
    ] {
      #expect(throws: Fault.self) {
        _ = try MixtureSampler(plan, from: .init(index: index, counts: counts))
      }
    }
    #expect(MixtureSampler.replay(plan, to: 40).state.counts == [30, 10])
  }
}

@Suite struct MixturePlanTests {
  private let domains = [
    MixtureDomain(name: "web", windowCount: 600, mostEpochs: 4),
    MixtureDomain(name: "math", windowCount: 100, mostEpochs: 4),
    MixtureDomain(name: "code", windowCount: 300),
  ]

  @Test("proportional weights see each domain equally often")
  func proportional() throws {
    let plan = try MixturePlan(
      domains: domains, schedule: [.init(steps: 500, weights: .proportional)], samplesPerStep: 4)
    for epochs in plan.plannedEpochs { #expect(abs(epochs - 2) < 1e-5) }
    #expect(plan.segments[0].weights.reduce(0, +) == MixturePlan.unit)
    #expect(plan.warnings.isEmpty)
  }

  @Test("a domain over its cap is a warning with the numbers")
  func repetition() throws {
    let plan = try MixturePlan(
      domains: domains,
      schedule: [
        .init(steps: 100, weights: .explicit(["web": 1])),
        .init(steps: 100, weights: .explicit(["math": 0.9, "code": 0.1])),
      ], samplesPerStep: 6)
    #expect(plan.warnings.count == 1)
    #expect(plan.warnings.first?.domain == "math")
    #expect(plan.warnings.first?.description == "the plan repeats 'math' 5.4 times, more than 4.0")
  }

  @Test("weights, names and schedules that make no sense are refused")
  func refused() throws {
    func plan(
      _ weights: MixtureWeights, steps: Int = 1, perStep: Int = 1, domains: [MixtureDomain]? = nil
    ) throws {
      _ = try MixturePlan(
        domains: domains ?? self.domains, schedule: [.init(steps: steps, weights: weights)],
        samplesPerStep: perStep)
    }
    try plan(.explicit(["web": 1e308, "math": 1e308, "code": 1e308]))
    try plan(.explicit(["web": 1, "math": 1e-300]))
    #expect(throws: Fault.self) { try plan(.explicit([:])) }
    #expect(throws: Fault.self) { try plan(.explicit(["web": 0])) }
    #expect(throws: Fault.self) { try plan(.explicit(["web": -1, "math": 2])) }
    #expect(throws: Fault.self) { try plan(.explicit(["web": .nan])) }
    #expect(throws: Fault.self) { try plan(.explicit(["maths": 1])) }
    #expect(throws: Fault.self) { try plan(.proportional, steps: 0) }
    #expect(throws: Fault.self) { try plan(.proportional, perStep: 0) }
    #expect(throws: Fault.self) { try plan(.proportional, steps: .max, perStep: 2) }
    #expect(throws: Fault.self) { try plan(.proportional, domains: []) }
    #expect(throws: Fault.self) {
      try plan(.explicit(["a": 1]), domains: [.init(name: "a", windowCount: 0)])
    }
    #expect(throws: Fault.self) {
      try plan(.proportional, domains: [domains[0], domains[0]])
    }
  }

  @Test("an appended segment changes nothing before it")
  func append() throws {
    var plan = try MixturePlan(
      domains: domains, schedule: [.init(steps: 20, weights: .proportional)], samplesPerStep: 3)
    let before = plan.plannedSamples(after: 60)
    try plan.append(.init(steps: 20, weights: .explicit(["math": 1])))
    #expect(plan.plannedSamples(after: 60) == before)
    #expect(plan.sampleCount == 120)
    #expect(plan.plannedSamples(after: 120)[0] == before[0])
  }
}
