import Foundation
import LanguageModel
import Mixtures
import Runs
import Streams
import TokenShards
import Tokenization
import Training

/// Trains one stage of the recipe: from fresh weights or from an earlier stage's checkpoint, on the
/// samples of its mixture.
struct TrainStage: Sendable {
  let run: RunFolder
  let runner: TaskRunner
  let model: TrainingSettings.Model
  let stage: TrainingSettings.Stage
  let seed: UInt64

  init(_ context: StreamContext, _ settings: TrainingSettings, _ stage: TrainingSettings.Stage) {
    run = context.run
    runner = context.runner
    model = settings.model
    self.stage = stage
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
    // As JSON with sorted keys: a dictionary's own order differs from process to process.
    let settings = String(decoding: try RecordFile.encode(stage), as: UTF8.self)
    let configuration = RunFolder.digest(of: ["\(model)", settings, "\(seed)"])
    let given =
      try stage.startsFromFolder ? [FileStamp(path: "model.safetensors", in: stage.from)] : []
    let inputs = RunFolder.digest(
      of: [RunFolder.digest(shards + earlier)] + given.map(\.digest))
    return try runner.runWhole(
      name, configuration: configuration, inputs: inputs, work: stage.tokens, unit: "tokens",
      addsOwnProgress: true
    ) {
      let folder = run.file(Self.folder(stage.name))
      try Self.keepOnlyWorkOf(run.program + configuration + inputs, in: folder)
      let mixture = try stage.source(run: run, sequenceLength: model.context, seed: seed)
      for warning in mixture.plan.warnings { runner.progress.note("\(name): \(warning)") }
      try train(mixture, tokenizer, folder: folder)
      return TaskOutcome(
        outputs: [
          TrainingRecord.path(stage: stage.name),
          Self.checkpoint(stage.name) + "/model.safetensors",
          Self.checkpoint(stage.name) + "/config.json",
        ], counts: ["tokens": mixture.tokenCount])
    }
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

  private func train(
    _ mixture: MixtureSource, _ tokenizer: BytePairTokenizer, folder: String
  ) throws {
    let (weights, optimizer) = try start(tokenizer)
    let trainer = try Trainer(
      weights, stage: stage.trainingStage(sequenceLength: model.context), workers: runner.threads,
      optimizer: optimizer)
    let outcome = try finishing(
      trainer, folder: folder, source: SampleSource(mixture),
      afterStep: { metrics in
        runner.progress.add(
          trainer.stage.tokensPerStep,
          detail: "loss \(String(format: "%.3f", metrics.loss)), "
            + "\(Int(metrics.shareOfMatrixProductRate * 100))% MFU")
      })
    guard case .completed = outcome else { throw Interruption.Interrupted() }
    let (lines, damaged) = try MetricsFile.read(
      StepMetrics.self, from: folder + "/" + MetricsFile.steps)
    if !damaged.isEmpty {
      runner.progress.note("\(name): \(damaged.count) damaged lines in \(MetricsFile.steps)")
    }
    try RecordFile.write(
      record(lines, mixture, parameters: weights.layout.count),
      to: run.file(TrainingRecord.path(stage: stage.name)))
  }

  private func finishing(
    _ trainer: Trainer, folder: String, source: SampleSource,
    afterStep: (StepMetrics) throws -> Void
  ) throws -> Trainer.Outcome {
    do {
      return try trainer.run(
        folder: folder, extraFiles: Checkpoint.tokenizerFiles(in: run.file(TokenizerStage.folder)),
        source: source, note: { runner.progress.note("\(name): \($0)") }, afterStep: afterStep,
        shouldStop: { Interruption.isRequested })
    } catch let divergence as Divergence { throw divergence.fault }
  }

  private func start(_ tokenizer: BytePairTokenizer) throws -> (LlamaModel, AdamW?) {
    if stage.from != "initial" {
      let folder = stage.startsFromFolder ? stage.from : run.file(Self.checkpoint(stage.from))
      let weights = try Checkpoint.load(folder)
      try check(weights.configuration, tokenizer, at: folder)
      guard stage.optimizer == "keep" else { return (weights, nil) }
      let optimizer = try AdamW(for: weights.layout)
      try optimizer.load(from: folder)
      return (weights, optimizer)
    }
    let configuration = try model.configuration(for: tokenizer)
    return (try LlamaModel(configuration, seed: seed), nil)
  }

  private func check(
    _ configuration: LlamaConfiguration, _ tokenizer: BytePairTokenizer, at folder: String
  ) throws {
    guard configuration.vocabularySize >= tokenizer.vocabularyCount else {
      throw Fault(
        .input, "the checkpoint '\(folder)' has fewer tokens than the run's tokenizer",
        found: "\(configuration.vocabularySize) tokens",
        expected: "\(tokenizer.vocabularyCount) or more",
        hint: "use the checkpoint's own tokenizer: `tokenizer: {file: \(folder)/tokenizer.json}`")
    }
  }

  private func record(
    _ steps: [StepMetrics], _ mixture: MixtureSource, parameters: Int
  ) -> TrainingRecord {
    let tokens = steps.last?.tokens ?? 0
    let share = steps.reduce(0) { $0 + $1.shareOfMatrixProductRate } / Double(max(steps.count, 1))
    // Every step takes the same number of tokens.
    let tokensAStep = Double(tokens) / Double(max(steps.count, 1))
    let seconds = steps.reduce(0) { $0 + tokensAStep / max($1.tokensPerSecond, 1e-9) }
    return TrainingRecord(
      stage: stage.name, from: stage.from, parameters: parameters, steps: steps.count,
      tokens: tokens, seconds: seconds, tokensPerSecond: Double(tokens) / max(seconds, 1e-9),
      shareOfPeak: share,
      curve: steps.map {
        TrainingPoint(
          tokens: $0.tokens, loss: $0.loss, learningRate: $0.learningRate,
          gradientNorm: $0.gradientNorm)
      }, mixture: mixture.rows(realised: steps), mixtureBound: mixture.bound())
  }
}
