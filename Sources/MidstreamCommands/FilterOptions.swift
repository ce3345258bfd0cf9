import ArgumentParser
import Curation

/// Which filter packs a command applies.
struct FilterOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Filter packs: built-in names or paths of YAML files.", valueName: "pack"))
  var filter: [String]

  @Option(
    help: ArgumentHelp("A folder of packs that go before the built-in ones.", valueName: "dir"))
  var filters: String?

  func packs() throws -> [FilterPack] {
    if let filters { try InputPath.checkFolder(filters, expected: "a folder of filter packs") }
    return try filter.map { try FilterPack.named($0, folder: filters) }
  }
}
