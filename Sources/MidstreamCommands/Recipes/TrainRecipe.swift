import Runs
import Streams

/// Everything that `midstream train` reads from a recipe, checked before anything is done.
struct TrainRecipe: Sendable {
  var name: String
  var seed: Int
  var data: DataSettings
  var training: TrainingSettings
  /// The recipe's path, and the digest of its text with all overrides.
  var path: String
  var digest: String

  /// Reads the recipe at `path`; throws all of its faults together.
  init(path: String, overrides: [String]) throws {
    let laidOver = try overrides.map { try RecipeOverride($0) }
    let recipe = try Recipe(path: path, overrides: laidOver)
    let root = recipe.root
    guard root.keys.contains("data") || !root.keys.contains("corpus") else {
      throw Fault(
        .input, "'\(path)' begins with a corpus, which 'midstream train' does not read", at: path,
        found: "'corpus'", expected: "'data'",
        hint: "use `midstream run \(path)`, or train on the shards that it made: "
          + "`data: {run: FOLDER}` in place of 'corpus'")
    }
    self.path = path
    name = root.requiredString("name")
    root.ignore("description")
    seed = root.integer("seed", in: 0...Int(Int32.max)) ?? 1
    let sizes = root.keys.contains("sizes") ? root.mappingKeys("sizes") : []
    _ = root.choice("size", of: sizes)
    let mappings = (data: root.mapping("data"), training: root.mapping("training"))
    if mappings.data == nil {
      root.missing("data", hint: "for example `data: {run: runs/quickstart, stream: curated}`")
    }
    if mappings.training == nil {
      root.missing("training", hint: "a model and a list of stages, as in tools/recipes")
    }
    if let training = mappings.training, training.keys.contains("arms") {
      training.ignore("arms")
      training.fault(
        "arms", "arms belong to a whole run", hint: "use `midstream run`, or leave them out")
    }
    guard let dataMapping = mappings.data, let trainingMapping = mappings.training else {
      try recipe.finish()
      throw Fault(.input, "'\(path)' has no data or no training", at: path)
    }
    data = DataSettings(dataMapping)
    training = TrainingSettings(trainingMapping, root, data: data)
    root.ignore("evaluation")
    try recipe.finish()
    digest = RunFolder.digest(
      of: [String(decoding: try InputFile.bytes(path), as: UTF8.self)] + overrides)
  }
}
