import Foundation
import Reports
import Runs

/// Made-up studies. The figures of the arms are written out, so that a page that shows one of them
/// cannot show it by chance; those of the mixtures follow from their weights.
enum SmallStudy {
  /// Of a folder that holds the study alone.
  static func report(_ study: StudyRecord) -> RunReport {
    RunReport(
      folder: "studies/small", run: SmallRun.run, curation: nil, shards: nil, training: [],
      evaluation: nil, studies: [study])
  }

  static let domains = ["general", "mathematics", "code"]

  // MARK: Arms

  /// Four arms with three seeds each; the last seed of general text only diverged.
  static var arms: StudyRecord {
    let branches = [
      branch(
        "natural", "unfiltered text at its natural weights", "unfiltered",
        [("general", 0.82, 164_003, 0.41), ("mathematics", 0.11, 22_001, 0.52)],
        [[1.6123, 1.6145, 1.6109], [1.9234, 1.9271, 1.9212], [1.3345, 1.3367, 1.3389]]),
      branch(
        "weighted", "unfiltered text at the curated weights", "unfiltered",
        [("general", 0.35, 70_007, 0.18), ("mathematics", 0.65, 130_005, 3.07)],
        [[1.6345, 1.6389, 1.6367], [1.8123, 1.8156, 1.8098], [1.3341, 1.3352, 1.3399]]),
      branch(
        "curated", "curated text at the curated weights", "curated",
        [("general", 0.35, 70_007, 0.29), ("mathematics", 0.65, 130_005, 4.61)],
        [[1.6312, 1.6334, 1.6301], [1.7765, 1.7712, 1.7743], [1.3298, 1.3302, 1.3355]],
        warnings: ["'mathematics' is read 4.61 times, more than its cap of 4"]),
      branch(
        "general only", "general text only", "curated", [("general", 1, 200_009, 0.83)],
        [[1.5876, 1.5898], [1.9456, 1.9487], [1.3512, 1.3534]]),
    ]
    let starts = [1.6201, 1.9612, 1.3487]
    var members = branches.enumerated().flatMap { index, branch in
      branch.bitsPerByte[0].values.indices.map { seed in
        member(branch, index, seed, starts)
      }
    }
    members.append(
      StudyMemberRecord(
        branch: "general only", seed: 13, key: "ffee99887766554433", status: .diverged,
        remark: "the loss of step 17 is not a number", steps: 17, tokens: 34_811, seconds: 2.31,
        bitsPerByte: [], mixture: [], mixtureBound: 0, curve: []))
    return StudyRecord(
      name: "arms", kind: .arms,
      trunk: StudyTrunk(
        checkpoint: "base", digest: "00112233", parameters: 1_048_577, bitsPerByte: starts),
      domains: domains, documents: [71, 43, 59], bytes: [310_123, 170_456, 205_789],
      target: [0, 0.7, 0.3], general: "general", tokensPerRun: 200_009, seeds: [11, 12, 13],
      branches: branches, members: members,
      noise: [
        NoiseFloor(domain: "general", deviation: 0.00187, degreesOfFreedom: 7),
        NoiseFloor(domain: "mathematics", deviation: 0.00271, degreesOfFreedom: 7),
        NoiseFloor(domain: "code", deviation: 0.00263, degreesOfFreedom: 7),
        NoiseFloor(domain: "target", deviation: 0.00194, degreesOfFreedom: 7),
      ], contrasts: contrasts,
      verdict: StudyVerdict(
        sentence: "Filter gain: better in mathematics (−0.0386), not resolved in code (−0.0046).",
        best: [], leftOut: ["general only, seed 13: the loss of step 17 is not a number"]))
  }

  private static let contrasts = [
    contrast("filter gain", "curated", "weighted", "mathematics", -0.0386, 0.0072, 0.0051, .better),
    contrast("filter gain", "curated", "weighted", "code", -0.0046, 0.0063, 0.0049, .notResolved),
    contrast(
      "mixture gain", "weighted", "natural", "mathematics", -0.1113, 0.0081, 0.0052, .better),
    contrast("mixture gain", "weighted", "natural", "general", 0.0241, 0.0066, 0.0037, .worse),
    contrast(
      "forgetting against the base", "curated", "base", "general", 0.0115, 0.0044, 0.0028, .worse),
    contrast(
      "forgetting against general text only", "curated", "general only", "general", 0.0429, 0.0058,
      0.0039, .worse),
    contrast(
      "against the base", "curated", "base", "mathematics", -0.1872, 0.0119, 0.0047, .better),
    contrast("against the base", "curated", "base", "target", -0.1361, 0.0103, 0.0036, .better),
  ]

  private static func contrast(
    _ name: String, _ branch: String, _ against: String, _ domain: String, _ effect: Double,
    _ documents: Double, _ seeds: Double, _ resolution: StudyContrast.Resolution
  ) -> StudyContrast {
    StudyContrast(
      name: name, branch: branch, against: against, domain: domain, effect: effect,
      documents: Interval(low: effect - documents, high: effect + documents),
      seeds: Interval(low: effect - seeds, high: effect + seeds), resolution: resolution)
  }

  private static func branch(
    _ name: String, _ meaning: String, _ stream: String?,
    _ plan: [(domain: String, share: Double, tokens: Int, epochs: Double)], _ values: [[Double]],
    warnings: [String] = []
  ) -> StudyBranchRecord {
    let target = (values.first ?? []).indices.map {
      values[1][$0] * 0.7 + values[2][$0] * 0.3
    }
    return StudyBranchRecord(
      name: name, meaning: meaning, stream: stream,
      mixture: plan.map {
        PlannedShare(domain: $0.domain, share: $0.share, tokens: $0.tokens, epochs: $0.epochs)
      }, warnings: warnings, bitsPerByte: values.map(spread), target: spread(target))
  }

  /// A run that comes down to its figures from the trunk's.
  private static func member(
    _ branch: StudyBranchRecord, _ index: Int, _ seed: Int, _ starts: [Double]
  ) -> StudyMemberRecord {
    let ends = branch.bitsPerByte.map { $0.values[seed] }
    let tokens = 200_009 + index
    let curve = (0...8).map { step -> StudyPoint in
      let part = Double(step) / 8
      let shape = 1 - pow(1 - part, 2) + 0.05 * Double(seed) * part * (1 - part)
      return StudyPoint(
        tokens: tokens * step / 8, loss: step == 0 ? nil : 3.9 - 0.4 * shape - 0.01 * Double(index),
        bitsPerByte: zip(starts, ends).map { $0 + ($1 - $0) * shape })
    }
    return StudyMemberRecord(
      branch: branch.name, seed: 11 + seed, key: "a1b2c3d4e5f6\(index)\(seed)7788",
      status: .completed,
      remark: nil, steps: 97 + index, tokens: tokens,
      seconds: 21.7 + Double(index) + Double(seed) / 10,
      bitsPerByte: ends,
      mixture: branch.mixture.map { plan in
        MixtureRow(
          domain: plan.domain, plannedShare: plan.share,
          realisedShare: plan.share + 0.0004 * Double(seed), tokens: plan.tokens + 2_051 * seed,
          epochs: plan.epochs + 0.01 * Double(seed))
      }, mixtureBound: 0.731 + 0.01 * Double(seed), curve: curve)
  }

  static func spread(_ values: [Double]) -> SeedSpread {
    let mean = values.reduce(0, +) / Double(max(values.count, 1))
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return SeedSpread(
      mean: mean, deviation: values.count > 1 ? sqrt(squares / Double(values.count - 1)) : nil,
      values: values)
  }

  // MARK: Mixtures

  /// Mixtures of general text and mathematics, with a third domain where there are many.
  ///
  /// - Parameter best: how many lead; the first mixtures by the target.
  static func mixtures(_ count: Int = 5, seeds: Int = 3, best: Int = 1) -> StudyRecord {
    let names = ["general", "mathematics"] + (count > 8 ? ["web"] : [])
    let runs = (0..<count).map { index -> [[Double]] in
      let weight = Double(index) / Double(max(count - 1, 1))
      return [
        (0..<seeds).map { 1.58 + 0.21 * weight * weight + wobble(index, $0, 1) },
        (0..<seeds).map { 1.97 - 0.31 * sqrt(weight) + wobble(index, $0, 2) },
        (0..<seeds).map { 1.35 + 0.04 * weight + wobble(index, $0, 3) },
      ]
    }
    let branches = runs.enumerated().map { index, values in
      let weight = Double(index) / Double(max(count - 1, 1))
      let third = names.count > 2 ? 0.3 * abs(sin(Double(index))) : 0
      let shares = [(1 - weight) * (1 - third), weight * (1 - third), third]
      return branch(
        String(format: "mathematics %.0f%%", weight * 100), "a mixture of the list", nil,
        zip(names, shares).map { ($0, $1, Int($1 * 120_011), $1 * 1.7) }, values)
    }
    let members = branches.enumerated().flatMap { index, branch in
      (0..<seeds).map { member(branch, index, $0, [1.6201, 1.9612, 1.3487]) }
    }
    let order = branches.indices.sorted {
      (branches[$0].target?.mean ?? 0) < (branches[$1].target?.mean ?? 0)
    }
    let lead = order.first ?? 0
    let leads = order.dropFirst().enumerated().map { place, other in
      let effect = (branches[lead].target?.mean ?? 0) - (branches[other].target?.mean ?? 0)
      return StudyContrast(
        name: "lead", branch: branches[lead].name, against: branches[other].name,
        domain: "target", effect: effect,
        documents: Interval(low: effect - 0.004, high: effect + 0.004),
        seeds: seeds > 1 ? Interval(low: effect - 0.003, high: effect + 0.003) : nil,
        resolution: place < best - 1 || seeds < 2 ? .notResolved : .better, level: 0.995)
    }
    let starts = [1.6201, 1.9612, 1.3487]
    let gains = branches.flatMap { branch -> [StudyContrast] in
      [(0, "general"), (1, "mathematics"), (2, "code")].map { index, domain in
        let effect = branch.bitsPerByte[index].mean - starts[index]
        return contrast(
          "against the base", branch.name, "runs/base/checkpoint", domain, effect, 0.011, 0.009,
          seeds < 2 || abs(effect) < 0.011 ? .notResolved : effect < 0 ? .better : .worse)
      }
    }
    return StudyRecord(
      name: "weights", kind: .mixtures,
      trunk: StudyTrunk(
        checkpoint: "runs/base/checkpoint", digest: "445566", parameters: 524_289,
        bitsPerByte: [1.6201, 1.9612, 1.3487]),
      domains: domains, documents: [71, 43, 59], bytes: [310_123, 170_456, 205_789],
      target: [0, 0.7, 0.3], general: "general", tokensPerRun: 120_011,
      seeds: Array(1..<(seeds + 1)), branches: branches, members: members,
      noise: [
        NoiseFloor(domain: "target", deviation: seeds > 1 ? 0.00312 : nil, degreesOfFreedom: 10)
      ],
      contrasts: leads + gains,
      verdict: StudyVerdict(
        sentence: "'mathematics 100%' is the best mixture.",
        best: seeds > 1 ? order.prefix(best).map { branches[$0].name } : [], leftOut: []))
  }

  /// A fixed small number for a seed of a branch in a domain.
  private static func wobble(_ branch: Int, _ seed: Int, _ domain: Int) -> Double {
    0.004 * sin(Double(branch * 31 + seed * 17 + domain * 7))
  }
}
