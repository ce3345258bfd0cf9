import Mixtures
import Streams

/// Fills `into`, which has room for the stage's sequence length and one token more, with the tokens
/// of a global sample index, and returns the index of the sample's domain.
public typealias BatchSource = (
  _ sampleIndex: Int, _ into: UnsafeMutableBufferPointer<UInt32>
) throws -> Int

/// Where a stage's samples come from, and what identifies them: a stage goes on only with the
/// samples that it began with.
public struct SampleSource {
  public var fill: BatchSource
  /// Equal where all samples are; a checkpoint keeps it.
  public var fingerprint: String
  /// Names of the domains that `fill` returns the indices of; may be empty.
  public var domains: [String]
  /// Digest of the tokenizer that made the tokens; empty where nobody knows.
  public var tokenizer: String
  /// The sampler before a sample; a checkpoint keeps it too.
  public var state: (_ sampleIndex: Int) -> MixtureSampler.State?

  /// Samples that nothing but their order identifies.
  public init(_ fill: @escaping BatchSource, domains: [String] = []) {
    self.fill = fill
    self.domains = domains
    fingerprint = ""
    tokenizer = ""
    state = { _ in nil }
  }

  /// The samples of a mixture.
  public init(_ mixture: MixtureSource) {
    fill = { try mixture.fill($0, $1) }
    domains = mixture.plan.domains.map(\.name)
    fingerprint = mixture.fingerprint
    tokenizer = mixture.tokenizerDigest?.hex ?? ""
    state = { mixture.state(before: $0) }
  }

  /// The name of a domain, or its number where it has none.
  func name(of domain: Int) -> String {
    domains.indices.contains(domain) ? domains[domain] : "\(domain)"
  }
}
