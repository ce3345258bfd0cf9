import Streams

/// Weights, caps and schedule, compiled before the first step: how many samples of each domain there
/// should be after any number of samples.
///
/// Weights are whole numbers of `MixturePlan.unit`-ths, so that shares are exact and the same
/// everywhere. A schedule is a list of segments with constant weights; under `OverCap.redistribute` a
/// segment is cut where a domain comes to its cap.
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
  /// What is done about caps.
  public let overCap: OverCap
  /// The sample from which a domain gets no more because it is at its cap, by domain; only under
  /// `OverCap.redistribute`.
  public private(set) var cappedAt: [Int?]

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
      if let most = domain.mostEpochs, !(most > 0) {
        throw Fault(
          .input, "the cap of '\(domain.name)' cannot be used", found: "\(most) epochs",
          expected: "a number above 0", hint: "give it the weight 0 to leave it out")
      }
    }
    self.domains = domains
    self.samplesPerStep = samplesPerStep
    self.overCap = overCap
    cappedAt = domains.map { _ in nil }
    for segment in schedule { try append(segment) }
  }

  /// Adds a segment at the end, as an adaptive mixture does. Where it throws, the plan is as before.
  public mutating func append(_ segment: MixtureSegment) throws {
    let start = sampleCount
    let (samples, overflow) = segment.steps.multipliedReportingOverflow(by: samplesPerStep)
    guard segment.steps > 0, !overflow, samples <= Self.mostSamples - start else {
      throw Fault(
        .input, "a mixture cannot have a segment of \(segment.steps) steps",
        found: "\(segment.steps) steps of \(samplesPerStep) samples after \(start) samples",
        expected: "1 step or more, and \(Self.mostSamples) samples in all at most")
    }
    let shares = try segment.weights.raw(among: domains)
    let weights = try MixtureWeights.whole(shares, unit: Self.unit)
    for (domain, weight) in zip(domains, weights) where weight > 0 && domain.windowCount == 0 {
      throw Fault(
        .input, "the domain '\(domain.name)' has a weight but no window",
        found: domain.tokenCount.map { "\($0) tokens, 0 windows" } ?? "0 windows",
        expected: "more than sequence length tokens in one of its shards",
        hint: "add shards to the domain, or give it the weight 0")
    }
    let added = Segment(samples: start..<start + samples, weights: weights)
    var extended = self
    if overCap == .redistribute {
      let cut = try cutAtCaps(added, shares: shares)
      extended.segments += cut.segments
      extended.cappedAt = cut.cappedAt
    } else {
      extended.segments.append(added)
    }
    if overCap == .refuse, let warning = extended.warnings.first {
      throw Fault(
        .input, warning.description, expected: "at most \(warning.mostEpochs) epochs",
        hint: "give it less weight, train on fewer tokens, or raise its cap")
    }
    self = extended
  }

  /// Samples in the whole plan.
  public var sampleCount: Int { segments.last?.samples.upperBound ?? 0 }

  /// The 1-based step that a sample belongs to.
  public func step(ofSample sample: Int) -> Int { sample / samplesPerStep + 1 }

  /// How far, in samples, any prefix of a `MixtureSampler`'s samples may be from the plan in any
  /// domain: 1 - 1/(2k - 2) for k domains (Tijdeman 1980).
  public var sampleBound: Double {
    domains.count > 1 ? 1 - 1 / Double(2 * domains.count - 2) : 0
  }

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
}
