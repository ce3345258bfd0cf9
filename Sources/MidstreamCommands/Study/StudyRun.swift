import Ablations
import Corpora
import Evaluation
import Foundation
import LanguageModel
import Mixtures
import Reports
import Runs
import Streams
import Tokenization
import Training

/// `midstream ablate`: a recipe's study in a folder of its own.
struct StudyRun {
  let recipe: StudyRecipe
  let overrides: [String]
  let run: RunFolder
  let threads: Int
  let progress: ProgressLine

  private var settings: StudySettings { recipe.study }

  /// Trains what is missing, and returns the study's record.
  func train() throws -> StudyRecord {
    let lock = try RunLock(run)
    defer { withExtendedLifetime(lock) {} }
    let runner = try runner()
    let book = try RunBook(run, record())
    let members = try runner.members()
    let record = try book.stage("study", unit: "tokens") {
      let results = try runner.train(members)
      let record = try runner.record(
        .mixtures, members: members, results: results, target: settings.comparison.target,
        general: settings.comparison.general, seed: UInt64(recipe.seed))
      return (record, results.members.reduce(0) { $0 + $1.record.tokens })
    }
    try RecordFile.write(record, to: run.file(StudyRecord.path(name: recipe.name)))
    try book.finish()
    return record
  }

  /// What the study would cost, without training it.
  func cost() throws -> StudyCost {
    let runner = try runner()
    let members = try runner.members()
    return try StudyCost(runner, members, threads: threads)
  }

  private func record() -> RunRecord {
    RunRecord(
      name: recipe.name, command: "ablate", recipe: recipe.path, recipeDigest: recipe.digest,
      overrides: overrides,
      version: Midstream.version, seed: recipe.seed, machine: .current,
      started: Date().timeIntervalSince1970)
  }

  private func runner() throws -> StudyRunner {
    let plan = try Self.plan(of: recipe)
    let tokenizer = try TokenizerOption.load(recipe.data.tokenizer)
    let shards = plan.branches.flatMap(\.shards)
    try tokenizer.requireMade(
      shards + (try recipe.data.evaluationShards()), name: recipe.data.tokenizer)
    if case .checkpoint(_, let folder) = plan.trunk {
      try ModelFolder.requireTokenizer(of: shards, checkpoint: folder)
    }
    let draw = try EvaluationDraw(
      recipe.data.evaluationSources, tokenizer: tokenizer, bytes: recipe.evaluationBytes,
      monitorBytes: recipe.monitorBytes,
      seed: UInt64(recipe.seed))
    guard draw.judged.count > 0 else {
      throw Fault(
        .input, "there is no document to judge the mixtures on", at: recipe.path,
        expected: "evaluation shards with documents in them")
    }
    let named = draw.judged.measuredDomains.map(\.name)
    for domain in settings.comparison.target.keys.sorted() where !named.contains(domain) {
      throw Fault(
        .input, "the target names the domain '\(domain)', which has no evaluation document",
        at: recipe.path, expected: named.joined(separator: ", "))
    }
    return StudyRunner(
      plan, run: run, runner: TaskRunner(run: run, threads: threads, progress: progress),
      documents: draw.judged, monitor: draw.monitored)
  }

  /// The branches, and the stage that each of them trains.
  static func plan(of recipe: StudyRecipe) throws -> StudyPlan {
    let settings = recipe.study
    let (trunk, sequenceLength) = try trunk(of: recipe)
    let stage = settings.stage.trainingStage(sequenceLength: sequenceLength)
    return StudyPlan(
      name: recipe.name, trunk: trunk, stage: stage, branches: try branches(of: recipe, stage),
      seeds: settings.comparison.seedNumbers(from: UInt64(recipe.seed)),
      evaluateEvery: settings.stage.evaluateEvery, limit: settings.stage.limit,
      keepsCheckpoints: settings.comparison.keepsCheckpoints,
      tokenizerFolder: recipe.data.tokenizerFolder)
  }

  private static func trunk(
    of recipe: StudyRecipe
  ) throws -> (StudyPlan.Trunk, sequenceLength: Int) {
    let settings = recipe.study
    guard let model = settings.model else {
      let folder = recipe.data.checkpoint(of: settings.stage)
      let configuration = try Checkpoint.configuration(in: folder)
      return (
        .checkpoint(name: settings.stage.from, folder: folder), configuration.maxPositions
      )
    }
    let tokenizer = try TokenizerOption.load(recipe.data.tokenizer)
    return (.initial(try model.configuration(for: tokenizer)), model.context)
  }

  private static func branches(
    of recipe: StudyRecipe, _ stage: TrainingStage
  ) throws -> [StudyPlan.Branch] {
    let settings = recipe.study
    let listed = try settings.mixtures.map { item in
      let shards = try recipe.data.shards(stream: item.stream)
      return try item.mixture.branch(
        name: item.name, meaning: item.mixture.description,
        stream: item.stream ?? recipe.stream,
        shards: shards, stage: stage)
    }
    guard let design = settings.design else { return listed }
    let shards = try recipe.data.shards(stream: nil)
    let counts = shards.map { Double($0.windowCount(sequenceLength: stage.sequenceLength)) }
    let total = counts.reduce(0, +)
    guard total > 0 else {
      throw Fault(
        .input, "no mixture can be drawn: no domain has a whole window of text", at: recipe.path)
    }
    let drawn = MixtureDesign.sparseDirichlet(
      prior: counts.map { $0 / total }, count: design.count,
      strength: design.strength[0]...design.strength[1], least: design.least,
      mostTimesPrior: design.most, seed: UInt64(recipe.seed))
    guard listed.count + drawn.count > 0 else {
      throw Fault(
        .input, "the design draws no mixture", at: recipe.path,
        found: "\(shards.count) domains with text", expected: "two or more, and a larger 'most'")
    }
    return listed
      + drawn.enumerated().map { index, weights in
        StudyPlan.Branch(
          name: String(format: "drawn-%02d", index + 1),
          meaning: "drawn around the natural proportions", stream: recipe.stream,
          shards: shards,
          schedule: [
            MixtureSegment(
              steps: stage.steps,
              weights: .explicit(
                Dictionary(uniqueKeysWithValues: zip(shards.map(\.name), weights))))
          ], mostEpochs: [:], overCap: .warn)
      }
  }
}
