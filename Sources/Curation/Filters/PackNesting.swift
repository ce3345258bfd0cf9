import Runs
import Streams

/// The packs that are being read, each used by the one before it, and what holds for all of them.
struct PackNesting {
  /// One of the packs.
  struct Pack {
    /// As the user or the pack before it calls it, for example `./mine.yaml`.
    let written: String
    /// Its own name.
    let name: String
    let source: PackSource
  }

  /// More packs within each other than anybody needs; it keeps hostile input off the stack's end.
  private static let deepest = 32

  /// Where packs are looked for before the built-in ones.
  let folder: String?
  /// In place of those of the files, by the rules' ids.
  let conditions: [String: String]
  /// Outermost first.
  private(set) var packs: [Pack] = []

  init(folder: String?, conditions: [String: String] = [:]) {
    self.folder = folder
    self.conditions = conditions
  }

  /// The same with a pack that the innermost uses, or the first.
  func adding(_ pack: Pack) -> PackNesting {
    var nesting = self
    nesting.packs.append(pack)
    return nesting
  }

  /// Where a condition in place of a file's was written.
  func place(ofCondition rule: String) -> String { "--set \(packs.first?.name ?? "").\(rule)" }

  /// The pack that the innermost calls `name`; a fault where there is none, where it leads back to
  /// one that is being read, and where it is nested too deeply.
  func find(_ name: String) throws -> PackSource {
    let user = packs.last?.source
    guard let source = PackSource.find(name, beside: user?.folder, folder: folder) else {
      let known = FilterPack.builtInNames
      throw Fault(
        .input, "there is no filter pack '\(name)'",
        expected: known.joined(separator: ", ") + ", or the path of a .yaml file",
        hint: NearestName.find(name, in: known).map { "did you mean '\($0)'?" })
    }
    if let start = packs.firstIndex(where: { $0.source.identity == source.identity }) {
      let cycle = (packs[start...].map(\.written) + [name]).joined(separator: " uses ")
      let isShadowed = !PackSource.isPath(name) && PackSource.isBuiltIn(name) && user == source
      throw Fault(
        .input, "a pack uses itself: \(cycle)",
        hint: isShadowed
          ? "rename the file '\(source.path)' to use the pack of the program"
          : "take this step out")
    }
    guard packs.count < Self.deepest else {
      throw Fault(
        .input, "packs use one another more than \(Self.deepest) deep",
        hint: "put the steps of some of them into one pack")
    }
    return source
  }
}
