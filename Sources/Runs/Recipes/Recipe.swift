import Streams
import Yams

/// A YAML file that is read strictly: each key is known, each value has its type, and all faults
/// come out together, in file order, each with file, line and the nearest valid name.
///
///     let recipe = try Recipe(path: "recipe.yaml")
///     let sampling = recipe.root.mapping("sampling")
///     let weight = sampling?.number("weight", in: 0...1) ?? 1
///     try recipe.finish()
public final class Recipe {
  /// The name of the file, as faults show it.
  public let path: String
  /// The top of the file. It is an empty mapping where the file holds something else, which
  /// `finish()` reports.
  public private(set) var root: RecipeMapping
  let ledger: RecipeFaults

  public convenience init(path: String, overrides: [RecipeOverride] = []) throws {
    let bytes = try InputFile.bytes(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Fault(.input, "'\(path)' is not UTF-8 text", at: path)
    }
    try self.init(text: text, path: path, overrides: overrides)
  }

  /// Reads `text`, which came from `path`, with `overrides` laid over it.
  public init(text: String, path: String, overrides: [RecipeOverride] = []) throws {
    self.path = path
    ledger = RecipeFaults(path: path)
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Recipe.fault(error, path: path)
    }
    guard var top = node, top != Node("") else {
      throw Fault(
        .input, "'\(path)' is empty", at: path, expected: "a recipe",
        hint: "start from one of the recipes in tools/recipes")
    }
    for override in overrides { try override.apply(to: &top) }
    top = try Recipe.layingSize(over: top)
    // The command line may choose the size, and wins over it.
    for override in overrides { try override.apply(to: &top) }
    root = RecipeMapping(node: top, keyPath: "", ledger: ledger)
  }

  /// Throws all the faults found so far, unknown keys included. Call it when everything was read.
  public func finish() throws {
    root.close()
    let faults = ledger.sorted
    if !faults.isEmpty { throw Faults(faults) }
  }

  /// A top-level `size: NAME` lays the mapping `sizes: NAME:` over the rest.
  private static func layingSize(over top: Node) throws -> Node {
    guard case .mapping(let mapping) = top, let size = mapping["size"]?.string,
      let overlay = mapping["sizes"]?.mapping?[size]
    else { return top }
    return merged(top, overlay)
  }

  /// A mapping over a mapping changes the keys that it names; over a list, the items whose
  /// positions it names (`0: {steps: 10}`); anything else replaces what was there.
  private static func merged(_ under: Node, _ over: Node) -> Node {
    guard case .mapping(let changes) = over else { return over }
    if case .sequence(var items) = under {
      for (key, value) in changes {
        guard let index = key.int, items.indices.contains(index) else { return over }
        items[index] = merged(items[index], value)
      }
      return .sequence(items)
    }
    guard case .mapping(var mapping) = under else { return over }
    for (key, value) in changes {
      mapping[key] = mapping[key].map { merged($0, value) } ?? value
    }
    return .mapping(mapping)
  }

  private static func fault(_ error: YamlError, path: String) -> Fault {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return Fault(
        .input, "'\(path)' is not valid YAML", at: "\(path):\(mark.line):\(mark.column)",
        found: problem, hint: "look for a missing quote, colon or space at this place")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let name = duplicates.compactMap { Node(String(describing: $0)).string }.joined(
        separator: ", ")
      return Fault(
        .input, "'\(path)' names a key twice", at: "\(path):\(context.mark.line)", found: name,
        hint: "keep one of them")
    default:
      return Fault(.input, "'\(path)' is not valid YAML", at: path, found: "\(error)")
    }
  }
}

/// `--set key.path=value`: lays one value over a recipe.
public struct RecipeOverride: Sendable, Equatable {
  public var keys: [String]
  /// YAML.
  public var value: String

  /// Parses `key.path=value`.
  public init(_ argument: String) throws {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw Fault(
        .input, "'--set \(argument)' has no value", expected: "--set key=value",
        hint: "for example --set size=tiny")
    }
    keys = argument[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(
      String.init)
    value = String(argument[argument.index(after: equals)...])
  }

  func apply(to top: inout Node) throws {
    let node: Node
    do {
      node = try Yams.compose(yaml: value).map(Self.withoutMarks) ?? Node("")
    } catch {
      throw Fault(
        .input, "'--set \(keys.joined(separator: "."))' has a value that is not YAML",
        found: value)
    }
    top = set(node, at: keys[...], in: top)
  }

  /// A value from the command line has no line in the file.
  private static func withoutMarks(_ node: Node) -> Node {
    switch node {
    case .scalar(let scalar): .scalar(.init(scalar.string, scalar.tag, scalar.style))
    case .sequence(let items): .sequence(.init(items.map(withoutMarks), items.tag, items.style))
    case .mapping(let mapping):
      .mapping(
        .init(
          mapping.map { (withoutMarks($0.key), withoutMarks($0.value)) }, mapping.tag,
          mapping.style))
    case .alias: node
    }
  }

  private func set(_ value: Node, at keys: ArraySlice<String>, in node: Node) -> Node {
    guard let key = keys.first else { return value }
    if case .sequence(var sequence) = node, let index = Int(key), sequence.indices.contains(index) {
      sequence[index] = set(value, at: keys.dropFirst(), in: sequence[index])
      return .sequence(sequence)
    }
    var mapping = node.mapping ?? Node.Mapping([])
    mapping[Node(key)] = set(value, at: keys.dropFirst(), in: mapping[Node(key)] ?? Node(""))
    return .mapping(mapping)
  }
}

/// The faults of one recipe, with the place of each.
final class RecipeFaults {
  private let path: String
  private var found: [(line: Int, column: Int, fault: Fault)] = []

  init(path: String) { self.path = path }

  func add(
    _ message: String, at node: Node, shift: Int = 0, found value: String? = nil,
    expected: String? = nil, hint: String? = nil
  ) {
    let line = node.mark?.line ?? 0
    let column = (node.mark?.column ?? 0) + shift
    let place = line == 0 ? "\(path) (--set)" : "\(path):\(line):\(column)"
    found.append(
      (
        line, column,
        Fault(.input, message, at: place, found: value, expected: expected, hint: hint)
      ))
  }

  var sorted: [Fault] {
    found.enumerated()
      .sorted { ($0.1.line, $0.1.column, $0.0) < ($1.1.line, $1.1.column, $1.0) }
      .map(\.1.fault)
  }
}
