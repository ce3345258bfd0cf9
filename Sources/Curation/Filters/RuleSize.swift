/// How large an expression is with the definitions that it reads written out in it.
struct RuleSize: Equatable {
  /// Signals, numbers, texts and what joins them.
  var parts: Int
  var depth: Int

  /// The most that a definition comes to. Definitions that read each other twice double at each
  /// name, so that a few lines could make more steps than there is memory.
  static let ofDefinition = RuleSize(parts: 1000, depth: 100)
  /// The most that a condition comes to; it keeps hostile input off the stack's end.
  static let ofCondition = RuleSize(parts: 10_000, depth: 1000)

  /// One part around others.
  init(around inner: [RuleSize]) {
    parts = inner.reduce(1) { $0 + $1.parts }
    depth = inner.reduce(0) { max($0, $1.depth) } + 1
  }

  init(parts: Int = 1, depth: Int = 1) {
    self.parts = parts
    self.depth = depth
  }

  /// A fault where it is more than `most`.
  /// - Parameter whose: for example "a definition".
  func check(_ most: RuleSize, _ whose: String, at offset: Int) throws(RuleFault) {
    let reading = "with the definitions that it reads"
    if parts > most.parts {
      throw RuleFault(
        offset: offset, message: "\(whose) comes to more than \(most.parts) parts \(reading)",
        expected: "at most \(most.parts) signals, numbers and signs")
    }
    if depth > most.depth {
      throw RuleFault(
        offset: offset, message: "\(whose) is more than \(most.depth) deep \(reading)",
        expected: "at most \(most.depth) expressions within each other")
    }
  }
}
