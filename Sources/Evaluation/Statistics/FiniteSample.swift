import CounterRandom
import Glibc

/// What a simple random sample without replacement says of the whole that it was drawn from.
public struct FiniteSample: Sendable, Equatable {
  /// An estimate of a total with its interval.
  public struct Total: Sendable, Equatable {
    public var estimate: Double
    public var low: Double
    public var high: Double

    public init(estimate: Double, low: Double, high: Double) {
      self.estimate = estimate
      self.low = low
      self.high = high
    }
  }

  /// Units in the whole and in the sample.
  public var whole: Int
  public var sampled: Int
  /// Of the interval, for example 0.95.
  public var confidence: Double

  public init(whole: Int, sampled: Int, confidence: Double = 0.95) {
    self.whole = max(whole, 0)
    self.sampled = min(max(sampled, 0), self.whole)
    self.confidence = confidence
  }

  /// How many units of the whole one of the sample stands for; 0 without a sample.
  public var weight: Double { sampled == 0 ? 0 : Double(whole) / Double(sampled) }

  /// How many units of the whole are like `count` of the sample: Wilson's interval (1927) for a
  /// proportion, with the sample's size divided by the share of the whole that was not seen.
  public func total(of count: Int) -> Total {
    guard sampled > 0, whole > sampled else {
      return Total(estimate: Double(count), low: Double(count), high: Double(count))
    }
    let z = StudentT.quantile(0.5 + confidence / 2, degreesOfFreedom: .infinity)
    let size = Double(sampled) * Double(whole - 1) / Double(whole - sampled)
    let share = Double(count) / Double(sampled)
    let middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    let half =
      z * (share * (1 - share) / size + z * z / (4 * size * size)).squareRoot() / (1 + z * z / size)
    // What was seen is certain.
    let least = Double(count)
    let most = Double(whole - (sampled - count))
    return Total(
      estimate: share * Double(whole), low: max(least, (middle - half) * Double(whole)),
      high: min(most, (middle + half) * Double(whole)))
  }
}

/// Intervals for totals of quantities that differ much from unit to unit, such as bytes: bootstrap
/// over random groups of the sampled units, which costs the same for any size of the sample.
public struct GroupBootstrap: Sendable {
  /// For each group the units in it and the sum of each quantity over them.
  private var units: [Double]
  private var sums: [[Double]]

  /// - Parameter groups: as many as units where these are few, else some hundred.
  public init(groups: Int, quantities: Int) {
    units = [Double](repeating: 0, count: max(groups, 1))
    sums = [[Double]](
      repeating: [Double](repeating: 0, count: quantities), count: max(groups, 1))
  }

  public var groupCount: Int { units.count }

  /// Adds units to a group.
  public mutating func add(units count: Double = 1, to group: Int) { units[group] += count }

  /// Adds to a quantity of a group's units.
  public mutating func add(_ amount: Double, of quantity: Int, to group: Int) {
    sums[group][quantity] += amount
  }

  /// The total of each quantity over `whole` units, by the mean a unit, with percentile intervals.
  ///
  /// - Parameter unseen: the share of the whole that is not in the sample: intervals shrink by its
  ///   root.
  public func totals(
    whole: Double, unseen: Double, confidence: Double = 0.95, replicates: Int = 1000, seed: UInt64
  ) -> [FiniteSample.Total] {
    let quantities = sums.first?.count ?? 0
    let all = units.reduce(0, +)
    guard all > 0 else {
      return (0..<quantities).map { _ in .init(estimate: 0, low: 0, high: 0) }
    }
    let estimates = (0..<quantities).map { quantity in
      sums.reduce(0) { $0 + $1[quantity] } / all * whole
    }
    let random = CounterRandom(seed: seed, purpose: "groups of a bootstrap")
    var drawn = [[Double]](repeating: [], count: quantities)
    for replicate in 0..<replicates {
      var count = 0.0
      var totals = [Double](repeating: 0, count: quantities)
      for draw in units.indices {
        let index = UInt64(replicate) << 32 | UInt64(draw)
        let group = Int(random.below(UInt64(units.count), index))
        count += units[group]
        for quantity in 0..<quantities { totals[quantity] += sums[group][quantity] }
      }
      guard count > 0 else { continue }
      for quantity in 0..<quantities { drawn[quantity].append(totals[quantity] / count * whole) }
    }
    let shrink = max(0, unseen).squareRoot()
    return zip(estimates, drawn).map { estimate, values in
      let sorted = values.sorted()
      func quantile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return estimate }
        let place = min(max(Int(share * Double(sorted.count)), 0), sorted.count - 1)
        return estimate + (sorted[place] - estimate) * shrink
      }
      return .init(
        estimate: estimate, low: quantile((1 - confidence) / 2),
        high: quantile((1 + confidence) / 2))
    }
  }
}
