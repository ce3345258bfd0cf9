import Foundation

/// The thresholds that a person can choose from, and with them the bins of a rule's histogram.
struct ThresholdEdges: Sendable, Equatable {
  /// Rising; at most 56.
  let values: [Float]
  /// Where the present threshold is among them.
  let present: Int
  /// Whether a value that equals an edge belongs to the bin above it, as `<` and `>=` want, or to the
  /// one below.
  let isClosedBelow: Bool

  /// Round numbers around the present threshold, quantiles, and steps over the whole spread.
  init(_ spread: ValueSpread, threshold: Float, comparison: String) {
    isClosedBelow = comparison == "<" || comparison == ">="
    var wanted: Set<Float> = []
    if spread.total > 0 {
      let low = Self.rounded(Double(spread.least), .down, digits: 3)
      let high = Self.rounded(Double(spread.most), .up, digits: 3)
      var candidates = [low, high]
      candidates += Self.steps(around: Double(threshold), within: high - low)
      candidates += spread.quantiles(24).map { Self.rounded(Double($0), digits: 2) }
      candidates += Self.multiples(of: Self.step((high - low) / 8), from: low, through: high)
      for candidate in candidates where candidate >= low && candidate <= high {
        wanted.insert(Float(spread.isWhole ? candidate.rounded() : candidate))
      }
      // A negative zero is another zero to nobody.
      wanted = Set(wanted.map { $0 + 0 })
    }
    wanted.insert(threshold)
    values = wanted.filter(\.isFinite).sorted()
    present = values.firstIndex(of: threshold) ?? 0
  }

  /// The bin of a value that is a number.
  @inline(__always)
  func bin(_ value: Float) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      let isBehind = isClosedBelow ? values[middle] <= value : values[middle] < value
      if isBehind { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Ten round numbers on each side, about a twentieth of the threshold apart.
  private static func steps(around threshold: Double, within width: Double) -> [Double] {
    let step = step(threshold == 0 ? width / 40 : abs(threshold) / 20)
    let middle = (threshold / step).rounded()
    guard middle.magnitude < 1e15 else { return [] }
    return (-10...10).map { (middle + Double($0)) * step }
  }

  /// At most ten.
  private static func multiples(of step: Double, from low: Double, through high: Double) -> [Double]
  {
    let first = (low / step).rounded(.up)
    guard first.magnitude < 1e15 else { return [] }
    return (0..<10).map { (first + Double($0)) * step }.filter { $0 <= high }
  }

  /// 1, 2 or 5 times a power of ten: the smallest that is not below `width`.
  private static func step(_ width: Double) -> Double {
    guard width.isFinite, width > 1e-30 else { return 1 }
    let power = pow(10, log10(width).rounded(.down))
    return ([1, 2, 5].first { $0 * power >= width * (1 - 1e-9) } ?? 10) * power
  }

  private static func rounded(
    _ value: Double, _ rule: FloatingPointRoundingRule = .toNearestOrEven, digits count: Int
  ) -> Double {
    guard value != 0, value.isFinite else { return value }
    let power = pow(10, log10(abs(value)).rounded(.down) - Double(count - 1))
    let digits = value / power
    // What so few digits say already stays, whatever the division made of it.
    let nearest = digits.rounded()
    return (abs(digits - nearest) < 1e-6 ? nearest : digits.rounded(rule)) * power
  }
}
