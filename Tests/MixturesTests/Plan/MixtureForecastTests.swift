import Streams
import Testing

@testable import Mixtures

@Suite struct MixtureForecastTests {
  private func plan(
    _ segments: [MixtureSegment], windows: [String: Int], cap: Double? = nil,
    overCap: OverCap = .warn, samplesPerStep: Int = 4
  ) throws -> MixturePlan {
    try MixturePlan(
      domains: windows.sorted { $0.key < $1.key }.map {
        MixtureDomain(name: $0.key, windowCount: $0.value, mostEpochs: cap)
      }, schedule: segments, samplesPerStep: samplesPerStep, overCap: overCap)
  }

  @Test("tokens, epochs and the steps where a domain repeats and reaches its cap")
  func figures() throws {
    let plan = try plan(
      [
        MixtureSegment(steps: 10, weights: .explicit(["a": 1])),
        MixtureSegment(steps: 40, weights: .explicit(["a": 1, "b": 1])),
      ], windows: ["a": 1000, "b": 10], cap: 4)
    let forecast = MixtureForecast(plan, sequenceLength: 128)
    #expect(forecast.steps == 50 && forecast.tokens == 200 * 128)
    let (a, b) = (forecast.domains[0], forecast.domains[1])
    #expect(a.plannedTokens == 120 * 128 && b.plannedTokens == 80 * 128)
    #expect(abs(a.share - 0.6) < 1e-12 && b.epochs == 8)
    #expect(a.firstPassEnds == nil && a.capReached == nil)
    // Two samples of b a step from step 11 on: its 10th in step 15, its 40th in step 30.
    #expect(b.firstPassEnds == 15 && b.capReached == 30)
    #expect(forecast.warnings == ["the plan repeats 'b' 8.0 times, more than 4.0"])
    #expect(forecast.segments.map(\.firstStep) == [1, 11])
    #expect(forecast.segments.map(\.lastStep) == [10, 50])
    #expect(forecast.bound == 0.5)
  }

  @Test("the steps are those of the samples, to within a sample, for random mixtures")
  func steps() throws {
    for number in 0..<100 as Range<UInt64> {
      let mixture = try RandomMixture(number, overCap: .warn)
      let plan = try mixture.plan()
      let forecast = MixtureForecast(plan, sequenceLength: 16)
      var had = [Int](repeating: 0, count: plan.domains.count)
      var ends = [Int?](repeating: nil, count: plan.domains.count)
      var sampler = MixtureSampler(plan)
      while let sample = sampler.next() {
        had[sample.domain] += 1
        if had[sample.domain] == plan.domains[sample.domain].windowCount {
          ends[sample.domain] = plan.step(ofSample: sampler.state.index - 1)
        }
      }
      for (index, domain) in forecast.domains.enumerated() {
        #expect(abs(Double(had[index]) - domain.plannedSamples) < 1)
        // A sample more or less moves the end by up to what the weight needs for a sample.
        guard let expected = ends[index], let found = domain.firstPassEnds else {
          #expect(abs(domain.plannedSamples - Double(domain.windows)) < 1 || ends[index] == nil)
          continue
        }
        let planned = plan.plannedSamples(after: expected * plan.samplesPerStep)[index]
        let before = plan.plannedSamples(after: (expected - 1) * plan.samplesPerStep)[index]
        #expect(planned > Double(domain.windows) - 1 && before < Double(domain.windows) + 1)
        #expect(found > 0 && found <= forecast.steps)
      }
    }
  }

  @Test("a plan of exactly one pass says that it ends in the last step")
  func exactPass() throws {
    let plan = try plan(
      [MixtureSegment(steps: 25, weights: .proportional)], windows: ["a": 30, "b": 40, "c": 30])
    let forecast = MixtureForecast(plan, sequenceLength: 8)
    #expect(forecast.domains.map(\.firstPassEnds) == [25, 25, 25])
  }

  @Test("under redistribution a domain ends at its cap and the others take over in proportion")
  func redistribution() throws {
    let plan = try plan(
      [MixtureSegment(steps: 20, weights: .explicit(["a": 2, "b": 1, "c": 1]))],
      windows: ["a": 10, "b": 100, "c": 1000], cap: 2, overCap: .redistribute)
    let forecast = MixtureForecast(plan, sequenceLength: 128)
    // Two samples of a a step: its 20th in step 10.
    #expect(forecast.domains[0].capReached == 11 && forecast.domains[0].epochs == 2)
    #expect(forecast.segments.map(\.shares) == [[0.5, 0.25, 0.25], [0, 0.5, 0.5]])
    #expect(
      forecast.warnings
        == ["'a' is at its cap from step 11 on, and the others share its weight"])
    #expect(MixtureSampler.replay(plan, to: 80).state.counts == [20, 30, 30])
  }

  @Test("a mixture whose domains are all at their caps says which ran dry and when")
  func dry() throws {
    let fault = #expect(throws: Fault.self) {
      try plan(
        [MixtureSegment(steps: 100, weights: .explicit(["a": 3, "b": 1]))],
        windows: ["a": 30, "b": 40, "c": 900], cap: 1, overCap: .redistribute)
    }
    // 3 of a a step end after step 10 with 10 of b; 30 of b are left, 4 a step.
    #expect(fault?.message.contains("runs dry at step 18") == true)
    #expect(fault?.found == "'a' at step 11, 'b' at step 18")
  }

  @Test("a cap that is refused, a cap of nothing and a domain without a window are named")
  func refused() throws {
    let segments = [MixtureSegment(steps: 100, weights: .explicit(["a": 1, "b": 1]))]
    let refused = #expect(throws: Fault.self) {
      try plan(segments, windows: ["a": 1000, "b": 10], cap: 4, overCap: .refuse)
    }
    #expect(refused?.message == "the plan repeats 'b' 20.0 times, more than 4.0")
    _ = try plan(segments, windows: ["a": 1000, "b": 100], cap: 4, overCap: .refuse)
    for cap in [0, -1, Double.nan] {
      #expect(throws: Fault.self) { try plan(segments, windows: ["a": 9, "b": 9], cap: cap) }
    }
    let empty = #expect(throws: Fault.self) {
      try MixturePlan(
        domains: [
          MixtureDomain(name: "a", windowCount: 9),
          MixtureDomain(name: "b", windowCount: 0, tokenCount: 10),
        ], schedule: segments, samplesPerStep: 1)
    }
    #expect(empty?.message == "the domain 'b' has a weight but no window")
    #expect(empty?.found == "10 tokens, 0 windows")
  }

  @Test("a refused segment leaves the plan as it was")
  func appended() throws {
    for overCap in [OverCap.refuse, .redistribute] {
      var plan = try plan(
        [MixtureSegment(steps: 5, weights: .explicit(["a": 1]))], windows: ["a": 30, "b": 10],
        cap: 1, overCap: overCap)
      let before = plan
      #expect(throws: Fault.self) {
        try plan.append(MixtureSegment(steps: 50, weights: .explicit(["b": 1])))
      }
      #expect(plan == before)
    }
  }
}

@Suite struct MixtureWeightsTests {
  private let domains = [
    MixtureDomain(name: "big", windowCount: 900), MixtureDomain(name: "small", windowCount: 100),
    MixtureDomain(name: "none", windowCount: 0),
  ]

  private func shares(_ weights: MixtureWeights) throws -> [Double] {
    try weights.shares(among: domains).map { ($0 * 1e6).rounded() / 1e6 }
  }

  @Test("temperature evens out natural proportions, and 1 leaves them")
  func temperature() throws {
    #expect(try shares(.temperature(1)) == [0.9, 0.1, 0])
    #expect(try shares(.temperature(2)) == [0.75, 0.25, 0])
    #expect(try shares(.temperature(1e6)) == [0.500001, 0.499999, 0])
    #expect(try shares(.proportional) == [0.9, 0.1, 0])
    for temperature in [0, -1, Double.nan, .infinity] {
      #expect(throws: Fault.self) { try shares(.temperature(temperature)) }
    }
  }

  @Test("weights that do not sum to 1 and token budgets are scaled")
  func scaled() throws {
    #expect(try shares(.explicit(["big": 3, "small": 1])) == [0.75, 0.25, 0])
    #expect(try shares(.tokens(["big": 600_000, "small": 400_000])) == [0.6, 0.4, 0])
    #expect(throws: Fault.self) { try shares(.tokens(["big": -1, "small": 4])) }
    #expect(throws: Fault.self) { try shares(.tokens(["bog": 1])) }
  }
}
