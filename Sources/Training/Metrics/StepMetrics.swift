/// What one step of training measured.
public struct StepMetrics: Sendable, Equatable, Codable {
  /// The loss of the sequences of one domain in this step.
  public struct Domain: Sendable, Equatable, Codable {
    /// The index that the batch source gave.
    public var domain: Int
    /// Where the source has names.
    public var name: String?
    public var sequences: Int
    /// Nats per token.
    public var loss: Double
  }

  /// Steps done, this one included.
  public var step: Int
  /// Tokens learned from in this stage so far.
  public var tokens: Int
  /// Nats per token, mean over the batch, before the update.
  public var loss: Double
  /// Global norm before clipping.
  public var gradientNorm: Double
  public var learningRate: Double
  public var tokensPerSecond: Double
  /// Model FLOPs utilisation: model operations (6 for each parameter in a product and token, and
  /// attention) over what matrix products alone reach on this machine.
  public var shareOfMatrixProductRate: Double
  public var domains: [Domain]
}

extension StepMetrics {
  /// Sequences by domain over some steps, for the ledger of a mixture.
  public static func sequences(_ steps: [StepMetrics], domains: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: domains)
    for domain in steps.flatMap(\.domains) where counts.indices.contains(domain.domain) {
      counts[domain.domain] += domain.sequences
    }
    return counts
  }
}
