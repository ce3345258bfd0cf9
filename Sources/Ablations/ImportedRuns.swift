import Runs
import Streams

/// Runs that were trained elsewhere, read from a table, so that the same verdict can be passed on
/// them.
///
/// A CSV file with a header line. `mixture` names the branch and `seed` the seed; each
/// `weight:DOMAIN` is a training weight and each `bpb:DOMAIN` the bits per byte in an evaluation
/// domain. Without `mixture`, lines of equal weights are one branch; without `seed`, the runs of a
/// branch are counted. An empty or non-finite bits per byte leaves the run out.
///
///     mixture,seed,weight:web,weight:math,bpb:web,bpb:math
///     plain,1,1,0,0.981,1.320
public struct ImportedRuns: Sendable {
  public struct Run: Sendable, Equatable {
    public var mixture: String
    public var seed: Int
    /// By training domain; they add up to 1.
    public var weights: [Double]
    /// By evaluation domain; nil where the table has none.
    public var bitsPerByte: [Double?]
    /// In the file.
    public var line: Int
  }

  public let trainingDomains: [String]
  public let domains: [String]
  public let runs: [Run]

  public init(path: String) throws {
    try self.init(text: String(decoding: try InputFile.bytes(path), as: UTF8.self), path: path)
  }

  init(text: String, path: String) throws {
    let rows = try CSVTable(text, path: path)
    let columns = try Columns(rows.header, path: path)
    trainingDomains = columns.weights.map(\.domain)
    domains = columns.figures.map(\.domain)
    var runs: [Run] = []
    var names: [[Double]: String] = [:]
    var counted: [String: Int] = [:]
    for row in rows.rows {
      let place = "\(path):\(row.line)"
      var weights = try columns.weights.map { column in
        try Self.weight(row.fields[column.index], "weight:\(column.domain)", place)
      }
      let sum = weights.reduce(0, +)
      guard sum > 0 || weights.isEmpty else {
        throw Fault(
          .input, "all weights of a run are 0", at: place, expected: "a weight above 0")
      }
      weights = weights.map { $0 / sum }
      var name = columns.mixture.map { row.fields[$0] } ?? names[weights] ?? ""
      if name.isEmpty {
        name = Self.name(weights, trainingDomains)
        // Weights that read alike when rounded are still different mixtures.
        if names.values.contains(name) { name += " (line \(row.line))" }
        names[weights] = name
      }
      counted[name, default: 0] += 1
      let seed = try columns.seed.map { column -> Int in
        guard let seed = Int(row.fields[column]) else {
          throw Fault(
            .input, "a seed is not a whole number", at: place, found: row.fields[column],
            expected: "for example 1")
        }
        return seed
      }
      let number = seed ?? counted[name, default: 1]
      if let same = runs.first(where: { $0.mixture == name && $0.seed == number }) {
        throw Fault(
          .input, "the run of '\(name)' with seed \(number) stands twice", at: place,
          found: "the same mixture and seed as in line \(same.line)",
          expected: "each run once: a run that is counted twice makes the noise look smaller")
      }
      runs.append(
        Run(
          mixture: name, seed: number, weights: weights,
          bitsPerByte: try columns.figures.map {
            try Self.number(row.fields[$0.index], "bpb:\($0.domain)", place)
          }, line: row.line))
    }
    guard !runs.isEmpty else {
      throw Fault(.input, "the table of runs has no run", at: path, expected: "a line a run")
    }
    self.runs = runs
  }

  /// "math 0.25, web 0.75"
  private static func name(_ weights: [Double], _ domains: [String]) -> String {
    zip(domains, weights).filter { $0.1 > 0 }
      .map { "\($0.0) \(($0.1 * 10_000).rounded() / 10_000)" }.joined(separator: ", ")
  }

  /// An empty field is a weight of 0.
  private static func weight(_ text: String, _ column: String, _ place: String) throws -> Double {
    if text.isEmpty { return 0 }
    guard let number = try number(text, column, place), number >= 0 else {
      throw Fault(
        .input, "a weight is negative or not finite", at: place, found: text,
        expected: "a number from 0")
    }
    return number
  }

  /// Nil for an empty field or one that is not finite.
  private static func number(_ text: String, _ column: String, _ place: String) throws -> Double? {
    if text.isEmpty { return nil }
    guard let number = Double(text) else {
      throw Fault(
        .input, "a field of '\(column)' is not a number", at: place, found: text,
        expected: "for example 0.25")
    }
    return number.isFinite ? number : nil
  }
}

/// Which column is what.
private struct Columns {
  var mixture: Int?
  var seed: Int?
  var weights: [(domain: String, index: Int)] = []
  var figures: [(domain: String, index: Int)] = []

  init(_ header: [String], path: String) throws {
    for (index, name) in header.enumerated() {
      if header[..<index].contains(name) {
        throw Fault(.input, "two columns are named '\(name)'", at: "\(path):1")
      }
      if name == "mixture" {
        mixture = index
      } else if name == "seed" {
        seed = index
      } else if name.hasPrefix("weight:") {
        weights.append((String(name.dropFirst(7)), index))
      } else if name.hasPrefix("bpb:") {
        figures.append((String(name.dropFirst(4)), index))
      } else {
        throw Fault(
          .input, "unknown column '\(name)'", at: "\(path):1",
          expected: "mixture, seed, weight:DOMAIN and bpb:DOMAIN")
      }
    }
    guard !figures.isEmpty, mixture != nil || !weights.isEmpty else {
      throw Fault(
        .input, "the table of runs has no figure to compare, or nothing that names a mixture",
        at: "\(path):1", found: header.joined(separator: ","),
        expected: "a column bpb:DOMAIN, and 'mixture' or weight:DOMAIN")
    }
  }
}

extension ImportedRuns {
  /// The study of these runs: their spread, noise floor and verdict.
  ///
  /// - Parameters:
  ///   - target: weights by evaluation domain; all alike where empty.
  public func study(name: String, target: [String: Double]) throws -> StudyRecord {
    for domain in target.keys.sorted() where !domains.contains(domain) {
      throw Fault(
        .input, "the target names the domain '\(domain)', which the table does not have",
        expected: domains.joined(separator: ", "))
    }
    var names: [String] = []
    for run in runs where !names.contains(run.mixture) { names.append(run.mixture) }
    let complete = runs.filter { !$0.bitsPerByte.contains(nil) }
    let leftOut = runs.filter { $0.bitsPerByte.contains(nil) }.map {
      "\($0.mixture), seed \($0.seed) (line \($0.line)): a figure is missing or not finite"
    }
    let figures = StudyFigures(
      domains: domains,
      target: target.isEmpty ? domains.map { _ in 1 } : domains.map { target[$0] ?? 0 },
      branches: names.map { name in
        .init(
          name: name,
          runs: complete.filter { $0.mixture == name }.map { $0.bitsPerByte.compactMap { $0 } })
      }, trunk: nil, documents: nil)
    let verdict = MixtureVerdict(figures, leftOut: leftOut)
    return StudyRecord(
      name: name, kind: .mixtures,
      trunk: StudyTrunk(checkpoint: "imported runs", digest: "", parameters: 0, bitsPerByte: []),
      domains: domains, documents: domains.map { _ in 0 }, bytes: domains.map { _ in 0 },
      target: figures.targetWeights, general: nil, tokensPerRun: 0,
      seeds: Array(Set(runs.map(\.seed))).sorted(),
      branches: names.enumerated().map { index, name in
        figures.branchRecord(
          index, meaning: "imported", stream: nil, mixture: plannedShares(of: name), warnings: [])
      },
      members: runs.map { run in
        StudyMemberRecord(
          branch: run.mixture, seed: run.seed, key: "line \(run.line)",
          status: run.bitsPerByte.contains(nil) ? .diverged : .completed,
          remark: run.bitsPerByte.contains(nil) ? "a figure is missing or not finite" : nil,
          steps: 0, tokens: 0, seconds: 0,
          bitsPerByte: run.bitsPerByte.contains(nil) ? [] : run.bitsPerByte.compactMap { $0 },
          mixture: [], mixtureBound: 0, curve: [])
      }, noise: figures.measures.map { figures.noise($0) }, contrasts: verdict.contrasts,
      verdict: verdict.verdict)
  }

  private func plannedShares(of mixture: String) -> [PlannedShare] {
    guard let run = runs.first(where: { $0.mixture == mixture }) else { return [] }
    return zip(trainingDomains, run.weights).map {
      PlannedShare(domain: $0, share: $1, tokens: 0, epochs: 0)
    }
  }
}
