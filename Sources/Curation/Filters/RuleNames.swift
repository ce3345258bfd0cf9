/// What the names in a condition mean: signals, and what the pack defines.
struct RuleNames {
  /// Expressions that the pack names, resolved down to signals.
  var definitions: [String: RuleExpression] = [:]

  func expression(_ name: String) -> RuleExpression? { definitions[name] }

  /// The kind of a signal, nil where there is none of that name.
  func kind(_ name: String) -> SignalDescription.Kind? { SignalRegistry.find(name)?.kind }

  /// Every name, for suggestions.
  var all: [String] { SignalRegistry.all.map(\.name) + definitions.keys.sorted() }
}
