import Testing

@testable import Reports

@Suite struct AxisTests {
  @Test(
    "ticks are 1, 2 or 5 times a power of ten apart",
    arguments: [(0, 1), (0, 7), (-3, 12), (0.0012, 0.0093), (1e6, 9.3e6), (3.21, 3.22)])
  func niceSteps(low: Double, high: Double) throws {
    let axis = Axis([low, high])
    try #require(axis.ticks.count > 1)
    let step = axis.ticks[1] - axis.ticks[0]
    var leading = step
    while leading < 0.9999 { leading *= 10 }
    while leading > 9.999 { leading /= 10 }
    #expect([1.0, 2, 5].contains { abs($0 - leading) < 1e-6 }, "step \(step)")
    #expect(axis.ticks.count <= 8)
    #expect(axis.low <= low && axis.high >= high)
  }

  @Test("0 to 97 is marked at 0, 20 … 100")
  func example() {
    let axis = Axis([0, 97])
    #expect(axis.ticks == [0, 20, 40, 60, 80, 100])
    #expect(axis.ticks.map(axis.label) == ["0", "20", "40", "60", "80", "100"])
    #expect(axis.position(25) == 0.25)
  }

  @Test("labels have as many decimals as the step needs")
  func labels() {
    let small = Axis([0.9, 1.7])
    #expect(small.ticks.map(small.label) == ["0.8", "1.0", "1.2", "1.4", "1.6", "1.8"])
    let large = Axis([0, 40_000_000])
    #expect(large.ticks.map(large.label) == ["0", "10 M", "20 M", "30 M", "40 M"])
    let signed = Axis([-0.2, 0.1])
    #expect(signed.label(signed.ticks[0]) == "−0.2")
  }

  @Test("a logarithmic axis marks powers of ten and places nothing at or below 0")
  func logarithmic() {
    let axis = Axis([1, 10_000], scale: .logarithmic)
    #expect(axis.ticks == [1, 10, 100, 1000, 10_000])
    #expect(abs((axis.position(100) ?? 0) - 0.5) < 1e-12)
    #expect(axis.position(0) == nil)
    #expect(axis.position(-5) == nil)
  }

  @Test(
    "no values, equal values and values that are not numbers still give an axis",
    arguments: [
      [], [0], [5], [5, 5, 5], [-5, -5], [.nan], [.infinity, 3], [-.infinity, .nan],
      [1e308, -1e308], [1e-300, 0],
    ], [Axis.Scale.linear, .logarithmic])
  func degenerate(values: [Double], scale: Axis.Scale) {
    let axis = Axis(values, scale: scale)
    #expect(axis.low < axis.high)
    #expect(axis.low.isFinite && axis.high.isFinite)
    #expect(axis.position(.nan) == nil)
    #expect(axis.ticks.allSatisfy { (axis.position($0) ?? -1).isFinite })
  }
}
