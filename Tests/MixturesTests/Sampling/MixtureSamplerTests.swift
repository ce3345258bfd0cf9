import Streams
import Testing

@testable import Mixtures

@Suite struct MixtureSamplerTests {
  @Test("a sampler resumed anywhere gives the same samples", arguments: [3, 5, 10, 25])
  func resume(number: UInt64) throws {
    let plan = try RandomMixture(number, overCap: .warn).plan()
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
