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
    let head = try RecipeHead(path: path, overrides: overrides)
    let (data, training) = try head.onShards(
      "train", part: "training", hint: "a model and a list of stages, as in tools/recipes")
    if training.keys.contains("arms") {
      training.ignore("arms")
      training.fault(
        "arms", "arms belong to a whole run", hint: "use `midstream run`, or leave them out")
    }
    self.path = path
    self.data = data
    name = head.name
    seed = head.seed
    digest = head.digest
    self.training = TrainingSettings(training, head.root, data: data)
    head.root.ignore("evaluation")
    head.root.ignore("study")
    try head.recipe.finish()
  }
}
