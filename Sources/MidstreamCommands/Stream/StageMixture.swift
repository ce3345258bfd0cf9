import Mixtures
import Runs
import Streams
import TokenShards
import Training

/// The samples of one training stage: its plan over the shards of its stream, and its reader.
final class StageMixture {
  /// Passes over a domain above which the plan warns (Muennighoff et al. 2023, arXiv:2305.16264).
  private static let mostEpochs = 4.0

  let plan: MixturePlan
  let steps: Int
  let sequenceLength: Int
  private let reader: MixtureReader

  init(
    _ stage: TrainingSettings.Stage, run: RunFolder, sequenceLength: Int, seed: UInt64
  ) throws {
    self.sequenceLength = sequenceLength
    let readers = try stage.mixture.map { weight in
      let folder = run.file("shards/\(stage.stream)/\(weight.domain)")
      guard Folder.isFile(folder + "/" + ShardIndex.fileName) else { return [ShardReader]() }
      return try ShardIndex(folder: folder).shards.map { try ShardReader(folder + "/" + $0.file) }
    }
    let domains = zip(stage.mixture, readers).map { weight, readers in
      MixtureDomain(
        name: weight.domain,
        windowCount: MixtureReader.windowCount(
          tokenCounts: readers.map(\.tokenCount), sequenceLength: sequenceLength),
        mostEpochs: Self.mostEpochs)
    }
    steps = TrainingStage.steps(
      forTokens: stage.tokens, batchSequences: stage.batch, sequenceLength: sequenceLength)
    let weights = Dictionary(uniqueKeysWithValues: stage.mixture.map { ($0.domain, $0.weight) })
    plan = try MixturePlan(
      domains: domains, schedule: [MixtureSegment(steps: steps, weights: .explicit(weights))],
      samplesPerStep: stage.batch)
    reader = try MixtureReader(
      plan: plan, readers: readers, sequenceLength: sequenceLength, seed: seed)
  }

  var tokenCount: Int { plan.sampleCount * sequenceLength }

  /// Fills the window of a sample and returns its domain.
  func fill(_ sample: Int, _ window: UnsafeMutableBufferPointer<UInt32>) throws -> Int {
    try reader.fill(sampleIndex: sample, into: window)
  }

  /// The plan beside the sequences that the steps trained on.
  func rows(realised steps: [StepMetrics]) -> [MixtureRow] {
    var sequences = [Int](repeating: 0, count: plan.domains.count)
    for domain in steps.flatMap(\.domains) where sequences.indices.contains(domain.domain) {
      sequences[domain.domain] += domain.sequences
    }
    let total = Double(max(sequences.reduce(0, +), 1))
    let planned = plan.plannedSamples(after: plan.sampleCount)
    return plan.domains.indices.map { index in
      let domain = plan.domains[index]
      return MixtureRow(
        domain: domain.name, plannedShare: planned[index] / Double(max(plan.sampleCount, 1)),
        realisedShare: Double(sequences[index]) / total,
        tokens: sequences[index] * sequenceLength,
        epochs: Double(sequences[index]) / Double(max(domain.windowCount, 1)))
    }
  }

  /// The largest distance of any prefix of the samples from the plan.
  func bound() -> Double {
    var sampler = MixtureSampler(plan)
    var counts = [Double](repeating: 0, count: plan.domains.count)
    var worst = 0.0
    while let sample = sampler.next() {
      counts[sample.domain] += 1
      let planned = plan.plannedSamples(after: sampler.state.index)
      for (count, wanted) in zip(counts, planned) { worst = max(worst, abs(count - wanted)) }
    }
    return worst
  }
}
