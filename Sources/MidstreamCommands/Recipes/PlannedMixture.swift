import Ablations
import Mixtures
import Runs
import Streams
import Training

/// The mixture of one stage of a recipe, compiled over the shards that are there.
struct PlannedMixture {
  var name: String
  var meaning: String
  /// "unfiltered" or "curated"; nil where the shards are the user's own.
  var stream: String?
  var plan: MixturePlan
  var sequenceLength: Int
  var seed: Int

  init(_ branch: StudyPlan.Branch, _ stage: TrainingStage, seed: Int) throws {
    name = branch.name
    meaning = branch.meaning
    stream = branch.stream
    sequenceLength = stage.sequenceLength
    self.seed = seed
    do {
      plan = try MixturePlan(
        shards: branch.shards, schedule: branch.schedule, samplesPerStep: stage.batchSequences,
        sequenceLength: stage.sequenceLength, mostEpochs: branch.mostEpochs,
        overCap: branch.overCap)
    } catch var fault as Fault {
      fault.place = fault.place ?? "the mixture '\(branch.name)'"
      throw fault
    }
  }

  /// A training stage's mixture over these shards.
  private init(
    _ settings: TrainingSettings.Stage, context: Int, stream: String?, shards: [DomainShards],
    seed: Int
  ) throws {
    let stage = settings.trainingStage(sequenceLength: context)
    try self.init(
      try settings.mixture.branch(
        name: settings.name, meaning: settings.mixture.description, stream: stream, shards: shards,
        stage: stage), stage, seed: seed)
  }

  /// All mixtures of a recipe of `midstream run`, `midstream train` or `midstream ablate`.
  /// - Parameter run: the run's folder, for a recipe of `midstream run`; runs/NAME without it.
  static func all(of path: String, overrides: [String], run: String?) throws -> [PlannedMixture] {
    let root = try Recipe(path: path, overrides: try overrides.map { try RecipeOverride($0) }).root
    guard root.keys.contains("data") else {
      return try ofStream(try StreamRecipe(path: path, overrides: overrides), run: run)
    }
    if let run {
      throw Fault(
        .input, "'--run \(run)' and the recipe's own 'data' exclude each other", at: path,
        hint: "leave --run out")
    }
    return root.keys.contains("study")
      ? try ofStudy(try StudyRecipe(path: path, overrides: overrides))
      : try ofTraining(try TrainRecipe(path: path, overrides: overrides))
  }

  private static func ofStream(_ recipe: StreamRecipe, run: String?) throws -> [PlannedMixture] {
    guard let training = recipe.training else {
      throw Fault(
        .input, "the recipe ends with the shards: there is no mixture to show", at: recipe.path,
        expected: "'training' with at least one stage")
    }
    let folder = run ?? "runs/\(recipe.name)"
    guard Folder.isFolder(folder + "/shards") else {
      throw Fault(
        .input, "there are no shards in '\(folder)'", expected: "the folder of a run",
        hint: run == nil
          ? "run the recipe first, or name its run's folder with --run"
          : "give the folder that `midstream run \(recipe.path)` wrote to")
    }
    let files = try RunFolder(folder)
    let stages = try training.stages.map { settings in
      try PlannedMixture(
        settings, context: training.model.context, stream: settings.stream,
        shards: StreamShards.domains(StreamRecipe.domains, stream: settings.stream, run: files)
          .filter { $0.tokenCount > 0 }, seed: recipe.seed)
    }
    guard let arms = training.arms else { return stages }
    let stage = arms.stage.trainingStage(sequenceLength: training.model.context)
    return stages
      + (try arms.branches(stage, run: files).map {
        try PlannedMixture($0, stage, seed: recipe.seed)
      })
  }

  private static func ofTraining(_ recipe: TrainRecipe) throws -> [PlannedMixture] {
    try recipe.training.stages.map { settings in
      try PlannedMixture(
        settings, context: recipe.training.model.context,
        stream: recipe.data.run == nil ? nil : settings.stream,
        shards: recipe.data.shards(stream: settings.stream), seed: recipe.seed)
    }
  }

  private static func ofStudy(_ recipe: StudyRecipe) throws -> [PlannedMixture] {
    let plan = try StudyRun.plan(of: recipe)
    return try plan.branches.map { try PlannedMixture($0, plan.stage, seed: recipe.seed) }
  }
}

extension [PlannedMixture] {
  /// Those of one stage; all without a name.
  func named(_ name: String?) throws -> [PlannedMixture] {
    guard let name else { return self }
    let found = filter { $0.name == name }
    guard !found.isEmpty else {
      throw Fault(
        .input, "the recipe has no stage '\(name)'", found: "'--stage \(name)'",
        expected: map(\.name).joined(separator: ", "),
        hint: NearestName.find(name, in: map(\.name)).map { "did you mean '\($0)'?" })
    }
    return found
  }
}
