/// What the names in a condition mean: signals, the pack's lists, and what the pack defines.
struct RuleNames {
  /// By name.
  var lists: [String: PackList] = [:]
  /// Expressions that the pack names, resolved down to signals.
  var definitions: [String: Definition] = [:]

  /// An expression that the pack names.
  struct Definition: Sendable, Equatable {
    var expression: RuleExpression
    var size: RuleSize

    /// In place of one with a fault, so that it is one fault.
    static let unread = Definition(expression: .number(.nan), size: RuleSize())
  }

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
