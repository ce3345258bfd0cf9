import Evaluation
import Foundation
import LanguageModel
import Mixtures
import Runs
import Streams
import Tokenization
import Training

/// Trains one stage of a recipe in a folder, or goes on where an interrupted run of it stopped.
struct StageTraining: Sendable {
  /// As the progress line names it.
  let name: String
  /// Of metrics and checkpoints.
  let folder: String
  let model: TrainingSettings.Model
  let stage: TrainingSettings.Stage
  /// The checkpoint that it begins with; nil: fresh weights.
  let start: String?
  let tokenizer: BytePairTokenizer
  let tokenizerFolder: String
  let seed: UInt64
  let threads: Int
  let progress: ProgressLine

  /// - Parameter monitor: documents to measure on along the way, where the stage asks for it.
  /// - Returns: what became of the stage.
  func train(_ mixture: MixtureSource, monitor: EvaluationDocuments?) throws -> TrainingRecord {
    try check(mixture, monitor: monitor)
    for remark in mixture.plan.remarks { note(remark) }
    let (weights, optimizer) = try begin()
    let trainer = try Trainer(
      weights, stage: stage.trainingStage(sequenceLength: model.context), workers: threads,
      optimizer: optimizer)
    let outcome: Trainer.Outcome
    do {
      outcome = try trainer.run(
        folder: folder, extraFiles: Checkpoint.tokenizerFiles(in: tokenizerFolder),
        source: SampleSource(mixture), evaluation: evaluation(monitor, trainer.stage),
        note: note, afterStep: report(trainer.stage), shouldStop: { Interruption.isRequested })
    } catch let divergence as Divergence { throw divergence.fault }
    var stopped: String?
    switch outcome {
    case .interrupted: throw Interruption.Interrupted()
    case .stopped(_, let reason):
      stopped = reason
      note("stopped: \(reason)")
    case .completed: break
    }
    return try record(mixture, parameters: weights.layout.count, stopped: stopped)
  }

  private func note(_ text: String) { progress.note("\(name): \(text)") }

  private func report(_ stage: TrainingStage) -> (StepMetrics) -> Void {
    var isFirst = true
    return { metrics in
      if isFirst { progress.resume(at: metrics.tokens - stage.tokensPerStep) }
      isFirst = false
      progress.add(
        stage.tokensPerStep,
        detail: "loss \(String(format: "%.3f", metrics.loss)), "
          + "\(Int(metrics.shareOfMatrixProductRate * 100))% MFU")
    }
  }

  private func evaluation(
    _ monitor: EvaluationDocuments?, _ training: TrainingStage
  ) -> InLoopEvaluation? {
    guard let monitor, stage.isMonitored else { return nil }
    return InLoopEvaluation(
      documents: monitor, every: stage.evaluateEvery ?? max(1, training.steps / 10),
      limit: stage.limit)
  }

  private func begin() throws -> (LlamaModel, AdamW?) {
    if let start {
      let weights = try Checkpoint.load(start)
      try check(weights.configuration, at: start)
      guard stage.optimizer == "keep" else { return (weights, nil) }
      let optimizer = try AdamW(for: weights.layout)
      try optimizer.load(from: start)
      return (weights, optimizer)
    }
    return (
      try LlamaModel(
        try model.configuration(for: tokenizer), seed: seed),
      nil
    )
  }

  /// Throws a `Fault` for what is known to be wrong before the stage is trained: shards of another
  /// tokenizer, or a limit that cannot be watched.
  func check(_ mixture: MixtureSource, monitor: EvaluationDocuments?) throws {
    try evaluation(monitor, stage.trainingStage(sequenceLength: model.context))?.check()
    guard let digest = mixture.tokenizerDigest, digest != tokenizer.digest else { return }
    throw Fault(
      .input, "the shards of '\(stage.name)' are not of the tokenizer in '\(tokenizerFolder)'",
      found: "tokenizer \(digest.hex)", expected: tokenizer.digest.hex,
      hint: "tokenize the text again with this tokenizer, or name the one that made the shards")
  }

  /// A checkpoint must have learned the shards' tokens.
  private func check(_ configuration: LlamaConfiguration, at folder: String) throws {
    guard configuration.vocabularySize >= tokenizer.vocabularyCount else {
      throw Fault(
        .input, "the checkpoint '\(folder)' has fewer tokens than the tokenizer",
        found: "\(configuration.vocabularySize) tokens",
        expected: "\(tokenizer.vocabularyCount) or more",
        hint: "use the checkpoint's own tokenizer: `tokenizer: {file: \(folder)/tokenizer.json}`")
    }
    guard Folder.isFile(folder + "/tokenizer.json") else { return }
    let own = try BytePairTokenizer(path: folder)
    guard own.digest == tokenizer.digest else {
      throw Fault(
        .input, "the checkpoint '\(folder)' has another tokenizer than the shards",
        at: folder + "/tokenizer.json", found: "tokenizer \(own.digest.hex)",
        expected: tokenizer.digest.hex,
        hint: "tokenize the text with the checkpoint's own tokenizer")
    }
  }

  private func record(
    _ mixture: MixtureSource, parameters: Int, stopped: String?
  ) throws -> TrainingRecord {
    let (steps, damaged) = try MetricsFile.read(
      StepMetrics.self, from: folder + "/" + MetricsFile.steps)
    let points = try MetricsFile.read(
      EvaluationPoint.self, from: folder + "/" + MetricsFile.evaluations
    ).lines
    let ledger = mixture.ledger(
      of: StepMetrics.sequences(steps, domains: mixture.plan.domains.count))
    if damaged.isEmpty {
      try ledger.check()
      note(ledger.summary)
    } else {
      note("\(damaged.count) damaged lines in \(MetricsFile.steps)")
    }
    let tokens = steps.last?.tokens ?? 0
    let count = Double(max(steps.count, 1))
    let share = steps.reduce(0) { $0 + $1.shareOfMatrixProductRate } / count
    let tokensAStep = stage.batch * model.context
    let seconds = steps.reduce(0) { $0 + Double(tokensAStep) / max($1.tokensPerSecond, 1e-9) }
    var record = TrainingRecord(
      stage: stage.name, from: stage.from, parameters: parameters, steps: steps.count,
      tokens: tokens, seconds: seconds,
      tokensPerSecond: Double(steps.count * tokensAStep) / max(seconds, 1e-9), shareOfPeak: share,
      curve: steps.map {
        TrainingPoint(
          tokens: $0.tokens, loss: $0.loss, learningRate: $0.learningRate,
          gradientNorm: $0.gradientNorm)
      }, mixture: mixture.rows(realised: steps), mixtureBound: mixture.bound())
    if !points.isEmpty {
      record.measures = points.map { point in
        TrainingMeasure(
          step: point.step, tokens: point.tokens,
          domains: point.domains.map { .init(domain: $0.domain, bitsPerByte: $0.bitsPerByte) },
          mark: point.mark)
      }
    }
    record.stopped = stopped
    return record
  }
}
