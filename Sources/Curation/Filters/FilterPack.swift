import Runs
import Streams

/// One rule of a pack: a document fails when the condition is certainly true.
public struct FilterRule: Sendable, Equatable {
  /// The reason in decisions, for example `gopher_short_doc`.
  public let id: String
  /// As written in the pack, for example `word_count < 50`.
  public let condition: String
  /// Whether a document may be dropped at once, before the other stages have seen it.
  public let early: Bool
  let program: RuleProgram

  /// The signals that the condition reads.
  public var signals: [String] { program.numberSignals + program.textSignals }
}

/// A filter pack: what to measure and which rules to apply, from a YAML file with the paper behind
/// it.
///
///     let pack = try FilterPack.named("gopher-quality")
///     pack.rules.first?.condition  // "word_count < 50"
public struct FilterPack: Sendable, Equatable {
  public let name: String
  /// Raised when a threshold or a rule changes.
  public let version: Int
  public let paper: String
  public let description: String
  /// The signals to measure, in order.
  public let measurements: [String]
  /// In the order in which decisions list them.
  public let rules: [FilterRule]

  /// Reads a pack; all its faults come out together, with file, line, column and nearest name.
  ///
  /// - Parameter path: The name of the file, for faults.
  public init(yaml: String, path: String) throws {
    let recipe = try Recipe(text: yaml, path: path)
    let root = recipe.root
    name = root.requiredString("name")
    version = root.integer("version", in: 1...1_000_000) ?? 0
    if version == 0, !root.keys.contains("version") { root.missing("version") }
    paper = root.requiredString("paper")
    description = root.requiredString("description")
    measurements = Self.readMeasurements(root)
    if root.mappings("rules")?.isEmpty != false { root.missing("rules") }
    var rules: [FilterRule] = []
    for mapping in root.mappings("rules") ?? [] {
      guard let rule = Self.readRule(mapping, measurements: measurements) else { continue }
      if rules.contains(where: { $0.id == rule.id }) {
        mapping.fault("id", "two rules are called '\(rule.id)'", hint: "rename one of them")
      }
      rules.append(rule)
    }
    self.rules = rules
    try recipe.finish()
  }

  private static func readMeasurements(_ root: RecipeMapping) -> [String] {
    let names = root.strings("measurements") ?? []
    if names.isEmpty { root.missing("measurements") }
    for name in names where SignalRegistry.find(name) == nil {
      root.fault(
        "measurements", "unknown signal '\(name)' in 'measurements'",
        expected: SignalRegistry.all.map(\.name).joined(separator: ", "),
        hint: NearestName.find(name, in: SignalRegistry.all.map(\.name)).map {
          "rename it to '\($0)'"
        })
    }
    return names
  }

  private static func readRule(
    _ mapping: RecipeMapping, measurements: [String]
  ) -> FilterRule? {
    let id = mapping.requiredString("id")
    let condition = mapping.requiredString("fails_when")
    let early = mapping.flag("early") ?? false
    guard !id.isEmpty, !condition.isEmpty else { return nil }
    do throws(RuleFault) {
      let program = RuleProgram(try RuleParser.parse(condition))
      let rule = FilterRule(id: id, condition: condition, early: early, program: program)
      for signal in rule.signals where !measurements.contains(signal) {
        mapping.fault(
          "fails_when", "rule '\(id)' reads '\(signal)', which the pack does not measure",
          hint: "add it to 'measurements'")
      }
      return rule
    } catch {
      mapping.fault(
        "fails_when", character: error.offset, error.message, found: error.found,
        expected: error.expected, hint: error.hint)
      return nil
    }
  }
}
