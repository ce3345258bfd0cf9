import Mixtures
import Runs
import Streams
import TokenShards
import Training

/// The shards that a run wrote, by stream and domain.
enum StreamShards {
  /// The domains of a stream, in the recipe's order; those that the run has no shard of are empty.
  static func domains(_ names: [String], stream: String, run: RunFolder) throws -> [DomainShards] {
    try names.map { name in
      let folder = run.file("shards/\(stream)/\(name)")
      guard Folder.isFile(folder + "/" + ShardIndex.fileName) else {
        return DomainShards(empty: name)
      }
      return try DomainShards(name: name, folder: folder)
    }
  }
}

extension TrainingSettings.Stage {
  /// The samples of the stage.
  func source(run: RunFolder, sequenceLength: Int, seed: UInt64) throws -> MixtureSource {
    let steps = TrainingStage.steps(
      forTokens: tokens, batchSequences: batch, sequenceLength: sequenceLength)
    let weights = Dictionary(uniqueKeysWithValues: mixture.map { ($0.domain, $0.weight) })
    return try MixtureSource(
      shards: try StreamShards.domains(mixture.map(\.domain), stream: stream, run: run),
      schedule: [MixtureSegment(steps: steps, weights: .explicit(weights))], samplesPerStep: batch,
      sequenceLength: sequenceLength, seed: seed)
  }
}
