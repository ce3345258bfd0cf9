import Ablations
import Evaluation
import LanguageModel
import Mixtures
import Runs
import Streams
import Tokenization
import Training

/// The experiment of a run: the curated mixture and its controls, from one base at one budget, each
/// with several seeds.
struct ArmsStage: Sendable {
  static let name = "arms"

  /// The arms, in the order of the study's branches.
  enum Arm: String, CaseIterable {
    case natural
    case weighted
    case curated
    case generalOnly = "general"

    var meaning: String {
      switch self {
      case .natural: "unfiltered text at its natural weights"
      case .weighted: "unfiltered text at the curated weights"
      case .curated: "curated text at the curated weights"
      case .generalOnly: "curated general text only"
      }
    }

    var stream: String {
      self == .natural || self == .weighted
        ? StreamMembers.Name.unfiltered.rawValue : StreamMembers.Name.curated.rawValue
    }
  }

  static let roles = ArmsVerdict.Roles(natural: 0, weighted: 1, curated: 2, generalOnly: 3)

  let run: RunFolder
  let runner: TaskRunner
  let settings: TrainingSettings
  let arms: ArmsSettings
  let seed: UInt64

  init(_ context: StreamContext, _ settings: TrainingSettings, _ arms: ArmsSettings) {
    run = context.run
    runner = context.runner
    self.settings = settings
    self.arms = arms
    seed = UInt64(context.recipe.seed)
  }

  /// Trains and compares the arms, and writes the study's record.
  /// - Returns: tokens of all runs.
  func run(tokenizer: BytePairTokenizer) throws -> Int {
    try arms.stage.requireFinishedStart(in: run)
    let comparison = arms.comparison
    let draw = try EvaluationDraw(
      EvaluateStage.sources(of: run), tokenizer: tokenizer, bytes: settings.evaluationBytes,
      monitorBytes: settings.monitorBytes, seed: seed)
    let runner = StudyRunner(
      try plan(), run: run, runner: runner, documents: draw.judged, monitor: draw.monitored)
    let members = try runner.members()
    let results = try runner.train(members)
    let record = try runner.record(
      .arms(Self.roles), members: members, results: results, target: comparison.target,
      general: comparison.general, seed: seed)
    try RecordFile.write(record, to: run.file(StudyRecord.path(name: Self.name)))
    return results.members.reduce(0) { $0 + $1.record.tokens }
  }

  /// A fault in the arms' data is better known before hours of training than after.
  func check() throws {
    let plan = try plan()
    for branch in plan.branches {
      _ = try branch.source(plan.stage, seed: plan.seeds.first ?? 0)
      if arms.stage.startsFromFolder {
        try ModelFolder.requireTokenizer(of: branch.shards, checkpoint: arms.stage.from)
      }
    }
  }

  private func plan() throws -> StudyPlan {
    let stage = arms.stage
    let training = stage.trainingStage(sequenceLength: settings.model.context)
    let folder =
      stage.startsFromFolder ? stage.from : run.file(TrainStage.checkpoint(stage.from))
    let trunk: StudyPlan.Trunk = .checkpoint(name: stage.from, folder: folder)
    return StudyPlan(
      name: Self.name, trunk: trunk, stage: training,
      branches: try arms.branches(training, run: run),
      seeds: arms.comparison.seedNumbers(from: seed), evaluateEvery: arms.stage.evaluateEvery,
      limit: arms.stage.limit, keepsCheckpoints: arms.comparison.keepsCheckpoints,
      tokenizerFolder: run.file(TokenizerStage.folder))
  }
}

extension ArmsSettings {
  /// The arms of a run, in the order of `ArmsStage.Arm`.
  func branches(_ training: TrainingStage, run: RunFolder) throws -> [StudyPlan.Branch] {
    try ArmsStage.Arm.allCases.map { arm in
      var mixture = stage.mixture
      switch arm {
      case .natural: mixture.weigh(.proportional)
      case .weighted, .curated: break
      case .generalOnly: mixture.weigh(.explicit([comparison.general: 1]))
      }
      return try mixture.branch(
        name: arm.rawValue, meaning: arm.meaning, stream: arm.stream,
        shards: try StreamShards.domains(StreamRecipe.domains, stream: arm.stream, run: run),
        stage: training)
    }
  }
}
