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
  /// Length, batch, schedule and optimiser of the stage.
  func trainingStage(sequenceLength: Int) -> TrainingStage {
    let steps = TrainingStage.steps(
      forTokens: tokens, batchSequences: batch, sequenceLength: sequenceLength)
    var stage = TrainingStage(
      name: name, steps: steps, batchSequences: batch, sequenceLength: sequenceLength,
      schedule: schedule.schedule(steps: steps), peakLearningRate: learningRate)
    stage.checkpoints = checkpoints
    stage.optimizer.weightDecay = weightDecay
    stage.moments = optimizer == "keep" ? .keep : .reset
    return stage
  }

  /// The samples of the stage in a run's shards.
  func source(run: RunFolder, sequenceLength: Int, seed: UInt64) throws -> MixtureSource {
    try source(
      try StreamShards.domains(StreamRecipe.domains, stream: stream, run: run),
      sequenceLength: sequenceLength, seed: seed)
  }

  /// The samples of the stage in these shards.
  func source(
    _ shards: [DomainShards], sequenceLength: Int, seed: UInt64
  ) throws -> MixtureSource {
    try mixture.source(shards, trainingStage(sequenceLength: sequenceLength), seed: seed)
  }
}
