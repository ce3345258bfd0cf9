import CounterRandom
import Evaluation
import Testing

@Suite struct FiniteSampleTests {
  @Test("Wilson's interval has its published numbers where the whole is much larger")
  func wilson() {
    // 10 of 100: 0.0552 to 0.1744 (Newcombe 1998, method 3).
    let total = FiniteSample(whole: 1_000_000_000, sampled: 100).total(of: 10)
    #expect(abs(total.low / 1e9 - 0.0552) < 1e-4)
    #expect(abs(total.high / 1e9 - 0.1744) < 1e-4)
    #expect(total.estimate == 1e8)
    let none = FiniteSample(whole: 1_000_000_000, sampled: 100).total(of: 0)
    #expect(none.low == 0 && abs(none.high / 1e9 - 0.0370) < 1e-4)
  }

  @Test("what was seen is certain, and the whole seen is exact")
  func certain() {
    let whole = FiniteSample(whole: 50, sampled: 50).total(of: 20)
    #expect(whole == .init(estimate: 20, low: 20, high: 20))
    let most = FiniteSample(whole: 60, sampled: 50).total(of: 20)
    #expect(most.low >= 20 && most.high <= 30 && most.estimate == 24)
    #expect(FiniteSample(whole: 10, sampled: 0).weight == 0)
  }

  /// How often intervals hold the truth, over many samples of a known whole.
  private func coverage(_ holds: (_ sample: [Int]) -> Bool) -> Double {
    let trials = 400
    let hits = (0..<trials).filter { trial in
      let order = KeyedPermutation(
        count: 2000, random: CounterRandom(seed: UInt64(trial), purpose: "sample"))
      return holds((0..<300).map { Int(order[UInt64($0)]) })
    }
    return Double(hits.count) / Double(trials)
  }

  @Test("95% intervals hold a planted count and a planted sum in about 95% of samples")
  func planted() {
    // Units of very different sizes, a third of them counted.
    let sizes = (0..<2000).map { (unit: Int) -> Double in
      let size = unit * unit % 997
      return Double(1 + size * (unit % 7))
    }
    let count = (0..<2000).filter { $0 % 3 == 0 }.count
    let sum = sizes.reduce(0, +)
    let counted = coverage { sample in
      let total = FiniteSample(whole: 2000, sampled: sample.count)
        .total(of: sample.filter { $0 % 3 == 0 }.count)
      return (total.low...total.high).contains(Double(count))
    }
    let summed = coverage { sample in
      var bootstrap = GroupBootstrap(groups: 100, quantities: 1)
      for unit in sample {
        bootstrap.add(to: unit % 100)
        bootstrap.add(sizes[unit], of: 0, to: unit % 100)
      }
      let total = bootstrap.totals(whole: 2000, unseen: 1 - 300.0 / 2000, replicates: 300, seed: 1)[
        0]
      return (total.low...total.high).contains(sum)
    }
    #expect((0.92...0.985).contains(counted), "\(counted)")
    #expect((0.91...0.985).contains(summed), "\(summed)")
  }
}
