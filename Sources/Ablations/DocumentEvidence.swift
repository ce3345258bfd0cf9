import CounterRandom
import Evaluation
import Glibc
import Runs

/// What every document says of two models' difference: the models are compared on the same
/// documents, and the documents are drawn again, a thousand times, to see how much the difference
/// depends on them (the paired bootstrap, Efron 1979).
public struct DocumentEvidence: Sendable {
  static let resamples = 1000
  /// Fewer documents of a domain say too little of how much a difference depends on them.
  static let leastDocuments = 10

  private let domainCount: Int
  /// The documents of each domain.
  private let members: [[Int]]
  /// Bits per byte of a nat, for each resample and domain: 1 / (ln 2 · bytes drawn).
  private let rates: [[Double]]
  /// Places in `members`, one resample after the other.
  private let draws: [[Int32]]
  /// Nats of each document, the mean over the seeds.
  private let branches: [[Double]?]
  private let trunk: [Double]?

  /// - Parameters:
  ///   - domain: of each document.
  ///   - bytes: of each document.
  ///   - branches: nats of each document, one list a run, for each branch.
  ///   - trunk: the trunk's nats of each document.
  public init(
    domain: [Int], bytes: [UInt64], domainCount: Int, branches: [[[Double]]], trunk: [Double]?,
    seed: UInt64
  ) {
    self.domainCount = domainCount
    let members = (0..<domainCount).map { index in
      domain.indices.filter { domain[$0] == index }
    }
    let draws = members.enumerated().map { index, members -> [Int32] in
      let random = CounterRandom(seed: seed, purpose: "resampled documents of domain \(index)")
      return (0..<Self.resamples * members.count).map {
        Int32(random.below(UInt64(max(members.count, 1)), UInt64($0)))
      }
    }
    rates = zip(members, draws).map { members, draws in
      (0..<Self.resamples).map { resample in
        let drawn = draws[resample * members.count..<(resample + 1) * members.count]
        let sum = drawn.reduce(0.0) { $0 + Double(bytes[members[Int($1)]]) }
        return sum > 0 ? 1 / (M_LN2 * sum) : 0
      }
    }
    self.members = members
    self.draws = draws
    self.branches = branches.map { runs in
      guard let first = runs.first else { return nil }
      return first.indices.map { document in
        runs.reduce(0) { $0 + $1[document] } / Double(runs.count)
      }
    }
    self.trunk = trunk
  }

  /// The interval of branch `branch` minus `other` (nil: the trunk), or nil where one has no run or a domain
  /// has too few documents.
  ///
  /// - Parameters:
  ///   - weights: of the domains in the measure.
  ///   - level: confidence. Quantiles where the resamples reach so far out, else the normal
  ///     distribution with their deviation.
  func interval(
    of branch: Int, against other: Int?, weights: [Double], effect: Double, level: Double
  ) -> Interval? {
    guard let ours = branches[branch], let theirs = other.map({ branches[$0] }) ?? trunk else {
      return nil
    }
    var changes = [Double](repeating: 0, count: Self.resamples)
    for domain in 0..<domainCount where weights[domain] > 0 {
      let count = members[domain].count
      if count < Self.leastDocuments { return nil }
      let differences = members[domain].map { ours[$0] - theirs[$0] }
      for resample in changes.indices {
        let drawn = draws[domain][resample * count..<(resample + 1) * count]
        let sum = drawn.reduce(0.0) { $0 + differences[Int($1)] }
        changes[resample] += weights[domain] * sum * rates[domain][resample]
      }
    }
    return Self.interval(changes, around: effect, level: level)
  }

  private static func interval(_ changes: [Double], around effect: Double, level: Double)
    -> Interval
  {
    let outside = Int((1 - level) / 2 * Double(changes.count))
    if outside >= 10 {
      let sorted = changes.sorted()
      return Interval(low: sorted[outside], high: sorted[sorted.count - 1 - outside])
    }
    let mean = changes.reduce(0, +) / Double(changes.count)
    let squares = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let reach =
      (squares / Double(changes.count - 1)).squareRoot()
      * StudentT.quantile(0.5 + level / 2, degreesOfFreedom: .infinity)
    return Interval(low: effect - reach, high: effect + reach)
  }
}
