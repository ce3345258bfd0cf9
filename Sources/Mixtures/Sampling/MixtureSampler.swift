import Streams

/// Gives each sample a domain by the plan: earliest deadline first.
///
/// A domain may have its next sample once the plan is far enough ahead of it, and must have it
/// before the plan is a whole sample ahead; of the domains that may, the one that must soonest gets
/// the sample. With k domains no prefix is further than 1 - 1/(2k - 2) samples from the plan, for
/// any schedule (Tijdeman 1980, "The chairman assignment problem").
public struct MixtureSampler: Sendable {
  /// What is needed to go on exactly: the next sample's index and the samples each domain has had.
  public struct State: Sendable, Equatable, Codable {
    /// The index of the next sample.
    public var index: Int
    /// Samples given to each domain so far; they add up to `index`.
    public var counts: [Int]
  }

  /// One sample of the mixture.
  public struct Assignment: Sendable, Equatable {
    /// The index of the domain in the plan.
    public var domain: Int
    /// How many samples the domain has had before.
    public var ordinal: Int
  }

  /// What the samples follow.
  public let plan: MixturePlan
  /// Before the next sample.
  public private(set) var state: State
  /// What the plan owes each domain after `state.index` samples less what it has had, in units.
  private var owed: [Int]
  /// The number of samples after which each domain must have its next one; never: `Int.max`.
  private var deadlines: [Int]
  private var segment = 0
  /// The slack of Tijdeman's rule, in units.
  private let slack: Int

  /// A sampler at the first sample.
  public init(_ plan: MixturePlan) {
    self.plan = plan
    let count = plan.domains.count
    state = State(index: 0, counts: [Int](repeating: 0, count: count))
    owed = state.counts
    deadlines = state.counts
    slack = count > 1 ? MixturePlan.unit / (2 * count - 2) : 0
    for domain in 0..<count { deadlines[domain] = deadline(of: domain) }
  }

  /// A sampler that goes on from a state. `verified` walks from the first sample and checks it.
  public init(_ plan: MixturePlan, from state: State, verified: Bool = true) throws {
    self.init(plan)
    let fits =
      (0...plan.sampleCount).contains(state.index) && state.counts.count == plan.domains.count
      && state.counts.allSatisfy { (0...state.index).contains($0) }
      && state.counts.reduce(0, +) == state.index
    guard fits else { throw Self.mismatch(state, expected: "one count a domain that add up") }
    if verified {
      let replayed = Self.replay(plan, to: state.index)
      guard replayed.state == state else {
        throw Self.mismatch(state, expected: "counts \(replayed.state.counts)")
      }
      self = replayed
      return
    }
    self.state = state
    let planned = plan.planned(after: state.index)
    for domain in plan.domains.indices {
      owed[domain] = planned[domain] - state.counts[domain] * MixturePlan.unit
    }
    segment = plan.segments.firstIndex { state.index < $0.samples.upperBound } ?? 0
    for domain in plan.domains.indices { deadlines[domain] = deadline(of: domain) }
  }

  private static func mismatch(_ state: State, expected: String) -> Fault {
    Fault(
      .input, "the sampler's state does not belong to this mixture",
      found: "counts \(state.counts) after \(state.index) samples", expected: expected,
      hint: "resume with the mixture, schedule and batch size that the run began with")
  }

  /// The sampler before sample `index`, walked there from the first one.
  public static func replay(_ plan: MixturePlan, to index: Int) -> MixtureSampler {
    var sampler = MixtureSampler(plan)
    while sampler.state.index < index, sampler.next() != nil {}
    return sampler
  }

  /// The domain of the next sample; nil behind the plan's end.
  public mutating func next() -> Assignment? {
    guard state.index < plan.sampleCount else { return nil }
    while state.index >= plan.segments[segment].samples.upperBound { segment += 1 }
    let weights = plan.segments[segment].weights
    var best = -1
    var mostOwed = 0
    for domain in weights.indices {
      owed[domain] += weights[domain]
      if owed[domain] >= slack, owed[domain] > 0,
        best < 0 || deadlines[domain] < deadlines[best]
      {
        best = domain
      }
      if owed[domain] > owed[mostOwed] { mostOwed = domain }
    }
    // Rounding the slack never leaves nobody; if it did, this would stay within a sample too.
    let chosen = best < 0 ? mostOwed : best
    let assignment = Assignment(domain: chosen, ordinal: state.counts[chosen])
    owed[chosen] -= MixturePlan.unit
    state.counts[chosen] += 1
    state.index += 1
    deadlines[chosen] = deadline(of: chosen)
    return assignment
  }

  /// The largest distance of any prefix of a plan's samples from it, in samples.
  public static func largestDistance(from plan: MixturePlan) -> Double {
    var sampler = MixtureSampler(plan)
    var worst = 0
    while sampler.next() != nil {
      for owed in sampler.owed { worst = max(worst, abs(owed)) }
    }
    return Double(worst) / Double(MixturePlan.unit)
  }

  /// The first number of samples after which the plan owes the domain a sample less the slack.
  private func deadline(of domain: Int) -> Int {
    var missing = MixturePlan.unit - slack - owed[domain]
    if missing <= 0 { return state.index }
    var at = state.index
    for next in plan.segments[segment...] where next.samples.upperBound > at {
      let weight = next.weights[domain]
      let left = next.samples.upperBound - at
      if weight > 0 {
        let needed = (missing + weight - 1) / weight
        if needed <= left { return at + needed }
        missing -= weight * left
      }
      at = next.samples.upperBound
    }
    return .max
  }
}
