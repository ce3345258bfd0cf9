import Runs
import Streams

/// One rule of a pack: a document fails when the condition is certainly true.
public struct FilterRule: Sendable, Equatable {
  /// The reason in decisions, for example `gopher_short_doc`.
  public let id: String
  /// As written in the pack, for example `word_count < 50`.
  public let condition: String
  /// Whether a document may be dropped at once, before the other stages have seen it.
  public let early: Bool
  let program: RuleProgram

  /// The signals that the condition reads.
  public var signals: [String] { program.numberSignals + program.textSignals }
}

/// An edit with its options, as a pack names it.
public struct PackEdit: Sendable, Equatable {
  /// For example `collapse_newlines`.
  public let name: String
  public let edit: any TextEdit

  public static func == (a: Self, b: Self) -> Bool {
    a.name == b.name && a.edit.configuration == b.edit.configuration
  }
}

/// A filter pack: an ordered list of measurements, edits and rules, from a YAML file with the paper
/// behind it.
///
///     let pack = try FilterPack.named("gopher-quality")
///     pack.rules.first?.condition  // "word_count < 50"
///
/// Measurements and rules act on the text as the edits before them left it.
public struct FilterPack: Sendable, Equatable {
  public let name: String
  /// Raised when a threshold or a rule changes.
  public let version: Int
  public let paper: String
  public let description: String
  /// The language that the rules were made for (ISO 639), nil for any.
  public let language: String?
  /// Expressions with a name that conditions read, those of the packs that it uses too.
  public let definitions: [Definition]
  public let steps: [Step]

  /// An expression with a name.
  public struct Definition: Sendable, Equatable {
    public let name: String
    /// As written in the pack.
    public let expression: String
  }

  /// One step of a pack.
  public enum Step: Sendable, Equatable {
    case measure([String], words: WordMode)
    case list(PackList)
    case edit(PackEdit)
    case rule(FilterRule)
  }

  /// The signals that the pack measures, each once, in order; its lists are not among them.
  public var measurements: [String] {
    var names: [String] = []
    for case .measure(let measured, _) in steps {
      for name in measured where !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// What the pack measures means, its lists included.
  public var signals: [SignalDescription] {
    var signals: [SignalDescription] = []
    for step in steps {
      let measured: [SignalDescription] =
        switch step {
        case .measure(let names, _): names.compactMap(SignalRegistry.find)
        case .list(let list): [list.description]
        case .edit, .rule: []
        }
      for signal in measured where !signals.contains(where: { $0.name == signal.name }) {
        signals.append(signal)
      }
    }
    return signals
  }

  /// In the order in which decisions list them.
  public var rules: [FilterRule] {
    steps.compactMap { if case .rule(let rule) = $0 { rule } else { nil } }
  }

  /// The edits, in order.
  public var edits: [PackEdit] {
    steps.compactMap { if case .edit(let edit) = $0 { edit } else { nil } }
  }

  /// Reads a pack; all its faults come out together, with file, line, column and nearest name.
  ///
  /// - Parameters:
  ///   - path: The name of the file, for faults; the files of its lists are looked for beside it.
  ///   - folder: Where packs that it uses are looked for before the built-in ones.
  public init(yaml: String, path: String, folder: String? = nil) throws {
    try self.init(
      yaml: yaml, path: path, folder: folder, packFolder: Folder.parent(of: path), within: [],
      conditions: [:])
  }

  /// - Parameters:
  ///   - packFolder: where the files of its lists are; nil for a pack of the program.
  ///   - users: the packs that use this one, outermost first.
  ///   - conditions: in place of the file's, by the rules' ids.
  init(
    yaml: String, path: String, folder: String?, packFolder: String?, within users: [String],
    conditions: [String: String]
  ) throws {
    let recipe = try Recipe(text: yaml, path: path)
    let root = recipe.root
    name = root.requiredString("name")
    version = root.integer("version", in: 1...1_000_000) ?? 0
    if version == 0, !root.keys.contains("version") { root.missing("version") }
    paper = root.requiredString("paper")
    description = root.requiredString("description")
    language = root.string("language")
    let reader = FilterPackReader(
      words: root.choice("words", of: WordMode.allCases.map(\.rawValue)).flatMap(WordMode.init)
        ?? .datatrove, folder: folder, packFolder: packFolder, users: users + [name],
      conditions: conditions)
    try reader.readLists(root)
    reader.readDefinitions(root)
    try reader.readSteps(root)
    definitions = reader.definitions
    steps = reader.steps
    try recipe.finish()
  }
}
