import Evaluation
import Foundation
import Logging
import Mixtures
import Runs
import Streams
import Tokenization
import Training

/// `midstream train`: the training stages of a recipe, one after the other, on shards that are there.
///
///     runs/anneal/
///       run.json                 which stages ran, when, from which recipe
///       training/STAGE/          metrics, events, checkpoints
///       records/training-STAGE.json
struct RecipeTraining {
  let recipe: TrainRecipe
  let run: RunFolder
  let threads: Int
  let progress: ProgressLine
  private let book: RunBook
  private let lock: RunLock
  private let log: Logger

  init(
    _ recipe: TrainRecipe, overrides: [String], folder: String, threads: Int,
    progress: ProgressLine
  ) throws {
    self.recipe = recipe
    self.threads = threads
    self.progress = progress
    run = try RunFolder(folder)
    lock = try RunLock(run)
    book = try RunBook(
      run,
      RunRecord(
        name: recipe.name, command: "train", recipe: recipe.path, recipeDigest: recipe.digest,
        overrides: overrides, version: Midstream.version, seed: recipe.seed, machine: .current,
        started: Date().timeIntervalSince1970))
    let handler = try RunLog(run)
    log = Logger(label: "midstream") { _ in handler }
  }

  /// Trains what is not complete.
  func train() throws -> [StageResult] {
    defer { withExtendedLifetime(lock) {} }
    log.info("midstream \(Midstream.version), recipe \(recipe.path)")
    let tokenizer = try TokenizerOption.load(recipe.data.tokenizer)
    let stages = recipe.training.stages
    // A fault in the last stage's data is better known before hours of training than after.
    let mixtures = try stages.map { try recipe.source($0) }
    let shards = try stages.flatMap { try recipe.data.shards(stream: $0.stream) }
    try tokenizer.requireMade(
      shards + (try recipe.data.evaluationShards()), name: recipe.data.tokenizer)
    let monitor = try monitor(tokenizer)
    for (stage, mixture) in zip(stages, mixtures) {
      try training(stage, tokenizer).check(mixture, monitor: monitor)
    }
    let results = try zip(stages, mixtures).map { stage, mixture in
      let training = training(stage, tokenizer)
      let name = training.name
      try stage.requireFinishedStart(in: run)
      log.info("begin \(name)")
      progress.begin(name, total: mixture.tokenCount, unit: "tokens")
      defer { progress.end() }
      do {
        let record = try book.stage(name, unit: "tokens") {
          let record = try training.train(mixture, monitor: monitor)
          return (record, record.tokens)
        }
        try RecordFile.write(record, to: run.file(TrainingRecord.path(stage: stage.name)))
        log.info("end \(name)")
        return StageResult(record, checkpoint: run.file(TrainStage.checkpoint(stage.name)))
      } catch {
        log.error("stop in \(name): \(error)")
        throw error
      }
    }
    try book.finish()
    return results
  }

  private func training(
    _ stage: TrainingSettings.Stage, _ tokenizer: BytePairTokenizer
  ) -> StageTraining {
    StageTraining(
      name: "train-\(stage.name)", folder: run.file(TrainStage.folder(stage.name)),
      model: recipe.training.model, stage: stage, start: start(of: stage), tokenizer: tokenizer,
      tokenizerFolder: recipe.data.tokenizerFolder, seed: UInt64(recipe.seed), threads: threads,
      progress: progress)
  }

  /// The folder of the checkpoint that a stage begins with; nil: fresh weights.
  private func start(of stage: TrainingSettings.Stage) -> String? {
    if stage.from == "initial" { return nil }
    return recipe.training.stages.contains { $0.name == stage.from }
      ? run.file(TrainStage.checkpoint(stage.from)) : recipe.data.checkpoint(of: stage)
  }

  private func monitor(_ tokenizer: BytePairTokenizer) throws -> EvaluationDocuments? {
    guard recipe.training.stages.contains(where: \.isMonitored) else { return nil }
    return try EvaluationDraw(
      recipe.data.evaluationSources, tokenizer: tokenizer, bytes: recipe.training.evaluationBytes,
      monitorBytes: recipe.training.monitorBytes, seed: UInt64(recipe.seed)
    ).monitored
  }
}

extension TrainRecipe {
  /// The samples of a stage.
  func source(_ stage: TrainingSettings.Stage) throws -> MixtureSource {
    do {
      return try stage.source(
        try data.shards(stream: stage.stream),
        sequenceLength: training.model.context, seed: UInt64(seed))
    } catch var fault as Fault {
      fault.place = fault.place ?? "training stage '\(stage.name)'"
      throw fault
    }
  }
}

/// What a stage came to, in a few numbers.
struct StageResult: Encodable {
  struct Domain: Encodable {
    var domain: String
    var start: Double
    var end: Double
  }

  var stage: String
  var from: String
  var parameters: Int
  var steps: Int
  var tokens: Int
  /// Nats a token in the last step.
  var loss: Double
  var seconds: Double
  var tokensPerSecond: Double
  var shareOfPeak: Double
  /// Why it ended before its last step.
  var stopped: String?
  /// The first mark of a measure.
  var mark: String?
  /// On the documents to monitor with, before the first step and after the last.
  var bitsPerByte: [Domain]
  var checkpoint: String

  init(_ record: TrainingRecord, checkpoint: String) {
    stage = record.stage
    from = record.from
    parameters = record.parameters
    steps = record.steps
    tokens = record.tokens
    loss = record.curve.last?.loss ?? 0
    seconds = record.seconds
    tokensPerSecond = record.tokensPerSecond
    shareOfPeak = record.shareOfPeak
    stopped = record.stopped
    mark = record.measures?.compactMap(\.mark).first
    let ends = record.measures?.last?.domains ?? []
    bitsPerByte = (record.measures?.first?.domains ?? []).compactMap { start in
      ends.first { $0.domain == start.domain }.map {
        Domain(domain: start.domain, start: start.bitsPerByte, end: $0.bitsPerByte)
      }
    }
    self.checkpoint = checkpoint
  }
}
