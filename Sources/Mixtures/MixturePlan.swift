import Glibc
import Streams

/// One domain of a mixture: what there is of it.
public struct MixtureDomain: Sendable, Equatable {
  /// As in the shards' origin.
  public var name: String
  /// Samples in one epoch: windows of `sequenceLength + 1` tokens with stride `sequenceLength`.
  public var windowCount: Int
  /// Epochs above which the plan warns; nil where any number is fine.
  public var mostEpochs: Double?

  /// A domain.
  public init(name: String, windowCount: Int, mostEpochs: Double? = nil) {
    self.name = name
    self.windowCount = windowCount
    self.mostEpochs = mostEpochs
  }
}

/// How the samples of a stretch of training are shared out among the domains.
public enum MixtureWeights: Sendable, Equatable {
  /// A weight for each domain by name; they need not add up to 1 (they are scaled), and a domain that
  /// is not named gets 0.
  case explicit([String: Double])
  /// By what there is: each domain is seen for the same number of epochs.
  case proportional
  /// p ∝ n^(1/τ): 1 is proportional, more evens the domains out.
  case temperature(Double)
  /// In the proportion of these budgets; a domain that is not named gets none.
  case tokens([String: Int])
}

/// What becomes of a domain that the weights would repeat more often than its cap.
public enum OverCap: String, Sendable, Codable, CaseIterable {
  /// It is repeated, and the plan says so.
  case warn
  /// It gets no sample from its cap on, and the others take over in proportion.
  case redistribute
  /// There is no such plan.
  case refuse
}

/// A stretch of training with its weights.
public struct MixtureSegment: Sendable, Equatable {
  /// Steps in the segment.
  public var steps: Int
  /// Constant over the segment.
  public var weights: MixtureWeights

  /// A segment.
  public init(steps: Int, weights: MixtureWeights) {
    self.steps = steps
    self.weights = weights
  }
}

/// Weights, caps and schedule, compiled before the first step: how many samples of each domain there
/// should be after any number of samples.
///
/// Weights are whole numbers of `MixturePlan.unit`-ths, so that shares are exact and the same
/// everywhere. A schedule is a list of segments with constant weights.
public struct MixturePlan: Sendable, Equatable {
  /// A stretch of samples in which each sample is shared out in the same way.
  public struct Segment: Sendable, Equatable {
    /// The first sample, and the one behind the last.
    public var samples: Range<Int>
    /// One a domain, in units of 1 / `MixturePlan.unit`; they add up to `MixturePlan.unit`.
    public var weights: [Int]
  }

  /// The sum of a segment's weights: 2^30.
  public static let unit = 1 << 30
  static let mostSamples = 1 << 32
  static let mostDomains = 1 << 12

  /// In the order in which samples name them.
  public let domains: [MixtureDomain]
  /// One after the other, without gaps.
  public private(set) var segments: [Segment] = []
  /// Samples in a step: the batch over all workers.
  public let samplesPerStep: Int

  /// What was done about caps.
  public let overCap: OverCap

  /// Compiles a plan.
  /// - Parameter schedule: at least one segment.
  public init(
    domains: [MixtureDomain], schedule: [MixtureSegment], samplesPerStep: Int,
    overCap: OverCap = .warn
  ) throws {
    guard (1...Self.mostDomains).contains(domains.count), samplesPerStep > 0,
      !schedule.isEmpty
    else {
      throw Fault(
        .input, "a mixture needs domains, a schedule and samples a step",
        found: "\(domains.count) domains, \(schedule.count) segments, \(samplesPerStep) samples")
    }
    for (index, domain) in domains.enumerated() {
      guard !domains[..<index].contains(where: { $0.name == domain.name }), domain.windowCount >= 0
      else {
        throw Fault(
          .input, "the domain '\(domain.name)' cannot be mixed",
          found: "\(domain.windowCount) windows", expected: "each name once, and 0 windows or more")
      }
    }
    self.domains = domains
    self.samplesPerStep = samplesPerStep
    self.overCap = overCap
    for segment in schedule { try append(segment) }
    if overCap == .refuse, let warning = warnings.first {
      throw Fault(
        .input, warning.description, expected: "at most \(warning.mostEpochs) epochs",
        hint: "give it less weight, train on fewer tokens, or raise its cap")
    }
  }

  /// Adds a segment at the end, as an adaptive mixture does.
  public mutating func append(_ segment: MixtureSegment) throws {
    let start = sampleCount
    let (samples, overflow) = segment.steps.multipliedReportingOverflow(by: samplesPerStep)
    guard segment.steps > 0, !overflow, samples <= Self.mostSamples - start else {
      throw Fault(
        .input, "a mixture cannot have a segment of \(segment.steps) steps",
        found: "\(segment.steps) steps of \(samplesPerStep) samples after \(start) samples",
        expected: "1 step or more, and \(Self.mostSamples) samples in all at most")
    }
    let weights = try Self.whole(try shares(segment.weights))
    for (domain, weight) in zip(domains, weights) where weight > 0 && domain.windowCount == 0 {
      throw Fault(
        .input, "the domain '\(domain.name)' has a weight but no window",
        found: "0 windows", expected: "more than sequence length tokens in one of its shards",
        hint: "add shards to the domain, or give it the weight 0")
    }
    let segment = Segment(samples: start..<start + samples, weights: weights)
    segments += overCap == .redistribute ? try withinCaps(segment) : [segment]
  }

  /// Cuts a segment where a domain comes to its cap: from there on the others share its weight.
  private func withinCaps(_ segment: Segment) throws -> [Segment] {
    var planned = planned(after: segment.samples.lowerBound)
    let caps = domains.map { domain in
      domain.mostEpochs.map { most in
        Int(min(most * Double(domain.windowCount), Double(Self.mostSamples)))
      }
    }
    var weights = segment.weights
    var start = segment.samples.lowerBound
    var parts: [Segment] = []
    while start < segment.samples.upperBound {
      var end = segment.samples.upperBound
      for domain in domains.indices where weights[domain] > 0 {
        guard let cap = caps[domain] else { continue }
        let room = max(0, cap * Self.unit - planned[domain]) / weights[domain]
        end = min(end, start + room)
      }
      if end > start {
        parts.append(Segment(samples: start..<end, weights: weights))
        for domain in domains.indices { planned[domain] += weights[domain] * (end - start) }
      }
      start = end
      guard end < segment.samples.upperBound else { break }
      var shares = weights.map(Double.init)
      for domain in domains.indices where weights[domain] > 0 {
        if let cap = caps[domain], cap * Self.unit - planned[domain] < weights[domain] {
          shares[domain] = 0
        }
      }
      guard shares.contains(where: { $0 > 0 }) else {
        let dry = zip(domains, weights).filter { $0.1 > 0 }.map { "'\($0.0.name)'" }
        throw Fault(
          .input,
          "the mixture runs dry at step \(start / samplesPerStep + 1): every domain with "
            + "a weight is at its cap", found: dry.joined(separator: ", "),
          expected: "\(segment.samples.upperBound / samplesPerStep) steps",
          hint: "train on fewer tokens, raise the caps, or give another domain a weight")
      }
      weights = try Self.whole(shares)
    }
    return parts
  }

  private func shares(_ weights: MixtureWeights) throws -> [Double] {
    switch weights {
    case .proportional: return domains.map { Double($0.windowCount) }
    case .temperature(let temperature):
      guard temperature > 0, temperature.isFinite else {
        throw Fault(
          .input, "a mixture's temperature cannot be used", found: "\(temperature)",
          expected: "a number above 0: 1 is proportional, more evens the domains out")
      }
      let most = Double(max(domains.map(\.windowCount).max() ?? 0, 1))
      return domains.map { pow(Double($0.windowCount) / most, 1 / temperature) }
    case .tokens(let budgets): return try shares(.explicit(budgets.mapValues(Double.init)))
    case .explicit(let named):
      for name in named.keys.sorted() where !domains.contains(where: { $0.name == name }) {
        throw Fault(
          .input, "there is no domain '\(name)' for a weight", found: "'\(name)'",
          expected: domains.map(\.name).joined(separator: ", "))
      }
      return try domains.map { domain in
        let weight = named[domain.name] ?? 0
        guard weight >= 0, weight.isFinite else {
          throw Fault(
            .input, "the weight of '\(domain.name)' is not a share", found: "\(weight)",
            expected: "a number from 0 up")
        }
        return weight
      }
    }
  }

  /// Shares as whole numbers that add up to `unit`: rounded down, and the rest to those that lost
  /// most, of equal ones to the first.
  private static func whole(_ shares: [Double]) throws -> [Int] {
    let largest = shares.max() ?? 0
    // Divided first, so that the sum of huge weights stays finite.
    let scaled = shares.map { largest > 0 ? $0 / largest : 0 }
    let total = scaled.reduce(0, +)
    guard total > 0 else {
      throw Fault(.input, "all weights of a mixture are 0", expected: "a weight above 0")
    }
    let exact = scaled.map { $0 / total * Double(unit) }
    var weights = exact.map { Int($0.rounded(.down)) }
    let order = exact.indices.filter { shares[$0] > 0 }.sorted {
      let (a, b) = (exact[$0] - Double(weights[$0]), exact[$1] - Double(weights[$1]))
      return (b, $0) < (a, $1)
    }
    let missing = unit - weights.reduce(0, +)
    for i in 0..<max(missing, 0) { weights[order[i % order.count]] += 1 }
    return weights
  }

  /// Samples in the whole plan.
  public var sampleCount: Int { segments.last?.samples.upperBound ?? 0 }

  /// How many samples of each domain there should be among the first `samples`, in units.
  func planned(after samples: Int) -> [Int] {
    var planned = [Int](repeating: 0, count: domains.count)
    for segment in segments where segment.samples.lowerBound < samples {
      let inside = min(samples, segment.samples.upperBound) - segment.samples.lowerBound
      for domain in domains.indices { planned[domain] += segment.weights[domain] * inside }
    }
    return planned
  }

  /// How many samples of each domain there should be among the first `samples`.
  public func plannedSamples(after samples: Int) -> [Double] {
    planned(after: samples).map { Double($0) / Double(Self.unit) }
  }

  /// How often the whole plan goes through each domain.
  public var plannedEpochs: [Double] {
    zip(domains, plannedSamples(after: sampleCount)).map { domain, samples in
      domain.windowCount == 0 ? 0 : samples / Double(domain.windowCount)
    }
  }

  /// A domain that the plan repeats more often than it may.
  public struct RepetitionWarning: Sendable, Equatable, CustomStringConvertible {
    /// The name of the domain.
    public var domain: String
    /// What the plan comes to.
    public var plannedEpochs: Double
    /// The cap.
    public var mostEpochs: Double

    /// One line with the numbers.
    public var description: String {
      func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
      return "the plan repeats '\(domain)' \(rounded(plannedEpochs)) times, more than "
        + "\(rounded(mostEpochs))"
    }
  }

  /// The domains over their cap, in the order of the domains.
  public var warnings: [RepetitionWarning] {
    zip(domains, plannedEpochs).compactMap { domain, epochs in
      guard let most = domain.mostEpochs, epochs > most else { return nil }
      return RepetitionWarning(domain: domain.name, plannedEpochs: epochs, mostEpochs: most)
    }
  }
}
