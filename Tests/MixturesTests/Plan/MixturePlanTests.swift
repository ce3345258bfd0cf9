import Streams
import Testing

@testable import Mixtures

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
