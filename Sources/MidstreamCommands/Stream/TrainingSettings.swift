import LanguageModel
import Runs
import Streams
import Tokenization
import Training

/// The model and the stages that train it.
struct TrainingSettings: Sendable, Codable, Equatable {
  struct Model: Sendable, Codable, Equatable {
    var width = 128
    var layers = 4
    var heads = 4
    var keyValueHeads = 2
    var intermediate = 344
    var context = 256
  }

  struct Stage: Sendable, Codable, Equatable {
    var name: String
    /// "initial", the name of an earlier stage, or the folder of a checkpoint (with a slash).
    var from: String
    /// "unfiltered" or "curated".
    var stream: String
    var mixture: MixtureSettings
    var tokens: Int
    /// Sequences a step.
    var batch: Int
    var schedule: Schedule
    var learningRate: Double
    var weightDecay: Double
    /// "reset" or "keep": what becomes of the optimiser's moments.
    var optimizer: String
    var checkpoints = CheckpointPolicy()
    /// Steps between measures on the monitoring documents; nil: none.
    var evaluateEvery: Int?
    /// How far a domain may fall behind; without `evaluateEvery`, measured ten times.
    var limit: GeneralLimit?

    /// Whether the model is measured while it is trained.
    var isMonitored: Bool { evaluateEvery != nil || limit != nil }

    /// Whether it goes on from a checkpoint that this run did not make.
    var startsFromFolder: Bool { from.contains("/") }
  }

  struct Schedule: Sendable, Codable, Equatable {
    /// A `Kind`.
    var kind = "cosine"
    /// Shares of the stage's steps.
    var warmup = 0.05
    var decay = 0.2
    /// Share of the peak learning rate at the end.
    var final = 0.1
  }

  var model = Model()
  var stages: [Stage] = []
  /// The experiment; nil where the recipe has none.
  var arms: ArmsSettings?
  /// Bytes of evaluation text a domain.
  var evaluationBytes = 200_000
  /// Bytes of other evaluation text a domain, to look at while models are trained.
  var monitorBytes = 50_000

  /// - Parameter data: the shards that stages train on; nil: those that the run makes.
  init(_ mapping: RecipeMapping, _ root: RecipeMapping, data: DataSettings? = nil) {
    if let mapping = mapping.mapping("model") { model = Model(mapping) }
    for stage in mapping.mappings("stages") ?? [] {
      let earlier = stages.map(\.name)
      stages.append(Stage(stage, earlier: earlier, data: data))
    }
    if stages.isEmpty { mapping.missing("stages", hint: "a list of at least one stage") }
    if data == nil {
      arms = mapping.mapping("arms").map { ArmsSettings($0, stages: stages.map(\.name)) }
    }
    if let evaluation = root.mapping("evaluation") {
      evaluationBytes = evaluation.megabytes("mb_per_domain") ?? evaluationBytes
      monitorBytes = evaluation.megabytes("monitor_mb_per_domain") ?? monitorBytes
    }
  }
}

extension TrainingSettings.Model {
  init(_ mapping: RecipeMapping) {
    width = mapping.integer("width", in: 16...8192) ?? width
    layers = mapping.integer("layers", in: 1...200) ?? layers
    heads = mapping.integer("heads", in: 1...256) ?? heads
    keyValueHeads = mapping.integer("key_value_heads", in: 1...256) ?? keyValueHeads
    intermediate = mapping.integer("intermediate", in: 16...65_536) ?? intermediate
    context = mapping.integer("context", in: 16...32_768) ?? context
    if width % heads != 0 || (width / heads) % 2 != 0 {
      mapping.fault("heads", "the width \(width) cannot be cut into \(heads) even heads")
    }
    if heads % keyValueHeads != 0 {
      mapping.fault(
        "key_value_heads", "\(heads) heads cannot share \(keyValueHeads) key-value heads")
    }
  }
}

extension TrainingSettings.Model {
  /// The shape of a fresh model over a tokenizer's vocabulary.
  func configuration(for tokenizer: BytePairTokenizer) throws -> LlamaConfiguration {
    try LlamaConfiguration(
      vocabularySize: tokenizer.vocabularyCount, hiddenSize: width, layerCount: layers,
      headCount: heads, keyValueHeadCount: keyValueHeads, intermediateSize: intermediate,
      maxPositions: context, endOfTextID: tokenizer.endOfText.map(Int.init))
  }
}

extension TrainingSettings.Stage {
  /// - Parameters:
  ///   - earlier: stages that this one may begin with.
  ///   - fixedName: the name of a stage that has none of its own.
  ///   - hasMixture: false where the mixtures stand elsewhere.
  ///   - data: the shards to train on, with the stages of their run; nil: those that the run makes.
  init(
    _ mapping: RecipeMapping, earlier: [String], fixedName: String? = nil,
    hasMixture: Bool = true, data: DataSettings? = nil
  ) {
    name = fixedName ?? mapping.requiredString("name")
    if let folder = mapping.string("from"), folder.contains("/") {
      from = folder
      if !Folder.isFile(folder + "/config.json") {
        mapping.fault(
          "from", "there is no checkpoint in '\(folder)'",
          expected: "a Hugging Face folder of a Llama model, with config.json and model.safetensors"
        )
      }
    } else {
      let others = (data?.stageNames ?? []).filter { !earlier.contains($0) }
      from = mapping.choice("from", of: ["initial"] + earlier + others) ?? "initial"
    }
    if earlier.contains(name) {
      mapping.fault("name", "two training stages are named '\(name)'", hint: "rename one of them")
    }
    if name.isEmpty || name.contains("/") || name.hasPrefix(".") || name == "initial" {
      mapping.fault("name", "'\(name)' cannot name a training stage", expected: "a folder's name")
    }
    stream = "curated"
    if data == nil || data?.run != nil {
      stream = mapping.choice("stream", of: ["unfiltered", "curated"]) ?? data?.stream ?? stream
    }
    mixture =
      hasMixture
      ? MixtureSettings(mapping, domains: data?.domains.map(\.domain) ?? StreamRecipe.domains)
      : MixtureSettings()
    tokens =
      mapping.integer("tokens", in: 1...1_000_000_000_000) ?? mixture.tokenBudget ?? 1_000_000
    batch = mapping.integer("batch", in: 1...4096) ?? 16
    schedule = mapping.mapping("schedule").map { .init($0) } ?? .init()
    learningRate = mapping.number("learning_rate", in: 0...10) ?? 0.003
    weightDecay = mapping.number("weight_decay", in: 0...10) ?? 0.1
    optimizer = mapping.choice("optimizer", of: ["reset", "keep"]) ?? "reset"
    checkpoints = CheckpointPolicy(mapping.mapping("checkpoints"))
    evaluateEvery = mapping.integer("evaluate_every", in: 1...1_000_000_000)
    let general = mapping.string("general") ?? "general"
    limit = mapping.mapping("general_limit").map { GeneralLimit($0, domain: general) }
  }
}
