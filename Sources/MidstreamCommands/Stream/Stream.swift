import Corpora
import Curation
import Foundation
import Reports
import Runs
import Streams
import Tokenization

/// `midstream run`: the stages of a recipe, one after the other, each resumable.
struct Stream {
  let context: StreamContext
  private let lock: RunLock

  init(
    _ recipe: StreamRecipe, overrides: [String], output: String, threads: Int,
    progress: ProgressLine
  ) throws {
    let run = try RunFolder(output)
    lock = try RunLock(run)
    let record = RunRecord(
      name: recipe.name, recipe: recipe.path, recipeDigest: recipe.digest, overrides: overrides,
      version: Midstream.version, seed: recipe.seed, machine: .current,
      started: Date().timeIntervalSince1970)
    context = StreamContext(
      recipe: recipe, run: run,
      runner: TaskRunner(run: run, threads: threads, progress: progress),
      book: try RunBook(run, record))
  }

  /// Runs what is not complete, and returns the report.
  func run() throws -> RunReport {
    let corpus = try FetchStage(context: context).run()
    let slices = try corpus.slices()
    let tasks = ExtractStage.tasks(slices, of: corpus, run: context.run)
    let bytes = tasks.reduce(0) { $0 + $1.rawByteCount }
    let decide = try DecideStage(context)
    let extract = try ExtractStage(context, packs: decide.packs)
    let measured = try context.stage(ExtractStage.name) {
      (try extract.run(corpus, slices, tasks), bytes)
    }
    let decided = try context.stage(DecideStage.name) {
      (try decide.run(tasks, measured: measured), bytes)
    }
    _ = try context.stage(WriteStage.name) {
      (try WriteStage(run: context.run, runner: context.runner).run(tasks, decided: decided), bytes)
    }
    let tokenizerStage = TokenizerStage(context)
    _ = try context.stage(TokenizerStage.name) {
      (try tokenizerStage.run(tasks, decided: decided), context.recipe.tokenizer.sample)
    }
    let tokenizer = try tokenizerStage.load()
    let shards = try context.stage(TokenizeStage.name) {
      (try TokenizeStage(context).run(tasks, tokenizer: tokenizer, decided: decided), bytes)
    }
    if let training = context.recipe.training {
      try train(training, tokenizer, shards)
    }
    try context.book.finish()
    return try ReportStage(run: context.run, seed: context.recipe.seed).run(
      tasks, extracted: measured, shards: shards, vocabularySize: tokenizer.vocabularyCount)
  }

  private func train(
    _ training: TrainingSettings, _ tokenizer: BytePairTokenizer, _ shards: [CompletionRecord]
  ) throws {
    var trained: [CompletionRecord] = []
    for stage in training.stages {
      let stage = TrainStage(context, training, stage)
      let record = try context.stage(stage.name, unit: "tokens") {
        let record = try stage.run(tokenizer: tokenizer, shards: shards, earlier: trained)
        return (record, record.counts["tokens"] ?? 0)
      }
      trained.append(record)
    }
    _ = try context.stage(EvaluateStage.name, unit: "documents") {
      let record = try EvaluateStage(context, training).run(
        tokenizer: tokenizer, shards: shards, trained: trained)
      return (record, record.counts["documents"] ?? 0)
    }
  }
}
