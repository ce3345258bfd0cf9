import Streams

/// What a mixture came to after a number of samples, against its plan.
public struct MixtureLedger: Sendable, Equatable {
  /// One domain of the ledger.
  public struct Entry: Sendable, Equatable, Codable {
    /// The name of the domain.
    public var domain: String
    /// Samples given to it.
    public var samples: Int
    /// Samples that the plan wanted by then.
    public var plannedSamples: Double
    /// Loss tokens that the plan wanted by then.
    public var plannedTokens: Double
    /// Loss tokens, those trained on: samples times the sequence length.
    public var tokens: Int
    /// How often the domain was gone through.
    public var epochs: Double
    /// How often it will be at the end of the plan.
    public var plannedEpochs: Double
    /// The cap, where there is one.
    public var mostEpochs: Double?
  }

  /// Samples so far.
  public let sampleCount: Int
  /// In the order of the plan's domains.
  public let entries: [Entry]
  /// How far an honest sampler may be from the plan in any domain, in samples.
  public let bound: Double
  /// Loss tokens of a sample.
  public let sequenceLength: Int

  /// The ledger of a sampler that has come as far as `state`.
  public init(_ plan: MixturePlan, at state: MixtureSampler.State, sequenceLength: Int) {
    sampleCount = state.index
    bound = plan.sampleBound
    self.sequenceLength = sequenceLength
    let planned = plan.plannedSamples(after: state.index)
    let epochs = plan.plannedEpochs
    entries = plan.domains.indices.map { i in
      let domain = plan.domains[i]
      let samples = state.counts[i]
      return Entry(
        domain: domain.name, samples: samples, plannedSamples: planned[i],
        plannedTokens: planned[i] * Double(sequenceLength), tokens: samples * sequenceLength,
        epochs: domain.windowCount == 0 ? 0 : Double(samples) / Double(domain.windowCount),
        plannedEpochs: epochs[i], mostEpochs: domain.mostEpochs)
    }
  }
  /// How far the domain that is furthest from the plan is from it, in samples.
  public var distance: Double {
    entries.map { abs(Double($0.samples) - $0.plannedSamples) }.max() ?? 0
  }

  /// The distance and its bound, in samples and loss tokens, in one line.
  public var summary: String {
    func shown(_ samples: Double) -> String {
      "\((samples * 100).rounded() / 100) samples "
        + "(\(Int((samples * Double(sequenceLength)).rounded())) tokens)"
    }
    return "the mixture is within \(shown(distance)) of its plan; the bound is \(shown(bound))"
  }

  /// - Throws: a `Fault` where the samples are not those of the plan.
  public func check() throws {
    // Weights are rounded to 2^-30, and the sampler's slack with them.
    guard distance <= bound + 1e-6 else {
      let worst = entries.max {
        abs(Double($0.samples) - $0.plannedSamples) < abs(Double($1.samples) - $1.plannedSamples)
      }
      throw Fault(
        .failure, "the samples trained on are not those of the mixture's plan",
        found: "\(worst?.tokens ?? 0) tokens of '\(worst?.domain ?? "")'",
        expected: "\(Int((worst?.plannedTokens ?? 0).rounded())) tokens, give or take "
          + "\(Int((bound * Double(sequenceLength)).rounded()))")
    }
  }
}
