import Runs

/// A study's record as its parts look things up in it: branches by their tag, measures by index,
/// changes against the trunk. A list that is shorter than it should be gives nil, never a trap.
struct StudyReading: Sendable {
  /// A domain by its index, or the target.
  enum Measure: Sendable, Equatable {
    case target
    case domain(Int)
  }

  let record: StudyRecord
  /// Tells the study's anchors and pictures from those of the page's other studies.
  let id: String

  init(_ record: StudyRecord, id: String) {
    self.record = record
    self.id = id
  }

  /// What a reader calls a branch.
  var noun: String { record.kind == .arms ? "arm" : "mixture" }

  /// The target, then the domains.
  var measures: [Measure] { [.target] + record.domains.indices.map { .domain($0) } }

  func name(of measure: Measure) -> String {
    switch measure {
    case .target: Self.target
    case .domain(let index): record.domains[index]
    }
  }

  /// Names the target in contrasts and noise floors.
  static let target = "target"
  /// What a reader calls the trunk.
  static let base = "base"

  var generalDomain: Int? { record.general.flatMap(record.domains.firstIndex) }

  /// Domains that the target is made of.
  var targetDomains: [String] {
    zip(record.domains, record.target).filter { $0.1 > 0 }.map(\.0)
  }

  // MARK: Branches

  /// Short names: letters for arms, numbers for mixtures.
  func tag(_ branch: Int) -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return record.kind == .arms && record.branches.count <= letters.count
      ? String(letters[branch]) : String(branch + 1)
  }

  func branch(named name: String) -> Int? { record.branches.firstIndex { $0.name == name } }

  /// The short name of a branch or of the trunk.
  func tag(named name: String) -> String { branch(named: name).map(tag) ?? Self.base }

  /// "c · curated"
  func title(_ branch: Int) -> String { "\(tag(branch)) · \(record.branches[branch].name)" }

  /// By the target, best first; those without a figure last. Arms keep the record's order.
  var order: [Int] {
    guard record.kind == .mixtures else { return Array(record.branches.indices) }
    return record.branches.indices.sorted { left, right in
      let (first, second) = (mean(left), mean(right))
      return (first ?? .infinity, left) < (second ?? .infinity, right)
    }
  }

  private func mean(_ branch: Int) -> Double? {
    spread(branch, .target).map(\.mean).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Branches whose lines and dots are drawn to be told apart: all of a few; of many the leaders.
  func distinct(_ limit: Int) -> Set<Int> {
    if record.branches.count <= limit { return Set(record.branches.indices) }
    let leaders = record.verdict.best.compactMap(branch(named:))
    let rest = order.filter { !leaders.contains($0) && spread($0, .target) != nil }
    return Set((leaders + rest).prefix(limit))
  }

  // MARK: Figures

  func spread(_ branch: Int, _ measure: Measure) -> SeedSpread? {
    let branch = record.branches[branch]
    let spread: SeedSpread?
    switch measure {
    case .target: spread = branch.target
    case .domain(let index):
      spread = branch.bitsPerByte.indices.contains(index) ? branch.bitsPerByte[index] : nil
    }
    return spread.flatMap { $0.mean.isFinite ? $0 : nil }
  }

  /// Bits per byte of the trunk; nil where it was not measured.
  func trunk(_ measure: Measure) -> Double? {
    let figures = record.trunk.bitsPerByte
    guard figures.count == record.domains.count, !figures.isEmpty else { return nil }
    switch measure {
    case .domain(let index): return figures[index]
    case .target:
      guard record.target.count == figures.count else { return nil }
      let sum = record.target.reduce(0, +)
      let weights = sum > 0 ? record.target : figures.map { _ in 1 }
      let total = sum > 0 ? sum : Double(figures.count)
      return zip(figures, weights).reduce(0) { $0 + ($1.1 > 0 ? $1.0 * $1.1 : 0) } / total
    }
  }

  /// A branch less the trunk.
  func change(_ branch: Int, _ measure: Measure) -> SeedSpread? {
    guard let spread = spread(branch, measure), let trunk = trunk(measure), trunk.isFinite else {
      return nil
    }
    return SeedSpread(
      mean: spread.mean - trunk, deviation: spread.deviation,
      values: spread.values.map { $0 - trunk })
  }

  /// What the record says of a branch against the trunk.
  func againstTrunk(_ branch: Int, _ measure: Measure) -> StudyContrast? {
    record.contrasts.first { contrast in
      contrast.branch == record.branches[branch].name && contrast.domain == name(of: measure)
        && self.branch(named: contrast.against) == nil
    }
  }

  /// The branch that the record resolves to be better than each other one with a figure.
  func best(_ measure: Measure) -> Int? {
    let measured = record.branches.indices.filter { spread($0, measure) != nil }
    let contrasts = record.contrasts.filter { $0.domain == name(of: measure) }
    guard measured.count > 1,
      let leader = measured.min(by: {
        (spread($0, measure)?.mean ?? .infinity) < (spread($1, measure)?.mean ?? .infinity)
      })
    else { return nil }
    let beaten = contrasts.compactMap { contrast -> Int? in
      let (left, right) = (branch(named: contrast.branch), branch(named: contrast.against))
      if left == leader && contrast.resolution == .better { return right }
      if right == leader && contrast.resolution == .worse { return left }
      return nil
    }
    return Set(beaten).count == measured.count - 1 ? leader : nil
  }

  // MARK: Runs

  func members(_ branch: Int) -> [StudyMemberRecord] {
    record.members.filter { $0.branch == record.branches[branch].name }
  }

  func completed(_ branch: Int) -> [StudyMemberRecord] {
    members(branch).filter { $0.status == .completed }
  }

  /// "12 runs: 11 completed, 1 diverged; 2,234,925 tokens in 4 min 17 s, all runs added up."
  var effort: String {
    let runs = record.members
    if runs.isEmpty { return "No run." }
    let counts = [StudyMemberRecord.Status.completed, .diverged, .stopped].compactMap { status in
      let count = runs.count { $0.status == status }
      return count > 0 ? "\(NumberText.count(count)) \(status.rawValue)" : nil
    }
    let seconds = runs.map(\.seconds).filter(\.isFinite).reduce(0, +)
    let tokens = runs.map(\.tokens).total()
    let work =
      tokens > 0
      ? "; \(NumberText.count(tokens)) tokens in \(NumberText.duration(seconds)), all runs added up"
      : ""
    return "\(NumberText.count(runs.count, "run")): \(counts.joined(separator: ", "))\(work)."
  }

  /// Training domains in the order in which plans name them.
  var trainingDomains: [String] {
    record.branches.flatMap(\.mixture).map(\.domain).reduce(into: []) { domains, domain in
      if !domains.contains(domain) { domains.append(domain) }
    }
  }
}

extension SeedSpread {
  /// From the lowest to the highest seed.
  var range: ClosedRange<Double>? {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return nil }
    return low...high
  }

  /// "1.2345 ± 0.0012", or "−0.0123 ± 0.0012".
  func text(signed: Bool = false) -> String {
    let mean = signed ? NumberText.signed(mean, 4) : NumberText.bitsPerByte(mean)
    return deviation.map { "\(mean) ± \(NumberText.rounded($0, 4))" } ?? mean
  }
}

extension Interval {
  /// Nil where the ends are not two numbers in order.
  var range: ClosedRange<Double>? {
    low.isFinite && high.isFinite && low <= high ? low...high : nil
  }

  /// "−0.0512 to −0.0301"
  var text: String { "\(NumberText.signed(low, 4)) to \(NumberText.signed(high, 4))" }
}
