/// What the names in a condition mean: signals, the pack's lists, and what the pack defines.
struct RuleNames {
  /// By name.
  var lists: [String: PackList] = [:]
  /// Expressions that the pack names, resolved down to signals.
  var definitions: [String: RuleExpression] = [:]

  func expression(_ name: String) -> RuleExpression? { definitions[name] }

  /// The kind of a signal, nil where there is none of that name.
  func kind(_ name: String) -> SignalDescription.Kind? { find(name)?.kind }

  /// The signal or list of this name.
  func find(_ name: String) -> SignalDescription? {
    SignalRegistry.find(name) ?? lists[name]?.description
  }

  /// Every name, for suggestions.
  var all: [String] { measurable + definitions.keys.sorted() }

  /// Every signal and list.
  var measurable: [String] { SignalRegistry.all.map(\.name) + lists.keys.sorted() }
}
