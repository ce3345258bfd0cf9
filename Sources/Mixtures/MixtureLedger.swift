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
    /// Tokens trained on: samples times the sequence length.
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

  /// The ledger of a sampler that has come as far as `state`.
  public init(_ plan: MixturePlan, at state: MixtureSampler.State, sequenceLength: Int) {
    sampleCount = state.index
    let planned = plan.plannedSamples(after: state.index)
    let epochs = plan.plannedEpochs
    entries = plan.domains.indices.map { i in
      let domain = plan.domains[i]
      let samples = state.counts[i]
      return Entry(
        domain: domain.name, samples: samples, plannedSamples: planned[i],
        tokens: samples * sequenceLength,
        epochs: domain.windowCount == 0 ? 0 : Double(samples) / Double(domain.windowCount),
        plannedEpochs: epochs[i], mostEpochs: domain.mostEpochs)
    }
  }
}
