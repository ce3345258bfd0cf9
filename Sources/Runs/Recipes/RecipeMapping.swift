import Streams
import Yams

/// One mapping of a recipe. Asking for a key makes it known; `close()` reports the others.
///
/// A reader returns nil both for a missing key and for a wrong value; the latter is also a fault,
/// so that reading goes on and all faults come out together.
public final class RecipeMapping {
  /// Where this mapping is, for example `training.stages[1]`; empty at the top.
  public let keyPath: String
  let node: Node
  private let ledger: RecipeFaults
  private var known: [String] = []
  private var children: [RecipeMapping] = []

  init(node: Node, keyPath: String, ledger: RecipeFaults) {
    self.node = node
    self.keyPath = keyPath
    self.ledger = ledger
    if node.mapping == nil {
      ledger.add(
        keyPath.isEmpty ? "the file is not a mapping" : "'\(keyPath)' is not a mapping", at: node,
        found: describe(node), expected: "key: value lines")
    }
  }

  /// The keys that the file has, in file order.
  public var keys: [String] { node.mapping?.keys.compactMap(\.string) ?? [] }

  /// The file and line of this mapping, for faults of the caller's own.
  public func fault(_ key: String?, _ message: String, expected: String? = nil, hint: String? = nil)
  {
    let value = key.flatMap { node.mapping?[$0] }
    ledger.add(
      message, at: value ?? node, found: value.map(describe), expected: expected, hint: hint)
  }

  /// A fault at one character of the text of `key`, for example inside an expression. It shows that
  /// character's column where the text is on one line, else the place where the text starts.
  public func fault(
    _ key: String, character offset: Int, _ message: String, found: String? = nil,
    expected: String? = nil, hint: String? = nil
  ) {
    let value = node.mapping?[key] ?? node
    var shift = 0
    if let scalar = value.scalar, !scalar.string.contains("\n") {
      let quoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
      if quoted || scalar.style == .plain || scalar.style == .any {
        shift = offset + (quoted ? 1 : 0)
      }
    }
    ledger.add(message, at: value, shift: shift, found: found, expected: expected, hint: hint)
  }

  private func path(_ key: String) -> String { keyPath.isEmpty ? key : "\(keyPath).\(key)" }

  private func value(_ key: String) -> Node? {
    if !known.contains(key) { known.append(key) }
    guard let value = node.mapping?[key] else { return nil }
    let isQuoted = value.scalar.map { [.singleQuoted, .doubleQuoted].contains($0.style) } ?? false
    if value.scalar?.string == "", !isQuoted { return nil }
    return value
  }

  private func wrongType(_ key: String, _ value: Node, _ expected: String) {
    ledger.add(
      "wrong value for '\(path(key))'", at: value, found: describe(value), expected: expected)
  }

  /// Any scalar, as it is written.
  public func string(_ key: String) -> String? {
    guard let value = value(key) else { return nil }
    guard let text = value.scalar?.string else {
      wrongType(key, value, "text")
      return nil
    }
    return text
  }

  /// Text that must be there.
  public func requiredString(_ key: String) -> String {
    if let text = string(key) { return text }
    if node.mapping?[key] == nil { missing(key) }
    return ""
  }

  /// Reports a key that must be there and is not.
  public func missing(_ key: String, hint: String? = nil) {
    ledger.add("'\(path(key))' is missing", at: node, expected: "\(key): …", hint: hint)
  }

  /// One of `choices`.
  public func choice(_ key: String, of choices: [String]) -> String? {
    guard let text = string(key) else { return nil }
    guard choices.contains(text) else {
      fault(
        key, "unknown value '\(text)' for '\(path(key))'",
        expected: choices.joined(separator: ", "),
        hint: NearestName.find(text, in: choices).map { "did you mean '\($0)'?" })
      return nil
    }
    return text
  }

  public func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
    guard let value = value(key) else { return nil }
    let digits = value.scalar?.string.replacing("_", with: "")
    guard let number = digits.flatMap({ Int($0) }) else {
      wrongType(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    guard range.contains(number) else {
      wrongType(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  public func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = value.scalar.flatMap({ Double($0.string) }), range.contains(number) else {
      wrongType(key, value, "a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return number
  }

  /// A number for each key of a mapping, or one number alone, which stands for all under "".
  public func keyedNumbers(_ key: String, in range: ClosedRange<Double>) -> [String: Double]? {
    guard value(key)?.mapping != nil, let mapping = mapping(key) else {
      return number(key, in: range).map { ["": $0] }
    }
    let numbers = mapping.keys.compactMap { name in
      mapping.number(name, in: range).map { (name, $0) }
    }
    return Dictionary(numbers, uniquingKeysWith: { first, _ in first })
  }

  public func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    switch value.scalar?.string {
    case "true": return true
    case "false": return false
    default:
      wrongType(key, value, "true or false")
      return nil
    }
  }

  /// A list of texts; one text alone counts as a list of one.
  public func strings(_ key: String) -> [String]? {
    guard let value = value(key) else { return nil }
    if let text = value.scalar?.string { return [text] }
    guard let items = value.sequence else {
      wrongType(key, value, "a list of texts")
      return nil
    }
    return items.compactMap { item in
      if item.scalar == nil { wrongType(key, item, "text") }
      return item.scalar?.string
    }
  }

  public func mapping(_ key: String) -> RecipeMapping? {
    guard let value = value(key) else { return nil }
    return child(value, path(key))
  }

  /// A list of mappings.
  public func mappings(_ key: String) -> [RecipeMapping]? {
    guard let value = value(key) else { return nil }
    guard let items = value.sequence else {
      wrongType(key, value, "a list of mappings")
      return nil
    }
    return items.enumerated().map { child($1, "\(path(key))[\($0)]") }
  }

  /// The keys of a mapping whose values are read elsewhere.
  public func mappingKeys(_ key: String) -> [String] {
    value(key)?.mapping?.keys.compactMap(\.string) ?? []
  }

  /// Whether the value of a key is a list, or one text, which says how to read it.
  public func isList(_ key: String) -> Bool { value(key)?.sequence != nil }
  public func isText(_ key: String) -> Bool { value(key)?.scalar != nil }

  /// Whether a key is missing, or has nothing behind it.
  public func isEmpty(_ key: String) -> Bool { value(key) == nil }

  /// Accepts a key without reading it.
  public func ignore(_ key: String) { _ = value(key) }

  private func child(_ node: Node, _ keyPath: String) -> RecipeMapping {
    let mapping = RecipeMapping(node: node, keyPath: keyPath, ledger: ledger)
    children.append(mapping)
    return mapping
  }

  /// Reports each key that nobody asked for, here and below.
  func close() {
    for key in node.mapping?.keys ?? Node.Mapping([]).keys {
      guard let name = key.string, !known.contains(name) else { continue }
      let place = keyPath.isEmpty ? "" : " in '\(keyPath)'"
      let nearest = NearestName.find(name, in: known)
      ledger.add(
        "unknown key '\(name)'\(place)", at: key, found: name,
        expected: known.sorted().joined(separator: ", "),
        hint: nearest.map { "rename it to '\($0)'" })
    }
    for child in children { child.close() }
  }

  private func describe(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar):
      scalar.string.isEmpty
        ? "nothing" : "'\(scalar.string.prefix(80))'" + (scalar.string.count > 80 ? "…" : "")
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
