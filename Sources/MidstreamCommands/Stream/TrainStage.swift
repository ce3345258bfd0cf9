import Evaluation
import Runs
import Streams
import Tokenization
import Training

/// Trains one stage of the recipe: from fresh weights or from an earlier stage's checkpoint, on the
/// samples of its mixture.
struct TrainStage: Sendable {
  let run: RunFolder
  let runner: TaskRunner
  let model: TrainingSettings.Model
  let stage: TrainingSettings.Stage
  /// Bytes of evaluation text a domain: to judge on, and to monitor with.
  let evaluation: (judged: Int, monitored: Int)
  let seed: UInt64

  init(_ context: StreamContext, _ settings: TrainingSettings, _ stage: TrainingSettings.Stage) {
    run = context.run
    runner = context.runner
    model = settings.model
    self.stage = stage
    evaluation = (settings.evaluationBytes, settings.monitorBytes)
    seed = UInt64(context.recipe.seed)
  }

  var name: String { "train-\(stage.name)" }
  /// The folder of a stage's metrics and checkpoint.
  static func folder(_ stage: String) -> String { "training/\(stage)" }
  static func checkpoint(_ stage: String) -> String { folder(stage) + "/checkpoint" }

  /// - Parameters:
  ///   - shards: the records of the tokenize stage.
  ///   - earlier: the records of the stages before.
  func run(
    tokenizer: BytePairTokenizer, shards: [CompletionRecord], earlier: [CompletionRecord]
  ) throws -> CompletionRecord {
    try stage.requireFinishedStart(in: run)
    var decisive = stage
    decisive.checkpoints = CheckpointPolicy()  // What is kept changes nothing that is trained.
    // As JSON with sorted keys: a dictionary's own order differs from process to process.
    let settings = String(decoding: try RecordFile.encode(decisive), as: UTF8.self)
    let configuration = RunFolder.digest(
      of: ["\(model)", settings, "\(seed)"] + (stage.isMonitored ? ["\(evaluation)"] : []))
    let given =
      try stage.startsFromFolder
      ? [stage.trainingStage(sequenceLength: model.context).trunkDigest(stage.from)] : []
    let inputs = RunFolder.digest(
      of: [RunFolder.digest(shards + earlier)] + given)
    return try runner.runWhole(
      name, configuration: configuration, inputs: inputs, work: stage.tokens, unit: "tokens",
      addsOwnProgress: true
    ) {
      let folder = run.file(Self.folder(stage.name))
      try Self.keepOnlyWorkOf(run.program + configuration + inputs, in: folder)
      let mixture = try stage.source(run: run, sequenceLength: model.context, seed: seed)
      let record = try StageTraining(
        name: name, folder: folder, model: model, stage: stage, start: start, tokenizer: tokenizer,
        tokenizerFolder: run.file(TokenizerStage.folder), seed: seed, threads: runner.threads,
        progress: runner.progress
      ).train(mixture, monitor: try monitor(tokenizer))
      try RecordFile.write(record, to: run.file(TrainingRecord.path(stage: stage.name)))
      return TaskOutcome(
        outputs: [
          TrainingRecord.path(stage: stage.name),
          Self.checkpoint(stage.name) + "/model.safetensors",
          Self.checkpoint(stage.name) + "/config.json",
        ], counts: ["tokens": record.tokens])
    }
  }

  /// The folder of the checkpoint that the stage begins with; nil: fresh weights.
  private var start: String? {
    if stage.startsFromFolder { return stage.from }
    return stage.from == "initial" ? nil : run.file(Self.checkpoint(stage.from))
  }

  private func monitor(_ tokenizer: BytePairTokenizer) throws -> EvaluationDocuments? {
    guard stage.isMonitored else { return nil }
    return try EvaluationDraw(
      EvaluateStage.sources(of: run), tokenizer: tokenizer, bytes: evaluation.judged,
      monitorBytes: evaluation.monitored, seed: seed
    ).monitored
  }

  /// What an interrupted run of other settings or other data left is of no use.
  private static func keepOnlyWorkOf(_ identity: String, in folder: String) throws {
    let marker = folder + "/inputs"
    let before = Folder.isFile(marker) ? try InputFile.bytes(marker) : []
    if before == Array(identity.utf8) { return }
    try Folder.remove(marker)
    try Folder.remove(folder)
    try OutputFile.write(identity.utf8, to: marker)
  }
}
