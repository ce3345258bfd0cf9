import LanguageModel
import Runs
import Streams
import Training

/// Everything that `midstream ablate` reads from a recipe, checked before anything is done.
struct StudyRecipe: Sendable {
  var name: String
  var seed: Int
  var data: DataSettings
  var study: StudySettings
  /// Bytes of evaluation text a domain, to judge on and to look at along the way.
  var evaluationBytes = 200_000
  var monitorBytes = 50_000
  /// The recipe's path, and the digest of its text with all overrides.
  var path: String
  var digest: String

  /// Reads the recipe at `path`; throws all of its faults together.
  init(path: String, overrides: [String]) throws {
    let head = try RecipeHead(path: path, overrides: overrides)
    let (data, study) = try head.onShards(
      "ablate", part: "study", hint: "what to compare: see `midstream ablate --help`")
    self.path = path
    self.data = data
    name = head.name
    seed = head.seed
    digest = head.digest
    if let evaluation = head.root.mapping("evaluation") {
      evaluationBytes = evaluation.megabytes("mb_per_domain") ?? evaluationBytes
      monitorBytes = evaluation.megabytes("monitor_mb_per_domain") ?? monitorBytes
    }
    head.root.ignore("training")
    self.study = StudySettings(study, data: data)
    try head.recipe.finish()
  }
}

extension StudyRecipe {
  /// Nil where the shards are the user's own.
  var stream: String? { data.run == nil ? nil : data.stream }
}

/// `study:` of a recipe: the mixtures, and how each of them is trained.
struct StudySettings: Sendable, Codable, Equatable {
  struct Mixture: Sendable, Codable, Equatable {
    var name: String
    /// "unfiltered" or "curated", where the data are a run's; nil for the data's own.
    var stream: String?
    var mixture: MixtureSettings
  }

  /// Mixtures drawn around the natural proportions.
  struct Design: Sendable, Codable, Equatable {
    var count: Int
    /// Of the Dirichlet distribution, from sparse to even.
    var strength = [0.1, 5]
    /// A share below this is none.
    var least = 0.02
    /// A domain gets at most so many times its natural share.
    var most = 15.0
  }

  /// Budget, batch, schedule and optimiser of every run.
  var stage: TrainingSettings.Stage
  /// The shape of fresh models, with `from: initial`.
  var model: TrainingSettings.Model?
  var comparison: ComparisonSettings
  var mixtures: [Mixture] = []
  var design: Design?

  init(_ mapping: RecipeMapping, data: DataSettings) {
    stage = TrainingSettings.Stage(
      mapping, earlier: data.stageNames, fixedName: "study", hasMixture: false, data: data)
    comparison = ComparisonSettings(mapping, keepsCheckpoints: false)
    model = mapping.mapping("model").map { TrainingSettings.Model($0) }
    if stage.from == "initial", model == nil {
      mapping.missing(
        "from", hint: "the checkpoint to branch off, or `model: {…}` for fresh weights")
    }
    if stage.from != "initial", model != nil {
      mapping.fault(
        "model", "a study begins with the checkpoint '\(stage.from)' or with a fresh model",
        expected: "one of 'from' and 'model'")
    }
    for item in mapping.mappings("mixtures") ?? [] {
      let name = item.requiredString("name")
      if mixtures.contains(where: { $0.name == name }) {
        item.fault("name", "two mixtures are named '\(name)'", hint: "rename one of them")
      }
      mixtures.append(
        Mixture(
          name: name, stream: item.choice("stream", of: ["unfiltered", "curated"]),
          mixture: MixtureSettings(item, domains: data.domains.map(\.domain))))
    }
    if let design = mapping.mapping("design") { self.design = Design(design) }
    if mixtures.isEmpty && design == nil {
      mapping.missing(
        "mixtures", hint: "a list such as `- {name: natural, mixture: proportional}`, or `design:`")
    }
  }
}

extension StudySettings.Design {
  init(_ mapping: RecipeMapping) {
    count = mapping.integer("count", in: 1...4096) ?? 0
    if count == 0 { mapping.missing("count", hint: "how many mixtures to draw") }
    if let range = mapping.mapping("strength") {
      strength = [
        range.number("from", in: 0.001...1000) ?? 0.1, range.number("to", in: 0.001...1000) ?? 5,
      ]
      if strength[0] > strength[1] {
        mapping.fault("strength", "'strength' goes down", expected: "from: less, to: more")
      }
    }
    least = mapping.number("least", in: 0...1) ?? least
    most = mapping.number("most", in: 1...1e6) ?? most
  }
}
