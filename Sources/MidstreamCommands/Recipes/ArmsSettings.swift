import Runs

/// `training.arms` of a recipe: the curated mixture that is tried against its controls.
struct ArmsSettings: Sendable, Codable, Equatable {
  /// Budget, schedule and the curated weights; every arm has the same but for its text and weights.
  var stage: TrainingSettings.Stage
  var comparison: ComparisonSettings

  init(_ mapping: RecipeMapping, stages: [String]) {
    stage = TrainingSettings.Stage(mapping, earlier: stages, fixedName: "arms")
    comparison = ComparisonSettings(mapping)
    if mapping.keys.contains("stream") {
      mapping.fault("stream", "the arms choose their streams themselves", hint: "leave it out")
    }
    if stage.from == "initial" {
      mapping.fault(
        mapping.keys.contains("from") ? "from" : nil, "the arms need a checkpoint to begin with",
        expected: (stages + ["a checkpoint's folder"]).joined(separator: ", "),
        hint: "for example `from: \(stages.first ?? "base")`")
    }
    if let target = mapping.mapping("target") {
      for domain in target.keys where !StreamRecipe.domains.contains(domain) {
        target.fault(
          domain, "unknown domain '\(domain)'",
          expected: StreamRecipe.domains.joined(separator: ", "),
          hint: NearestName.find(domain, in: StreamRecipe.domains).map { "did you mean '\($0)'?" })
      }
    }
    if stages.contains(stage.name) {
      mapping.fault(nil, "no training stage may be named 'arms' beside the arms", hint: "rename it")
    }
  }
}

/// What every comparison of trained runs needs: seeds, and what is to be improved.
struct ComparisonSettings: Sendable, Codable, Equatable {
  /// Runs of each branch; their seeds count up from the recipe's.
  var seeds = 3
  /// Weight of each domain in what is to be improved; empty: all alike.
  var target: [String: Double] = [:]
  /// The domain that must not be forgotten.
  var general = "general"
  /// Whether the checkpoints of ended runs stay.
  var keepsCheckpoints: Bool

  init(_ mapping: RecipeMapping, keepsCheckpoints: Bool = true) {
    seeds = mapping.integer("seeds", in: 1...1000) ?? seeds
    if let weights = mapping.mapping("target") {
      for domain in weights.keys { target[domain] = weights.number(domain, in: 0...1e6) }
      if !target.values.contains(where: { $0 > 0 }) {
        mapping.fault("target", "the target has no positive weight")
      }
    }
    general = mapping.string("general") ?? general
    self.keepsCheckpoints = mapping.flag("keep_checkpoints") ?? keepsCheckpoints
  }

  func seedNumbers(from first: UInt64) -> [Int] { (0..<seeds).map { Int(first) + $0 } }
}
