import Corpora
import Runs
import Streams

extension FilterPack {
  /// The names of the packs that the program carries in itself, sorted.
  public static var builtInNames: [String] {
    BuiltInFile.names(in: "filters", ending: ".yaml")
  }

  /// The pack of this name: from `folder` where one is given and has it, else built in. A `name`
  /// with a slash or `.yaml` is the path of a file.
  /// - Parameter conditions: other conditions for rules, by the rules' ids.
  public static func named(
    _ name: String, folder: String? = nil, conditions: [String: String] = [:]
  ) throws -> FilterPack {
    let pack = try read(name, within: PackNesting(folder: folder, conditions: conditions))
    let ids = pack.rules.map(\.id)
    if let unknown = conditions.keys.sorted().first(where: { !ids.contains($0) }) {
      throw Fault(
        .input, "the pack '\(pack.name)' has no rule '\(unknown)'",
        expected: ids.joined(separator: ", "),
        hint: NearestName.find(unknown, in: ids).map { "did you mean '\($0)'?" })
    }
    return pack
  }

  /// The pack that the innermost of `nesting`, or the user, calls `name`.
  static func read(_ name: String, within nesting: PackNesting) throws -> FilterPack {
    let source = try nesting.find(name)
    return try FilterPack(yaml: try source.yaml(), from: source, as: name, within: nesting)
  }
}
