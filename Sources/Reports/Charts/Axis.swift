import Foundation

/// One axis of a chart: from numbers to a place between 0 and 1, and the round numbers to mark.
struct Axis: Equatable, Sendable {
  enum Scale: Sendable { case linear, logarithmic }

  let scale: Scale
  let low: Double
  let high: Double
  /// Round numbers in rising order, all between `low` and `high`.
  let ticks: [Double]

  /// An axis that holds all finite values; on a logarithmic scale, all positive ones.
  ///
  /// - Parameters:
  ///   - rounded: widens the ends to round numbers.
  ///   - tickCount: about how many marks.
  init(_ values: [Double], scale: Scale = .linear, rounded: Bool = true, tickCount: Int = 5) {
    self.scale = scale
    let usable = values.filter {
      $0.isFinite && abs($0) < 1e300 && (scale == .linear || $0 > 1e-300)
    }
    var (low, high) = (usable.min() ?? (scale == .linear ? 0 : 1), usable.max() ?? 1)
    switch scale {
    case .linear:
      if high - low <= abs(high) * 1e-12 {
        let margin = high == 0 ? 1 : abs(high) * 0.1
        (low, high) = (low - (low == 0 ? 0 : margin), high + margin)
      }
      let step = Self.step(low: low, high: high, count: tickCount)
      if rounded {
        low = (low / step).rounded(.down) * step
        high = (high / step).rounded(.up) * step
      }
      ticks = Self.multiples(of: step, from: low, through: high)
    case .logarithmic:
      if high <= low { (low, high) = (low / 2, high * 2) }
      if rounded {
        low = pow(10, log10(low).rounded(.down))
        high = pow(10, log10(high).rounded(.up))
      }
      ticks = Self.logarithmicTicks(from: low, through: high, count: tickCount)
    }
    self.low = low
    self.high = high
  }

  /// 0 at the low end, 1 at the high end; nil for what has no place on this axis.
  func position(_ value: Double) -> Double? {
    guard value.isFinite else { return nil }
    switch scale {
    case .linear: return (value - low) / (high - low)
    case .logarithmic: return value > 0 ? log(value / low) / log(high / low) : nil
    }
  }

  /// The tick as text, with as many decimals as the step needs.
  func label(_ tick: Double) -> String {
    if tick == 0 { return "0" }
    let largest = ticks.map { abs($0) }.max() ?? 0
    if largest >= 1000 || scale == .logarithmic {
      return Self.withoutTrailingZeros(NumberText.short(tick))
    }
    if largest < 0.01 { return Self.scientific(tick) }
    guard ticks.count > 1 else { return NumberText.trimmed(tick) }
    let step = ticks[1] - ticks[0]
    let places = max(0, Int((-log10(step) - 1e-9).rounded(.up)))
    return places > 6 ? NumberText.trimmed(tick) : NumberText.rounded(tick, places)
  }

  /// 1, 2 or 5 times a power of ten: the smallest that gives at most about `count` steps.
  static func step(low: Double, high: Double, count: Int) -> Double {
    let raw = (high - low) / Double(max(1, count))
    guard raw.isFinite, raw > 0 else { return 1 }
    let power = pow(10, log10(raw).rounded(.down))
    let factor = [1.0, 2, 5, 10].first { $0 * power >= raw * (1 - 1e-9) } ?? 10
    return factor * power
  }

  private static func multiples(of step: Double, from low: Double, through high: Double) -> [Double]
  {
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first.isFinite, last.isFinite, last >= first, last - first < 100 else { return [] }
    return (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// Powers of ten, thinned where there are many, with 2 and 5 between them where there are few.
  private static func logarithmicTicks(from low: Double, through high: Double, count: Int)
    -> [Double]
  {
    let first = Int(log10(low).rounded(.down))
    let last = Int(log10(high).rounded(.up))
    let decades = max(1, last - first)
    let stride = max(1, (decades + count - 1) / count)
    let factors: [Double] = decades * 2 < count ? [1, 2, 5] : [1]
    let (least, most) = (low * (1 - 1e-9), high * (1 + 1e-9))
    var ticks: [Double] = []
    for exponent in Swift.stride(from: first, through: last, by: stride) {
      let power = pow(10, Double(exponent))
      ticks += factors.map { $0 * power }.filter { $0 >= least && $0 <= most }
    }
    return ticks
  }

  /// "5e−4"
  private static func scientific(_ number: Double) -> String {
    let parts = String(format: "%.1e", number).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]) else { return NumberText.trimmed(number) }
    return "\(withoutTrailingZeros(String(parts[0])))e\(exponent)"
      .replacingOccurrences(of: "-", with: "−")
  }

  private static func withoutTrailingZeros(_ text: String) -> String {
    let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard var number = parts.first.map(String.init), number.contains(".") else { return text }
    while number.hasSuffix("0") { number.removeLast() }
    if number.hasSuffix(".") { number.removeLast() }
    return ([number] + parts.dropFirst().map(String.init)).joined(separator: " ")
  }
}
