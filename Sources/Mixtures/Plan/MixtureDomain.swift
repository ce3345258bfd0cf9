/// One domain of a mixture: what there is of it.
public struct MixtureDomain: Sendable, Equatable {
  /// As in the shards' origin.
  public var name: String
  /// Samples in one epoch: windows of `sequenceLength + 1` tokens with stride `sequenceLength`.
  public var windowCount: Int
  /// The cap: epochs above which the plan acts as its `OverCap` says; nil where any number is fine.
  public var mostEpochs: Double?
  /// Tokens in its shards, those behind the last whole window too; nil where it is not known.
  public var tokenCount: Int?

  /// A domain.
  public init(
    name: String, windowCount: Int, mostEpochs: Double? = nil, tokenCount: Int? = nil
  ) {
    self.name = name
    self.windowCount = windowCount
    self.mostEpochs = mostEpochs
    self.tokenCount = tokenCount
  }
}

extension DomainShards {
  /// The domain as a plan sees it, cut into windows of this many tokens.
  public func domain(sequenceLength: Int, mostEpochs: Double? = nil) -> MixtureDomain {
    MixtureDomain(
      name: name, windowCount: windowCount(sequenceLength: sequenceLength), mostEpochs: mostEpochs,
      tokenCount: tokenCount)
  }
}
