import ArgumentParser
import Curation
import Runs
import Streams

/// Which filter packs a command applies.
struct FilterOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Filter packs: built-in names or paths of YAML files.", valueName: "pack"))
  var filter: [String] = []

  @Option(
    help: ArgumentHelp("A folder of packs that go before the built-in ones.", valueName: "dir"))
  var filters: String?

  @Option(
    help: ArgumentHelp(
      "Another condition for one rule, for example gopher-quality.gopher_short_doc='word_count < 30'. "
        + "Repeat it.", valueName: "pack.rule=condition"))
  var set: [String] = []

  /// The packs of the command line; a fault where there is none.
  func packs() throws -> [FilterPack] {
    guard !filter.isEmpty else {
      throw ValidationError("Missing expected argument '--filter <pack> ...'")
    }
    return try Self.packs(filter, folder: filters, conditions: set)
  }

  /// - Parameter conditions: `PACK.RULE=CONDITION`.
  static func packs(
    _ names: [String], folder: String?, conditions: [String]
  ) throws -> [FilterPack] {
    if let folder { try InputPath.checkFolder(folder, expected: "a folder of filter packs") }
    var changes: [String: [String: String]] = [:]
    for argument in conditions {
      let change = try ConditionChange(argument)
      changes[change.pack, default: [:]][change.rule] = change.condition
    }
    var unused = changes
    let packs = try names.map { name in
      let pack = try FilterPack.named(name, folder: folder)
      guard let conditions = changes[pack.name] else { return pack }
      unused[pack.name] = nil
      return try FilterPack.named(name, folder: folder, conditions: conditions)
    }
    let applied = packs.map(\.name)
    if let place = applied.indices.first(where: { applied[..<$0].contains(applied[$0]) }) {
      throw Fault(
        .input, "two filter packs are called '\(applied[place])'",
        found: names.joined(separator: ", "), hint: "name each once, or rename one of the files")
    }
    if let name = unused.keys.sorted().first {
      throw Fault(
        .input, "'--set' names the pack '\(name)', which is not applied",
        expected: packs.map(\.name).joined(separator: ", "),
        hint: NearestName.find(name, in: packs.map(\.name)).map { "did you mean '\($0)'?" })
    }
    return packs
  }
}

/// `--set PACK.RULE=CONDITION`.
private struct ConditionChange {
  var pack: String
  var rule: String
  var condition: String

  init(_ argument: String) throws {
    let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let names = sides[0].split(separator: ".", maxSplits: 1)
    guard sides.count == 2, names.count == 2, !sides[1].isEmpty else {
      throw Fault(
        .input, "'--set \(argument)' changes no rule", expected: "PACK.RULE=CONDITION",
        hint: "for example --set gopher-quality.gopher_short_doc='word_count < 30'")
    }
    pack = String(names[0])
    rule = String(names[1])
    condition = String(sides[1])
  }
}
