/// A typed condition, as parsed.
indirect enum RuleExpression: Sendable, Equatable {
  enum Arithmetic: String { case add = "+", subtract = "-", multiply = "*", divide = "/" }
  enum Comparison: String {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "=="
    case unequal = "!="
  }

  // Numbers.
  case number(Float)
  case signal(String)
  case negative(RuleExpression)
  case arithmetic(Arithmetic, RuleExpression, RuleExpression)
  // Texts.
  case text(String)
  case textSignal(String)
  // Truths.
  case comparison(Comparison, RuleExpression, RuleExpression)
  case isOneOf(String, [String])
  case isOneOfNumbers(RuleExpression, [Float])
  case not(RuleExpression)
  case and(RuleExpression, RuleExpression)
  case or(RuleExpression, RuleExpression)

  enum Kind: String {
    case number = "a number"
    case text = "a text"
    case truth = "a condition"
  }

  var kind: Kind {
    switch self {
    case .number, .signal, .negative, .arithmetic: .number
    case .text, .textSignal: .text
    case .comparison, .isOneOf, .isOneOfNumbers, .not, .and, .or: .truth
    }
  }
}
