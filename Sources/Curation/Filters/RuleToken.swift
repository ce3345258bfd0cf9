/// A piece of a rule's condition, with its place in code points from the start.
struct RuleToken: Equatable {
  enum Kind: Equatable {
    case number(Float)
    case text(String)
    case name(String)
    /// A sign or a reserved word: `<= and (`.
    case sign(String)
    case end
  }

  var kind: Kind
  var offset: Int

  static let words: Set<String> = ["and", "or", "not", "in"]
  private static let signs = [
    "<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ",",
  ]

  /// How faults show it.
  var shown: String {
    switch kind {
    case .number(let value): "\(value)"
    case .text(let value): "\"\(value)\""
    case .name(let value), .sign(let value): "'\(value)'"
    case .end: "the end"
    }
  }

  /// Cuts a condition into tokens, the last of which is `.end`.
  static func cut(_ condition: String) throws(RuleFault) -> [RuleToken] {
    let scalars = Array(condition.unicodeScalars)
    var tokens: [RuleToken] = []
    var at = 0
    while at < scalars.count {
      let first = scalars[at]
      if first.properties.isWhitespace {
        at += 1
        continue
      }
      let (kind, length) = try next(scalars[at...])
      tokens.append(RuleToken(kind: kind, offset: at))
      at += length
    }
    tokens.append(RuleToken(kind: .end, offset: scalars.count))
    return tokens
  }

  private static func next(
    _ rest: ArraySlice<Unicode.Scalar>
  ) throws(RuleFault) -> (kind: Kind, length: Int) {
    let first = rest[rest.startIndex]
    if first == "\"" || first == "'" { return try quoted(rest, by: first) }
    if isDigit(first) || first == "." { return try number(rest) }
    let name = String(String.UnicodeScalarView(rest.prefix(while: isNamePart)))
    if !name.isEmpty {
      return (words.contains(name) ? .sign(name) : .name(name), name.unicodeScalars.count)
    }
    let ahead = String(String.UnicodeScalarView(rest.prefix(2)))
    guard let sign = signs.first(where: ahead.hasPrefix) else {
      throw RuleFault(
        offset: rest.startIndex, message: "a condition cannot hold '\(first)'",
        expected:
          "a signal, a number, a \"text\", or one of < <= > >= == != + - * / ( ) and or not in")
    }
    return (.sign(sign), sign.count)
  }

  private static func quoted(
    _ rest: ArraySlice<Unicode.Scalar>, by quote: Unicode.Scalar
  ) throws(RuleFault) -> (kind: Kind, length: Int) {
    let inside = rest.dropFirst().prefix { $0 != quote }
    guard inside.endIndex < rest.endIndex else {
      throw RuleFault(
        offset: rest.startIndex, message: "a text in a condition has no closing quote",
        expected: "\(quote)")
    }
    return (.text(String(String.UnicodeScalarView(inside))), inside.count + 2)
  }

  private static func number(
    _ rest: ArraySlice<Unicode.Scalar>
  ) throws(RuleFault) -> (kind: Kind, length: Int) {
    var length = 0
    var previous: Unicode.Scalar = "0"
    for scalar in rest {
      let exponentSign = (scalar == "-" || scalar == "+") && (previous == "e" || previous == "E")
      guard isNamePart(scalar) || scalar == "." || exponentSign else { break }
      previous = scalar
      length += 1
    }
    let text = String(String.UnicodeScalarView(rest.prefix(length)))
    guard let value = Float(text.replacing("_", with: "")), value.isFinite else {
      throw RuleFault(
        offset: rest.startIndex, message: "'\(text)' is not a number", found: "'\(text)'",
        expected: "a number such as 0.1 or 100_000")
    }
    return (.number(value), length)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    isDigit(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
      || scalar == "_"
  }
}

/// What is wrong with a condition, at a place in it.
struct RuleFault: Error, Equatable {
  /// Code points from the start of the condition.
  var offset: Int
  var message: String
  var found: String?
  var expected: String?
  var hint: String?
}
