import Corpora

/// How the signals are spread that a chain's thresholds look at: the first of two passes over stored
/// columns, after which the bins are fixed that `ThresholdsSummary` counts in.
///
/// It takes half a megabyte a signal, whatever the number of documents. Surveys of parts merge to the
/// survey of all, in any order.
public struct ThresholdSurvey: Sendable {
  /// By column.
  private var spreads: [String: ValueSpread] = [:]

  public init(_ chain: FilterChain) {
    for rule in chain.rules {
      if let column = rule.thresholdColumn { spreads[column] = ValueSpread() }
    }
  }

  /// Adds the documents of a table of signals.
  public mutating func add(_ signals: ColumnTable) throws {
    for column in spreads.keys { spreads[column]?.add(try signals.float32(column)) }
  }

  /// Adds what another survey of the same chain has seen.
  public mutating func merge(_ other: ThresholdSurvey) {
    spreads.merge(other.spreads) { $0.merged(with: $1) }
  }

  /// The spread of a column.
  subscript(column: String) -> ValueSpread { spreads[column] ?? ValueSpread() }
}

extension FilterChain.BoundRule {
  /// The column that the rule compares with one number, where it does nothing else and the number can
  /// be moved: `==` has no more and no less.
  var thresholdColumn: String? {
    guard let threshold = rule.program.threshold, !["==", "!="].contains(threshold.comparison),
      threshold.value.isFinite
    else { return nil }
    return columns[threshold.signal] ?? threshold.signal
  }
}

/// Counts of values in classes that are less than 1% wide: floats that agree in sign, exponent and
/// the upper seven bits of the rest.
struct ValueSpread: Sendable {
  /// Empty before the first value.
  private var counts: [Int] = []
  private(set) var total = 0
  private(set) var least = Float.infinity
  private(set) var most = -Float.infinity
  /// Whether every value is a whole number.
  private(set) var isWhole = true

  /// Adds values; those that are not finite have no place in the spread.
  mutating func add(_ values: [Float]) {
    if counts.isEmpty { counts = [Int](repeating: 0, count: 1 << 16) }
    for value in values where value.isFinite {
      counts[Self.place(of: value)] += 1
      total += 1
      least = min(least, value)
      most = max(most, value)
      if value != value.rounded() { isWhole = false }
    }
  }

  func merged(with other: ValueSpread) -> ValueSpread {
    var sum = counts.isEmpty ? other : self
    if counts.isEmpty || other.counts.isEmpty { return sum }
    for place in counts.indices { sum.counts[place] += other.counts[place] }
    sum.total += other.total
    sum.least = min(least, other.least)
    sum.most = max(most, other.most)
    sum.isWhole = isWhole && other.isWhole
    return sum
  }

  /// The values below which `1/parts`, `2/parts` … of all lie, each to its class.
  func quantiles(_ parts: Int) -> [Float] {
    var values: [Float] = []
    var below = 0
    for place in counts.indices where counts[place] > 0 {
      below += counts[place]
      while values.count + 1 < parts, below * parts >= total * (values.count + 1) {
        values.append(Self.value(at: place))
      }
    }
    return values
  }

  /// Rises with the value; the same for both zeros.
  private static func place(of value: Float) -> Int {
    let bits = (value + 0).bitPattern
    return Int((bits >> 31 == 1 ? ~bits : bits | 1 << 31) >> 16)
  }

  /// The lowest value of a class, in size.
  private static func value(at place: Int) -> Float {
    let bits = UInt32(truncatingIfNeeded: place) << 16
    return Float(bitPattern: bits >> 31 == 1 ? bits & ~(1 << 31) : ~bits & 0xFFFF_0000)
  }
}
