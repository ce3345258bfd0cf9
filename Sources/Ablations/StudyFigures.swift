import Runs

/// Bits per byte of every run that takes part in a study's comparisons.
///
/// A *measure* is a domain, or the target: the weighted mean over the domains.
public struct StudyFigures: Sendable {
  /// A branch's runs.
  public struct Branch: Sendable {
    public var name: String
    /// One list a run, by domain.
    public var runs: [[Double]]

    public init(name: String, runs: [[Double]]) {
      self.name = name
      self.runs = runs
    }
  }

  /// A domain by its index, or the target.
  public enum Measure: Sendable, Equatable {
    case domain(Int)
    case target
  }

  public static let targetName = "target"

  public let domains: [String]
  /// Of each domain in the target; they add up to 1.
  public let targetWeights: [Double]
  public let branches: [Branch]
  /// The trunk's figures by domain; nil where it was not measured.
  public let trunk: [Double]?
  /// Nil where only figures are known, as of imported runs.
  public let documents: DocumentEvidence?

  /// - Parameter target: the weight of each domain; all alike where they add up to nothing.
  public init(
    domains: [String], target: [Double], branches: [Branch], trunk: [Double]?,
    documents: DocumentEvidence?
  ) {
    let sum = target.reduce(0, +)
    self.domains = domains
    targetWeights =
      sum > 0
      ? target.map { $0 / sum } : domains.map { _ in 1 / Double(max(domains.count, 1)) }
    self.branches = branches
    self.trunk = trunk
    self.documents = documents
  }

  public var measures: [Measure] { domains.indices.map { .domain($0) } + [.target] }

  public func name(of measure: Measure) -> String {
    switch measure {
    case .domain(let index): domains[index]
    case .target: Self.targetName
    }
  }

  func value(_ byDomain: [Double], _ measure: Measure) -> Double {
    switch measure {
    case .domain(let index): byDomain[index]
    case .target: zip(byDomain, targetWeights).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  func values(of branch: Int, _ measure: Measure) -> [Double] {
    branches[branch].runs.map { value($0, measure) }
  }

  /// Over the branch's seeds; nil where no run takes part.
  public func spread(of branch: Int, _ measure: Measure) -> SeedSpread? {
    let values = values(of: branch, measure)
    guard !values.isEmpty else { return nil }
    return SeedSpread(
      mean: values.reduce(0, +) / Double(values.count),
      deviation: values.count < 2
        ? nil : (Self.squares(values) / Double(values.count - 1)).squareRoot(), values: values)
  }

  /// What the seeds alone change: the deviation within branches, pooled over all of them.
  public func noise(_ measure: Measure) -> NoiseFloor {
    let all = branches.indices.map { values(of: $0, measure) }.filter { $0.count > 1 }
    let freedom = all.reduce(0) { $0 + $1.count - 1 }
    let squares = all.reduce(0) { $0 + Self.squares($1) }
    return NoiseFloor(
      domain: name(of: measure),
      deviation: freedom > 0 ? (squares / Double(freedom)).squareRoot() : nil,
      degreesOfFreedom: freedom)
  }

  private static func squares(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}

extension StudyFigures {
  /// A branch's part of the study's record.
  public func branchRecord(
    _ branch: Int, meaning: String, stream: String?, mixture: [PlannedShare], warnings: [String]
  ) -> StudyBranchRecord {
    StudyBranchRecord(
      name: branches[branch].name, meaning: meaning, stream: stream, mixture: mixture,
      warnings: warnings,
      bitsPerByte: domains.indices.compactMap { spread(of: branch, .domain($0)) },
      target: spread(of: branch, .target))
  }
}
