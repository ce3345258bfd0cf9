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
    let pack = try named(name, folder: folder, within: [], conditions: conditions)
    let ids = pack.rules.map(\.id)
    if let unknown = conditions.keys.sorted().first(where: { !ids.contains($0) }) {
      throw Fault(
        .input, "the pack '\(pack.name)' has no rule '\(unknown)'",
        expected: ids.joined(separator: ", "),
        hint: NearestName.find(unknown, in: ids).map { "did you mean '\($0)'?" })
    }
    return pack
  }

  /// - Parameter users: the packs that use this one, outermost first.
  static func named(
    _ name: String, folder: String?, within users: [String], conditions: [String: String]
  ) throws -> FilterPack {
    if name.contains("/") || name.hasSuffix(".yaml") {
      return try read(name, folder: folder, within: users, conditions)
    }
    if let folder {
      let path = "\(folder)/\(name).yaml"
      if Folder.isFile(path) { return try read(path, folder: folder, within: users, conditions) }
    }
    guard let yaml = BuiltInFile.text("filters/\(name).yaml") else {
      throw Fault(
        .input, "there is no filter pack '\(name)'",
        expected: builtInNames.joined(separator: ", ") + ", or the path of a .yaml file",
        hint: NearestName.find(name, in: builtInNames).map { "did you mean '\($0)'?" })
    }
    return try FilterPack(
      yaml: yaml, path: "filters/\(name).yaml", folder: folder, packFolder: nil, within: users,
      conditions: conditions)
  }

  private static func read(
    _ path: String, folder: String?, within users: [String], _ conditions: [String: String]
  ) throws -> FilterPack {
    let bytes = try InputFile.bytes(path)
    guard let yaml = String(validating: bytes, as: UTF8.self) else {
      throw Fault(.input, "'\(path)' is not UTF-8 text", at: path)
    }
    return try FilterPack(
      yaml: yaml, path: path, folder: folder, packFolder: Folder.parent(of: path), within: users,
      conditions: conditions)
  }
}
