import Ablations
import Mixtures
import Runs
import Streams
import Training

/// The weights of a stage, as a recipe writes them: `mixture`, `replay`, `max_epochs` and `over_cap`.
struct MixtureSettings: Sendable, Codable, Equatable {
  /// One stretch of the stage.
  struct Segment: Sendable, Codable, Equatable {
    /// Of the stage's steps; all segments' shares add up to 1.
    var share: Double
    var weights: Weights
  }

  enum Weights: Sendable, Codable, Equatable {
    /// They need not add up to 1.
    case explicit([String: Double])
    case proportional
    case temperature(Double)
    /// Budgets in tokens.
    case tokens([String: Int])
  }

  var segments: [Segment] = []
  /// Share of the replayed domain in every segment; the others share the rest.
  var replay: Double?
  var replayDomain = "general"
  /// Passes above which `overCap` acts, by domain; "" for all others.
  var mostEpochs: [String: Double] = [:]
  var overCap = OverCap.warn

  /// No mixture.
  init() {}

  /// - Parameter domains: the names that there are; nil where any may be.
  init(_ stage: RecipeMapping, domains: [String]?) {
    segments = Self.segments(stage, domains)
    if let share = stage.number("replay", in: 0...0.999) {
      replay = share
      if segments.contains(where: { $0.weights.names.contains(replayDomain) }) {
        stage.fault(
          "replay", "the mixture names '\(replayDomain)', which 'replay' gives its share to",
          expected: "one of the two", hint: "leave '\(replayDomain)' out of the mixture")
      }
    }
    if let caps = stage.keyedNumbers("max_epochs", in: 0.001...1e9) {
      mostEpochs = caps
      Self.check(caps.keys.filter { !$0.isEmpty }, domains, of: stage, key: "max_epochs")
    }
    let policies = OverCap.allCases.map(\.rawValue)
    overCap = stage.choice("over_cap", of: policies).flatMap { OverCap(rawValue: $0) } ?? overCap
  }

  private static func segments(_ stage: RecipeMapping, _ domains: [String]?) -> [Segment] {
    let example = "for example `mixture: {general: 0.5, math: 0.5}`"
    guard stage.isList("mixture") else {
      if stage.isEmpty("mixture") { stage.missing("mixture", hint: example) }
      return weights(stage, domains).map { [Segment(share: 1, weights: $0)] } ?? []
    }
    let items = stage.mappings("mixture") ?? []
    if items.isEmpty { stage.fault("mixture", "the mixture has no segment", hint: example) }
    let segments = items.compactMap { item in
      let share = item.number("share", in: 0.000001...1)
      if share == nil && !item.keys.contains("share") {
        item.missing("share", hint: "of the stage's steps, for example 0.5")
      }
      return weights(item, domains).map { Segment(share: share ?? 1, weights: $0) }
    }
    let sum = segments.reduce(0) { $0 + $1.share }
    if !items.isEmpty, segments.count == items.count, abs(sum - 1) > 1e-6 {
      stage.fault(
        "mixture", "the segments' shares of the mixture add up to \((sum * 1e6).rounded() / 1e6)",
        expected: "1")
    }
    return segments
  }

  private static func weights(_ item: RecipeMapping, _ domains: [String]?) -> Weights? {
    guard !item.isText("mixture") else {
      return item.choice("mixture", of: ["proportional"]) == nil ? nil : .proportional
    }
    guard let mapping = item.mapping("mixture") else { return nil }
    if mapping.keys == ["temperature"] {
      return mapping.number("temperature", in: 0.01...1000).map { .temperature($0) }
    }
    if mapping.keys == ["tokens"], let budgets = mapping.mapping("tokens") {
      check(budgets.keys, domains, of: budgets)
      let tokens = budgets.keys.compactMap { name in
        budgets.integer(name, in: 0...1_000_000_000_000).map { (name, $0) }
      }
      if !tokens.contains(where: { $0.1 > 0 }) {
        mapping.fault("tokens", "the mixture has no positive budget")
      }
      return .tokens(Dictionary(tokens, uniquingKeysWith: { first, _ in first }))
    }
    check(mapping.keys, domains, of: mapping)
    let weights = mapping.keys.compactMap { name in
      mapping.number(name, in: 0...1e9).map { (name, $0) }
    }
    if weights.count == mapping.keys.count, !weights.contains(where: { $0.1 > 0 }) {
      item.fault("mixture", "the mixture has no positive weight")
    }
    return .explicit(Dictionary(weights, uniquingKeysWith: { first, _ in first }))
  }

  private static func check(
    _ names: [String], _ domains: [String]?, of mapping: RecipeMapping, key: String? = nil
  ) {
    guard let domains else { return }
    for name in names where !domains.contains(name) {
      mapping.fault(
        key ?? name, "unknown domain '\(name)'", expected: domains.joined(separator: ", "),
        hint: NearestName.find(name, in: domains).map { "did you mean '\($0)'?" })
    }
  }
}

extension MixtureSettings.Weights {
  /// The domains that have a share by their name.
  var names: [String] {
    switch self {
    case .explicit(let weights): weights.filter { $0.value > 0 }.keys.sorted()
    case .tokens(let budgets): budgets.filter { $0.value > 0 }.keys.sorted()
    case .proportional, .temperature: []
    }
  }

  var plan: MixtureWeights {
    switch self {
    // A domain with nothing may be without shards as well.
    case .explicit(let weights): .explicit(weights.filter { $0.value > 0 })
    case .proportional: .proportional
    case .temperature(let temperature): .temperature(temperature)
    case .tokens(let budgets): .tokens(budgets.filter { $0.value > 0 })
    }
  }
}

extension MixtureSettings {
  /// Takes these weights for the whole stage, with the same caps.
  mutating func weigh(_ weights: Weights) {
    segments = [Segment(share: 1, weights: weights)]
    replay = nil
  }

  /// The domains that may get a sample, of those that there are.
  func domains(of names: [String]) -> [String] {
    names.filter { name in
      (replay != nil && name == replayDomain)
        || segments.contains { segment in
          switch segment.weights {
          case .proportional, .temperature: true
          case .explicit, .tokens: segment.weights.names.contains(name)
          }
        }
    }
  }

  /// The schedule over a stage's steps.
  func schedule(steps: Int, shards: [DomainShards], sequenceLength: Int) throws -> [MixtureSegment]
  {
    let domains = shards.map {
      MixtureDomain(
        name: $0.name, windowCount: $0.windowCount(sequenceLength: sequenceLength))
    }
    var start = 0
    var behind = 0.0
    return try segments.enumerated().map { index, segment in
      behind += segment.share
      let end =
        index == segments.count - 1 ? steps : Int((Double(steps) * behind).rounded())
      defer { start = max(start, end) }
      guard end > start else {
        throw Fault(
          .input, "segment \(index + 1) of the mixture is shorter than a step",
          found: "a share of \(segment.share) of \(steps) steps", expected: "1 step or more",
          hint: "give it a larger share, or train on more tokens")
      }
      return MixtureSegment(steps: end - start, weights: try withReplay(segment, domains))
    }
  }

  private func withReplay(_ segment: Segment, _ domains: [MixtureDomain]) throws -> MixtureWeights {
    let weights = segment.weights.plan
    guard let replay else { return weights }
    let others = domains.filter { $0.name != replayDomain }
    guard !others.isEmpty else {
      throw Fault(
        .input, "nothing but '\(replayDomain)' is left beside the replay",
        expected: "another domain with text")
    }
    var shares = Dictionary(
      zip(others.map(\.name), try weights.shares(among: others).map { $0 * (1 - replay) }),
      uniquingKeysWith: { first, _ in first })
    shares[replayDomain] = replay
    return .explicit(shares)
  }

  /// The caps by domain.
  func caps(of names: [String]) -> [String: Double] {
    let usual = mostEpochs[""] ?? MixtureSource.usualMostEpochs
    return Dictionary(
      names.map { ($0, mostEpochs[$0] ?? usual) }, uniquingKeysWith: { first, _ in first })
  }

  /// The samples of a stage.
  func source(_ shards: [DomainShards], _ stage: TrainingStage, seed: UInt64) throws
    -> MixtureSource
  {
    try branch(name: stage.name, meaning: "", stream: nil, shards: shards, stage: stage)
      .source(stage, seed: Int(seed))
  }

  /// A branch of a study with this mixture.
  func branch(
    name: String, meaning: String, stream: String?, shards: [DomainShards], stage: TrainingStage
  ) throws -> StudyPlan.Branch {
    do {
      try requireText(of: shards)
      let used = domains(of: shards.map(\.name))
      let shards = shards.filter { used.contains($0.name) }
      return StudyPlan.Branch(
        name: name, meaning: meaning, stream: stream, shards: shards,
        schedule: try schedule(
          steps: stage.steps, shards: shards, sequenceLength: stage.sequenceLength),
        mostEpochs: caps(of: used), overCap: overCap)
    } catch var fault as Fault {
      fault.place = fault.place ?? "the mixture '\(name)'" + (stream.map { ", \($0) text" } ?? "")
      throw fault
    }
  }

  /// A domain that has a share by its name must be there: the others would take it over unseen.
  private func requireText(of shards: [DomainShards]) throws {
    let there = shards.map(\.name)
    let named = segments.flatMap(\.weights.names) + (replay != nil ? [replayDomain] : [])
    for name in named where !there.contains(name) {
      throw Fault(
        .input, "the mixture gives '\(name)' a share, but there is no text of it",
        found: "no shard",
        expected: there.joined(separator: ", "),
        hint: NearestName.find(name, in: there).map { "did you mean '\($0)'?" })
    }
  }

  /// Tokens in all where the mixture is given in tokens.
  var tokenBudget: Int? {
    guard segments.count == 1, case .tokens(let budgets) = segments[0].weights else { return nil }
    return budgets.values.reduce(0, +)
  }

  /// "general 40%, math 60%", then what comes after.
  var description: String {
    let parts = segments.map { segment in
      switch segment.weights {
      case .proportional: "natural proportions"
      case .temperature(let temperature): "temperature \(temperature)"
      case .explicit(let weights): Self.shares(weights)
      case .tokens(let budgets): Self.shares(budgets.mapValues(Double.init))
      }
    }
    let replayed = replay.map { ", \(replayDomain) \(Int(($0 * 100).rounded()))% replayed" } ?? ""
    return parts.joined(separator: "; then ") + replayed
  }

  private static func shares(_ weights: [String: Double]) -> String {
    let sum = max(weights.values.reduce(0, +), 1e-300)
    return weights.filter { $0.value > 0 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key) \(Int(($0.value / sum * 100).rounded()))%" }.joined(separator: ", ")
  }
}
