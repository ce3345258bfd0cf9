/// What a plan comes to, before the first step: tokens and epochs of each domain, and when it runs
/// dry.
public struct MixtureForecast: Sendable, Equatable, Codable {
  /// One domain of the plan.
  public struct Domain: Sendable, Equatable, Codable {
    public var name: String
    /// Tokens in its shards; nil where it is not known.
    public var shardTokens: Int?
    /// Samples in one epoch.
    public var windows: Int
    /// Tokens in one epoch: `windows` times the sequence length.
    public var tokensAnEpoch: Int
    public var plannedSamples: Double
    /// Rounded; the sampler comes within a sample of it.
    public var plannedTokens: Int
    /// Of all tokens of the plan.
    public var share: Double
    public var epochs: Double
    /// The cap, where there is one.
    public var mostEpochs: Double?
    /// The 1-based step in which its first pass ends and repetition begins; nil where it does not.
    public var firstPassEnds: Int?
    /// The 1-based step in which it comes to its cap; nil where it does not.
    public var capReached: Int?
  }

  /// Steps with constant weights. A step in which a domain comes to its cap may belong to two.
  public struct Segment: Sendable, Equatable, Codable {
    /// 1-based.
    public var firstStep: Int
    public var lastStep: Int
    public var samples: Int
    /// In the order of the domains.
    public var shares: [Double]
  }

  public var steps: Int
  public var samplesPerStep: Int
  public var sequenceLength: Int
  public var tokens: Int
  public var domains: [Domain]
  public var segments: [Segment]
  public var overCap: OverCap
  /// The plan's remarks on caps.
  public var warnings: [String]
  /// How far any prefix of the samples may be from the plan in any domain, in samples.
  public var bound: Double

  /// Reads the plan; its cost does not depend on the number of samples.
  public init(_ plan: MixturePlan, sequenceLength: Int) {
    steps = plan.sampleCount / plan.samplesPerStep
    samplesPerStep = plan.samplesPerStep
    self.sequenceLength = sequenceLength
    tokens = plan.sampleCount * sequenceLength
    let planned = plan.plannedSamples(after: plan.sampleCount)
    let epochs = plan.plannedEpochs
    domains = plan.domains.indices.map { index in
      let domain = plan.domains[index]
      let capped = plan.cappedAt[index].map { plan.step(ofSample: $0) }
      return Domain(
        name: domain.name, shardTokens: domain.tokenCount, windows: domain.windowCount,
        tokensAnEpoch: domain.windowCount * sequenceLength, plannedSamples: planned[index],
        plannedTokens: Int((planned[index] * Double(sequenceLength)).rounded()),
        share: planned[index] / Double(max(plan.sampleCount, 1)), epochs: epochs[index],
        mostEpochs: domain.mostEpochs,
        firstPassEnds: plan.step(in: index, reaching: domain.windowCount),
        capReached: capped
          ?? plan.mostSamples(of: index).flatMap { plan.step(in: index, reaching: $0) })
    }
    segments = plan.segments.map { segment in
      Segment(
        firstStep: plan.step(ofSample: segment.samples.lowerBound),
        lastStep: plan.step(ofSample: segment.samples.upperBound - 1),
        samples: segment.samples.count,
        shares: segment.weights.map { Double($0) / Double(MixturePlan.unit) })
    }
    overCap = plan.overCap
    warnings = plan.remarks
    bound = plan.sampleBound
  }
}

extension MixturePlan {
  /// The 1-based step in which the planned samples of a domain reach a number; nil where they do not.
  fileprivate func step(in domain: Int, reaching samples: Int) -> Int? {
    guard samples > 0, samples <= Self.mostSamples else { return nil }
    // A weight is rounded by less than a unit, so a plan of exactly one epoch may end just below it.
    var missing = samples * Self.unit - sampleCount
    for segment in segments where segment.weights[domain] > 0 {
      let weight = segment.weights[domain]
      let needed = max(1, (missing + weight - 1) / weight)
      if needed <= segment.samples.count {
        return step(ofSample: segment.samples.lowerBound + needed - 1)
      }
      missing -= weight * segment.samples.count
    }
    return nil
  }
}
