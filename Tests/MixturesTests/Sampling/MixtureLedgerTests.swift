import Streams
import Testing

@testable import Mixtures

@Suite struct MixtureLedgerTests {
  private let plan: MixturePlan

  init() throws {
    plan = try MixturePlan(
      domains: ["a", "b", "c"].map { MixtureDomain(name: $0, windowCount: 50) },
      schedule: [MixtureSegment(steps: 30, weights: .explicit(["a": 5, "b": 3, "c": 2]))],
      samplesPerStep: 4)
  }

  private func ledger(_ counts: [Int]) -> MixtureLedger {
    MixtureLedger(
      plan, at: .init(index: counts.reduce(0, +), counts: counts), sequenceLength: 100)
  }

  @Test("after any number of the sampler's samples the ledger is within its bound")
  func honest() throws {
    var sampler = MixtureSampler(plan)
    while sampler.next() != nil {
      let ledger = MixtureLedger(plan, at: sampler.state, sequenceLength: 100)
      try ledger.check()
      #expect(ledger.distance <= 0.75 + 1e-6 && ledger.bound == 0.75)
    }
    #expect(MixtureSampler.largestDistance(from: plan) <= 0.75 + 1e-6)
    #expect(MixtureSampler.largestDistance(from: plan) > 0.3)
  }

  @Test("samples of another mixture are a fault with the tokens")
  func foreign() throws {
    try ledger([60, 36, 24]).check()
    let fault = #expect(throws: Fault.self) { try ledger([59, 36, 25]).check() }
    #expect(fault?.found == "5900 tokens of 'a'")
    #expect(fault?.expected == "6000 tokens, give or take 75")
    #expect(
      ledger([60, 36, 24]).summary
        == "the mixture is within 0.0 samples (0 tokens) of its plan; the bound is 0.75 samples "
        + "(75 tokens)")
  }
}
