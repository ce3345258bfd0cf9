import Streams
import TokenShards

/// Fills the windows of a mixture's samples from open shards. For one thread; a sample is the same
/// on any thread and in any order.
public final class MixtureReader {
  /// What the samples follow.
  public let plan: MixturePlan
  /// Tokens that a window trains on; it holds one more.
  public let sequenceLength: Int
  private var windows: [DomainWindows]
  private var sampler: MixtureSampler
  /// The sampler before every `stateInterval`-th sample, as far as it has come.
  private var states: [MixtureSampler]
  private static let stateInterval = 1 << 16

  /// - Parameters:
  ///   - readers: the shards of each domain, in the order of the plan's domains.
  ///   - seed: of the order of the windows.
  public init(
    plan: MixturePlan, readers: [[ShardReader]], sequenceLength: Int, seed: UInt64
  ) throws {
    guard sequenceLength > 0, readers.count == plan.domains.count else {
      throw Fault(
        .failure, "a mixture of \(plan.domains.count) domains cannot be read",
        found: "shards for \(readers.count), sequences of \(sequenceLength)")
    }
    self.plan = plan
    self.sequenceLength = sequenceLength
    windows = zip(plan.domains, readers).map { domain, readers in
      DomainWindows(readers, sequenceLength: sequenceLength, seed: seed, domain: domain.name)
    }
    sampler = MixtureSampler(plan)
    states = [sampler]
    for (domain, windows) in zip(plan.domains, windows) where windows.count != domain.windowCount {
      throw Fault(
        .input, "the plan does not fit the shards of '\(domain.name)'",
        found: "\(windows.count) windows", expected: "\(domain.windowCount)",
        hint: "compile the plan from these shards and this sequence length")
    }
    try Self.checkTokenizer(readers)
  }

  private static func checkTokenizer(_ readers: [[ShardReader]]) throws {
    guard let first = readers.joined().first else { return }
    for reader in readers.joined()
    where reader.header.tokenizerDigest != first.header.tokenizerDigest {
      throw Fault(
        .input, "'\(reader.path)' and '\(first.path)' have different tokenizers",
        found: reader.header.tokenizerDigest.hex, expected: first.header.tokenizerDigest.hex)
    }
  }

  /// The number of windows in shards of these many tokens: `MixtureDomain.windowCount`.
  public static func windowCount(tokenCounts: [Int], sequenceLength: Int) -> Int {
    tokenCounts.reduce(0) {
      $0 + DomainWindows.count(tokens: $1, sequenceLength: max(sequenceLength, 1))
    }
  }

  /// Fills the window of a sample with `sequenceLength + 1` tokens. In the order of the index a
  /// sample costs one window; at random it may cost the assignment of 65,536 samples more.
  /// - Returns: the index of the domain in the plan.
  public func fill(
    sampleIndex: Int, into output: UnsafeMutableBufferPointer<UInt32>
  ) throws -> Int {
    guard output.count > sequenceLength else {
      throw Fault(
        .failure, "a window has no room", found: "\(output.count)",
        expected: "\(sequenceLength + 1)")
    }
    let sample = try assignment(sampleIndex)
    try windows[sample.domain].fill(sample.ordinal, into: output)
    return sample.domain
  }

  /// Which domain a sample is of, and which of its samples it is.
  public func assignment(_ sampleIndex: Int) throws -> MixtureSampler.Assignment {
    guard sampleIndex >= 0, sampleIndex < plan.sampleCount else {
      throw Fault(
        .failure, "there is no sample \(sampleIndex)",
        expected: "samples below \(plan.sampleCount)")
    }
    let nearest = min(sampleIndex / Self.stateInterval, states.count - 1)
    let isBehind = sampler.state.index > sampleIndex
    if isBehind || states[nearest].state.index > sampler.state.index { sampler = states[nearest] }
    while true {
      if sampler.state.index == states.count * Self.stateInterval { states.append(sampler) }
      let index = sampler.state.index
      guard let sample = sampler.next() else { break }
      if index == sampleIndex { return sample }
    }
    throw Fault(.failure, "sample \(sampleIndex) was not reached")
  }
}
