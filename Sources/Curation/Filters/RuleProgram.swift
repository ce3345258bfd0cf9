import Corpora

/// What a rule says of a document. `unknown` comes from a NaN: a measurement that this document does
/// not have, such as the mean length of no words.
///
/// Conditions follow Kleene's three-valued logic: a comparison with NaN is unknown, `and` is the
/// lowest and `or` the highest of its sides, `not` swaps the ends. Only a condition that is certainly
/// true removes a document; unknown ones are counted.
public enum RuleVerdict: UInt8, Sendable {
  case passes = 0
  case unknown = 1
  case fails = 2
}

/// A condition compiled to a flat list of steps over columns, a vector of documents at a time. All
/// arithmetic is that of 32-bit floats, as the columns store them, so that a stored ratio of 0.1
/// equals the literal 0.1.
struct RuleProgram: Sendable, Equatable {
  enum Step: Sendable, Equatable {
    // Numbers: `to`, `left` and `right` are number slots.
    case signal(Int, to: Int)
    case constant(Float, to: Int)
    case negate(Int)
    case arithmetic(RuleExpression.Arithmetic, left: Int, right: Int)
    // Truths: `to` is a truth slot.
    case compare(RuleExpression.Comparison, left: Int, right: Int, to: Int)
    case textIsOneOf(Int, [[UInt8]], to: Int)
    case numberIsOneOf(Int, [Float], to: Int)
    case not(Int)
    case and(left: Int, right: Int)
    case or(left: Int, right: Int)
  }

  /// A rule that compares one signal with one number.
  struct Threshold: Sendable, Equatable {
    var signal: String
    var comparison: String
    var value: Float
  }

  private(set) var steps: [Step] = []
  /// Numeric and text signals that the condition reads, in the order of first use.
  private(set) var numberSignals: [String] = []
  private(set) var textSignals: [String] = []
  private(set) var numberSlots = 0
  private(set) var truthSlots = 0
  private(set) var threshold: Threshold?

  /// - Throws: where a number stands in a condition's place or the other way round, which the parser
  ///   lets nobody write.
  init(_ expression: RuleExpression) throws(RuleFault) {
    try compileTruth(expression, to: 0)
    if case .comparison(let comparison, .signal(let name), .number(let value)) = expression {
      threshold = Threshold(signal: name, comparison: comparison.rawValue, value: value)
    }
  }

  private mutating func compileNumber(_ expression: RuleExpression, to slot: Int) throws(RuleFault)
  {
    numberSlots = max(numberSlots, slot + 1)
    switch expression {
    case .number(let value): steps.append(.constant(value, to: slot))
    case .signal(let name): steps.append(.signal(index(of: name, in: &numberSignals), to: slot))
    case .negative(let inside):
      try compileNumber(inside, to: slot)
      steps.append(.negate(slot))
    case .arithmetic(let operation, let left, let right):
      try compileNumber(left, to: slot)
      try compileNumber(right, to: slot + 1)
      steps.append(.arithmetic(operation, left: slot, right: slot + 1))
    default: throw Self.misplaced(expression, "a number")
    }
  }

  private mutating func compileTruth(_ expression: RuleExpression, to slot: Int) throws(RuleFault) {
    truthSlots = max(truthSlots, slot + 1)
    switch expression {
    case .comparison(let comparison, let left, let right):
      try compileNumber(left, to: 0)
      try compileNumber(right, to: 1)
      steps.append(.compare(comparison, left: 0, right: 1, to: slot))
    case .isOneOf(let name, let values):
      let column = index(of: name, in: &textSignals)
      steps.append(.textIsOneOf(column, values.map { Array($0.utf8) }, to: slot))
    case .isOneOfNumbers(let value, let numbers):
      try compileNumber(value, to: 0)
      steps.append(.numberIsOneOf(0, numbers, to: slot))
    case .not(let inside):
      try compileTruth(inside, to: slot)
      steps.append(.not(slot))
    case .and(let left, let right):
      try compileTruth(left, to: slot)
      try compileTruth(right, to: slot + 1)
      steps.append(.and(left: slot, right: slot + 1))
    case .or(let left, let right):
      try compileTruth(left, to: slot)
      try compileTruth(right, to: slot + 1)
      steps.append(.or(left: slot, right: slot + 1))
    default: throw Self.misplaced(expression, "a condition")
    }
  }

  private static func misplaced(_ expression: RuleExpression, _ expected: String) -> RuleFault {
    RuleFault(
      offset: 0, message: "a condition does not fit together", found: expression.kind.rawValue,
      expected: expected)
  }

  private func index(of name: String, in names: inout [String]) -> Int {
    if let index = names.firstIndex(of: name) { return index }
    names.append(name)
    return names.count - 1
  }
}
