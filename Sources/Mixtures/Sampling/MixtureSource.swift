import Streams
import TokenShards

/// The samples of one stage of training: a plan over domains' shards, and a reader that follows it.
/// For one thread.
public final class MixtureSource {
  /// Passes over a domain above which a plan warns where nothing else is said
  /// (Muennighoff et al. 2023, arXiv:2305.16264).
  public static let usualMostEpochs = 4.0

  /// What the samples follow.
  public let plan: MixturePlan
  /// Tokens that a sample trains on.
  public let sequenceLength: Int
  /// Digest of shards, plan, sequence length and seed: equal where the samples are.
  public let fingerprint: String
  /// Of all shards; nil without one.
  public let tokenizerDigest: ContentDigest?
  private let reader: MixtureReader

  /// - Parameters:
  ///   - schedule: the weights, segment by segment.
  ///   - mostEpochs: by domain; `usualMostEpochs` for the others.
  ///   - seed: of the order of each domain's windows.
  public init(
    shards: [DomainShards], schedule: [MixtureSegment], samplesPerStep: Int, sequenceLength: Int,
    mostEpochs: [String: Double] = [:], overCap: OverCap = .warn, seed: UInt64
  ) throws {
    plan = try MixturePlan(
      shards: shards, schedule: schedule, samplesPerStep: samplesPerStep,
      sequenceLength: sequenceLength, mostEpochs: mostEpochs, overCap: overCap)
    self.sequenceLength = sequenceLength
    reader = try MixtureReader(
      plan: plan, readers: try shards.map { try $0.readers() }, sequenceLength: sequenceLength,
      seed: seed)
    let data = shards.map { "\($0.name) \($0.digest)" }.joined(separator: "\n")
    let segments = plan.segments.map { "\($0.samples) \($0.weights)" }.joined(separator: "\n")
    fingerprint =
      ContentDigest("\(data)\n\(segments)\n\(samplesPerStep) \(sequenceLength) \(seed)").hex
    tokenizerDigest = shards.compactMap(\.tokenizerDigest).first
  }

  /// Loss tokens of the whole plan.
  public var tokenCount: Int { plan.sampleCount * sequenceLength }

  /// Fills the window of a sample and returns its domain.
  public func fill(_ sample: Int, _ window: UnsafeMutableBufferPointer<UInt32>) throws -> Int {
    try reader.fill(sampleIndex: sample, into: window)
  }

  /// The sampler's state before a sample, walked there from the first one.
  public func state(before sample: Int) -> MixtureSampler.State {
    MixtureSampler.replay(plan, to: sample).state
  }

  /// The plan beside the samples that were trained on, one count a domain.
  public func ledger(of counts: [Int]) -> MixtureLedger {
    MixtureLedger(
      plan, at: MixtureSampler.State(index: counts.reduce(0, +), counts: counts),
      sequenceLength: sequenceLength)
  }

  /// The largest distance of any prefix of the samples from the plan, in samples.
  public func bound() -> Double { MixtureSampler.largestDistance(from: plan) }
}

extension MixturePlan {
  /// A plan over domains' shards.
  /// - Parameter mostEpochs: by domain; `MixtureSource.usualMostEpochs` for the others.
  public init(
    shards: [DomainShards], schedule: [MixtureSegment], samplesPerStep: Int, sequenceLength: Int,
    mostEpochs: [String: Double] = [:], overCap: OverCap = .warn
  ) throws {
    try self.init(
      domains: shards.map {
        $0.domain(
          sequenceLength: sequenceLength,
          mostEpochs: mostEpochs[$0.name] ?? MixtureSource.usualMostEpochs)
      }, schedule: schedule, samplesPerStep: samplesPerStep, overCap: overCap)
  }
}
