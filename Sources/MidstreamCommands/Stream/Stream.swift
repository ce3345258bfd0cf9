import Corpora
import Curation
import Foundation
import Logging
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
    try Self.check(recipe, output)
    let run = try RunFolder(output)
    lock = try RunLock(run)
    let record = RunRecord(
      name: recipe.name, recipe: recipe.path, recipeDigest: recipe.digest, overrides: overrides,
      version: Midstream.version, seed: recipe.seed, sample: recipe.sample?.share,
      machine: .current,
      started: Date().timeIntervalSince1970)
    context = StreamContext(
      recipe: recipe, run: run,
      runner: TaskRunner(run: run, threads: threads, progress: progress),
      book: try RunBook(run, record), log: try Self.log(run))
    try RecordFile.write(
      SettingsRecord(settings: recipe.settings), to: run.file(SettingsRecord.path))
    context.log.info(
      "midstream \(Midstream.version), recipe \(recipe.path)",
      metadata: ["recipe": "\(recipe.digest)", "blas": "\(record.machine.blas)"])
  }

  private static func log(_ run: RunFolder) throws -> Logger {
    let handler = try RunLog(run)
    return Logger(label: "midstream") { _ in handler }
  }

  /// Runs what is not complete, and returns the report.
  func run() throws -> RunReport {
    defer { withExtendedLifetime(lock) {} }
    var corpus = try FetchStage(context: context).run()
    let files = try context.recipe.sample.map { try corpus.keep($0, at: context.recipe.path) }
    let slices = try corpus.slices()
    let tasks = ExtractStage.tasks(slices, of: corpus, run: context.run)
    let bytes = tasks.reduce(0) { $0 + $1.rawByteCount }
    let decide = try DecideStage(context)
    let extract = try ExtractStage(context, chain: decide.chain)
    let measured = try context.stage(ExtractStage.name) {
      (try extract.run(corpus, slices, tasks), bytes)
    }
    try showProblems(of: tasks)
    if let sample = context.recipe.sample { try sample.checkFound(measured, context.recipe.path) }
    let decided = try context.stage(DecideStage.name) {
      (try decide.run(tasks, measured: measured), bytes)
    }
    _ = try context.stage(WriteStage.name) {
      (
        try WriteStage(run: context.run, runner: context.runner).run(
          tasks, measured: measured, decided: decided), bytes
      )
    }
    let tokenizerStage = TokenizerStage(context)
    _ = try context.stage(TokenizerStage.name) {
      (
        try tokenizerStage.run(tasks, measured: measured, decided: decided),
        context.recipe.tokenizer.sample
      )
    }
    let tokenizer = try tokenizerStage.load()
    try check(tokenizer)
    try removeOtherTraining()
    let shards = try context.stage(TokenizeStage.name) {
      (
        try TokenizeStage(context).run(
          tasks, tokenizer: tokenizer, measured: measured, decided: decided), bytes
      )
    }
    if let training = context.recipe.training {
      try train(training, tokenizer, shards)
    }
    try context.book.finish()
    let report = try ReportStage(
      run: context.run, seed: context.recipe.seed, chain: decide.chain,
      settings: context.recipe.curation
    ).run(
      tasks, extracted: measured, shards: shards, vocabularySize: tokenizer.vocabularyCount)
    try RunCard(context: context, tasks: tasks).write()
    try warnOfNothingKept()
    if let sample = context.recipe.sample, let files {
      try SampleEstimator(
        context: context, sample: sample, files: files, tasks: tasks, extracted: measured
      ).record().write(to: context.run)
    } else {
      try Folder.remove(context.run.file(SampleRecord.path))
    }
    return report
  }

  /// What could not be read, as every command shows it.
  private func showProblems(of tasks: [MeasuredTask]) throws {
    var problems = ReadingProblems()
    for task in tasks {
      problems.merge(try RecordFile.read(ReadingProblems.self, from: task.problems))
    }
    DocumentFiles.show(problems)
  }

  /// A run that keeps nothing is no success that anyone wants to find out about later.
  private func warnOfNothingKept() throws {
    let curation = try RecordFile.read(
      CurationRecord.self, from: context.run.file(CurationRecord.path))
    guard curation.funnel.last?.documents == 0,
      let rule = curation.rules.max(by: { ($0.documents, $1.rule) < ($1.documents, $0.rule) })
    else { return }
    let warning =
      "nothing is kept: \(grouped(rule.documents)) documents fail \(rule.stage)/\(rule.rule); "
      + "see midstream explain, or change the packs"
    context.log.warning("\(warning)")
    context.runner.progress.note("write: \(warning)")
  }

  /// A sample must not take the place of a whole run, which may have taken hours.
  private static func check(_ recipe: StreamRecipe, _ output: String) throws {
    let path = output + "/" + RunRecord.path
    guard recipe.sample != nil, Folder.isFile(path),
      let before = try? RecordFile.read(RunRecord.self, from: path), before.sample == nil
    else { return }
    throw Fault(
      .input, "'\(output)' holds a run on a whole corpus, which the sample would replace", at: path,
      hint: "give the sample a folder of its own with --output")
  }

  private func check(_ tokenizer: BytePairTokenizer) throws {
    guard context.recipe.training != nil, tokenizer.endOfText == nil else { return }
    throw Fault(
      .input, "the tokenizer has no end-of-text token, which training and evaluation need",
      at: context.recipe.tokenizer.file, expected: "'eos_token' in its tokenizer_config.json")
  }

  /// Records of stages that the recipe no longer has must not be in its report.
  private func removeOtherTraining() throws {
    let stages = context.recipe.training?.stages.map(\.name) ?? []
    let records = context.run.file("records")
    for name in try Folder.names(in: records) where name.hasPrefix("training-") {
      if !stages.contains(where: { TrainingRecord.path(stage: $0) == "records/" + name }) {
        try Folder.remove(records + "/" + name)
      }
    }
    if stages.isEmpty { try Folder.remove(context.run.file(EvaluationRecord.path)) }
    if context.recipe.training?.arms == nil {
      try Folder.remove(context.run.file(StudyRecord.path(name: ArmsStage.name)))
    }
  }

  private func train(
    _ training: TrainingSettings, _ tokenizer: BytePairTokenizer, _ shards: [CompletionRecord]
  ) throws {
    for stage in training.stages {
      // A domain without a window is better known before hours of training than after.
      do {
        _ = try stage.source(
          run: context.run, sequenceLength: training.model.context,
          seed: UInt64(context.recipe.seed))
      } catch var fault as Fault {
        fault.place = fault.place ?? "training stage '\(stage.name)', \(stage.stream) stream"
        throw fault
      }
    }
    if let arms = training.arms { try ArmsStage(context, training, arms).check() }
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
    if let arms = training.arms {
      try context.stage(ArmsStage.name, unit: "tokens") {
        ((), try ArmsStage(context, training, arms).run(tokenizer: tokenizer))
      }
    }
  }
}
