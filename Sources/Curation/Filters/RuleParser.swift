import Runs

/// Parses a rule's condition: comparisons of signals, joined by `and`, `or`, `not`.
///
///     word_count < 50 or hash_ratio / alpha_word_ratio > 0.2
///     language not in ["en", "de"]
///
/// From loose to tight: `or`; `and`; `not`; one comparison or `[not] in [...]`; `+ -`; `* /`; a sign.
struct RuleParser {
  private let tokens: [RuleToken]
  private var position = 0
  private let names: RuleNames
  private var depth = 0
  private var whose = "a condition"
  private var most = RuleSize.ofCondition
  /// The greatest depth of the definitions read so far.
  private var deepestRead = 0

  /// Deeper nesting than any rule needs; it keeps hostile input off the stack's end.
  private static let deepest = 100

  /// Parses a rule's condition.
  static func parse(
    _ condition: String, names: RuleNames = RuleNames()
  ) throws(RuleFault) -> RuleExpression {
    var parser = RuleParser(tokens: try RuleToken.cut(condition), names: names)
    let parsed = try parser.whole()
    try Self.require(parsed.expression, .truth, parsed.offset, "a rule")
    return parsed.expression
  }

  /// Parses an expression of any kind, for a definition.
  static func parseDefinition(
    _ text: String, names: RuleNames
  ) throws(RuleFault) -> RuleNames.Definition {
    var parser = RuleParser(tokens: try RuleToken.cut(text), names: names)
    parser.whose = "a definition"
    parser.most = .ofDefinition
    let parsed = try parser.whole()
    // A name for a definition is a level too: chains of names end wherever their first one stands.
    var size = parsed.size
    size.depth = max(size.depth, parser.deepestRead + 1)
    try size.check(parser.most, parser.whose, at: parsed.offset)
    return RuleNames.Definition(expression: parsed.expression, size: size)
  }

  private init(tokens: [RuleToken], names: RuleNames) {
    self.tokens = tokens
    self.names = names
  }

  private struct Parsed {
    var expression: RuleExpression
    var offset: Int
    var size = RuleSize()
  }

  /// All tokens as one expression.
  private mutating func whole() throws(RuleFault) -> Parsed {
    let parsed = try or()
    guard case .end = token.kind else {
      throw RuleFault(
        offset: token.offset, message: "a condition goes on where it should end",
        found: token.shown, expected: "and, or, or nothing")
    }
    return parsed
  }

  /// An expression made of `parts`, from the first of them on.
  private func made(_ expression: RuleExpression, of parts: Parsed...) throws(RuleFault) -> Parsed {
    let size = RuleSize(around: parts.map(\.size))
    try size.check(most, whose, at: parts.last?.offset ?? 0)
    return Parsed(expression: expression, offset: parts.first?.offset ?? 0, size: size)
  }

  private var token: RuleToken { tokens[position] }

  private mutating func take(_ signs: String...) -> RuleToken? {
    guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
    defer { position += 1 }
    return token
  }

  private static func sign(_ token: RuleToken) -> String {
    if case .sign(let sign) = token.kind { sign } else { "" }
  }

  private static func require(
    _ expression: RuleExpression, _ kind: RuleExpression.Kind, _ offset: Int, _ whose: String
  ) throws(RuleFault) {
    guard expression.kind != kind else { return }
    throw RuleFault(
      offset: offset, message: "\(whose) needs \(kind.rawValue)", found: expression.kind.rawValue,
      expected: kind.rawValue)
  }

  private mutating func or() throws(RuleFault) -> Parsed {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else {
      throw RuleFault(offset: token.offset, message: "a condition is nested too deeply")
    }
    var left = try and()
    while take("or") != nil {
      let right = try and()
      try Self.require(left.expression, .truth, left.offset, "'or'")
      try Self.require(right.expression, .truth, right.offset, "'or'")
      left = try made(.or(left.expression, right.expression), of: left, right)
    }
    return left
  }

  private mutating func and() throws(RuleFault) -> Parsed {
    var left = try not()
    while take("and") != nil {
      let right = try not()
      try Self.require(left.expression, .truth, left.offset, "'and'")
      try Self.require(right.expression, .truth, right.offset, "'and'")
      left = try made(.and(left.expression, right.expression), of: left, right)
    }
    return left
  }

  private mutating func not() throws(RuleFault) -> Parsed {
    var negations: [Int] = []
    while let sign = take("not") { negations.append(sign.offset) }
    var parsed = try comparison()
    if let first = negations.first {
      try Self.require(parsed.expression, .truth, parsed.offset, "'not'")
      if negations.count % 2 == 1 { parsed = try made(.not(parsed.expression), of: parsed) }
      parsed.offset = first
    }
    return parsed
  }

  private mutating func comparison() throws(RuleFault) -> Parsed {
    let left = try sum()
    if let sign = take("<", "<=", ">", ">=", "==", "!=") {
      let right = try sum()
      return try made(try compare(left, sign, right), of: left, right)
    }
    let denied = take("not")
    if take("in") != nil {
      let membership = try membership(of: left)
      return try made(denied == nil ? membership : .not(membership), of: left)
    }
    if denied != nil {
      throw RuleFault(
        offset: token.offset, message: "'not' stands after a value without 'in'",
        found: token.shown, expected: "in")
    }
    return left
  }

  private func compare(
    _ left: Parsed, _ token: RuleToken, _ right: Parsed
  ) throws(RuleFault) -> RuleExpression {
    let sign = Self.sign(token)
    guard left.expression.kind != .truth else {
      throw RuleFault(
        offset: left.offset, message: "'\(sign)' cannot compare a condition",
        found: "a condition", expected: "a number or a text")
    }
    try Self.require(right.expression, left.expression.kind, right.offset, "'\(sign)'")
    if left.expression.kind == .number {
      guard let comparison = RuleExpression.Comparison(rawValue: sign) else { return .number(0) }
      return .comparison(comparison, left.expression, right.expression)
    }
    guard sign == "==" || sign == "!=" else {
      throw RuleFault(
        offset: token.offset, message: "'\(sign)' cannot compare texts", found: "'\(sign)'",
        expected: "==, != or in")
    }
    let equality: RuleExpression
    switch (left.expression, right.expression) {
    case (.textSignal(let name), .text(let value)), (.text(let value), .textSignal(let name)):
      equality = .isOneOf(name, [value])
    default:
      throw RuleFault(
        offset: left.offset,
        message: "'\(sign)' needs a signal on one side and a \"text\" on the other")
    }
    return sign == "==" ? equality : .not(equality)
  }

  private mutating func membership(of left: Parsed) throws(RuleFault) -> RuleExpression {
    guard take("[") != nil else {
      throw RuleFault(
        offset: token.offset, message: "'in' needs a list", found: token.shown,
        expected: "[a, b, …]")
    }
    var texts: [String] = []
    var numbers: [Float] = []
    repeat {
      let item = token
      let sign: Float = take("-") == nil ? 1 : -1
      switch (token.kind, left.expression) {
      case (.text(let value), .textSignal) where sign == 1: texts.append(value)
      case (.number(let value), _) where left.expression.kind == .number:
        numbers.append(sign * value)
      default:
        let expected = left.expression.kind == .number ? "a number" : "a \"text\""
        throw RuleFault(
          offset: item.offset, message: "a list of 'in' has an item that cannot be compared",
          found: item.shown, expected: expected)
      }
      position += 1
    } while take(",") != nil
    guard take("]") != nil else {
      throw RuleFault(
        offset: token.offset, message: "a list has no end", found: token.shown, expected: "]")
    }
    if case .textSignal(let name) = left.expression { return .isOneOf(name, texts) }
    return .isOneOfNumbers(left.expression, numbers)
  }

  private mutating func sum() throws(RuleFault) -> Parsed {
    var left = try product()
    while let sign = take("+", "-") { left = try join(left, sign, try product()) }
    return left
  }

  private mutating func product() throws(RuleFault) -> Parsed {
    var left = try signed()
    while let sign = take("*", "/") { left = try join(left, sign, try signed()) }
    return left
  }

  private func join(
    _ left: Parsed, _ token: RuleToken, _ right: Parsed
  ) throws(RuleFault) -> Parsed {
    let sign = Self.sign(token)
    try Self.require(left.expression, .number, left.offset, "'\(sign)'")
    try Self.require(right.expression, .number, right.offset, "'\(sign)'")
    guard let operation = RuleExpression.Arithmetic(rawValue: sign) else { return left }
    return try made(.arithmetic(operation, left.expression, right.expression), of: left, right)
  }

  private mutating func signed() throws(RuleFault) -> Parsed {
    var signs: [Int] = []
    while let sign = take("-") { signs.append(sign.offset) }
    var parsed = try value()
    if let first = signs.first {
      try Self.require(parsed.expression, .number, parsed.offset, "'-'")
      if signs.count % 2 == 1 {
        if case .number(let value) = parsed.expression {
          parsed.expression = .number(-value)
        } else {
          parsed = try made(.negative(parsed.expression), of: parsed)
        }
      }
      parsed.offset = first
    }
    return parsed
  }

  private mutating func value() throws(RuleFault) -> Parsed {
    let start = token
    if take("(") != nil {
      let inside = try or()
      guard take(")") != nil else {
        throw RuleFault(
          offset: token.offset, message: "a parenthesis is not closed", found: token.shown,
          expected: ")")
      }
      return Parsed(expression: inside.expression, offset: start.offset, size: inside.size)
    }
    switch start.kind {
    case .number(let value):
      position += 1
      return Parsed(expression: .number(value), offset: start.offset)
    case .text(let value):
      position += 1
      return Parsed(expression: .text(value), offset: start.offset)
    case .name(let name):
      position += 1
      if let definition = names.definitions[name] {
        deepestRead = max(deepestRead, definition.size.depth)
        return Parsed(
          expression: definition.expression, offset: start.offset, size: definition.size)
      }
      switch names.kind(name) {
      case .number: return Parsed(expression: .signal(name), offset: start.offset)
      case .text: return Parsed(expression: .textSignal(name), offset: start.offset)
      case nil:
        let nearest = NearestName.find(name, in: names.all)
        throw RuleFault(
          offset: start.offset, message: "unknown signal '\(name)'", found: name,
          expected: "a signal that 'midstream filters list --signals' names",
          hint: nearest.map { "rename it to '\($0)'" })
      }
    default:
      throw RuleFault(
        offset: start.offset, message: "a condition lacks a value", found: start.shown,
        expected: "a signal, a number, a \"text\" or (")
    }
  }
}
