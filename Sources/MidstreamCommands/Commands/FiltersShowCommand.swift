import ArgumentParser
import Curation
import Runs
import Streams

extension FiltersCommand {
  /// `midstream filters show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a pack's steps in order, or what a signal means and who reads it.",
      discussion: """
        EXAMPLE
          midstream filters show gopher-quality
          midstream filters show mean_word_length
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "A pack (a built-in name or the path of a YAML file) or a signal.")
    var name: String

    @Option(
      help: ArgumentHelp("A folder of packs that go before the built-in ones.", valueName: "dir"))
    var filters: String?

    func run() throws {
      if let filters { try InputPath.checkFolder(filters, expected: "a folder of filter packs") }
      guard let signal = SignalRegistry.find(name) else {
        let account = PackAccount(try pack())
        return common.json ? try Output.json(account) : try Output.print(account.text)
      }
      let account = try SignalAccount(signal, packs: packs())
      if common.json { return try Output.json(account) }
      // People see a pack and a signal of one name.
      if FilterPack.builtInNames.contains(name) {
        try Output.print(PackAccount(try pack()).text + "\n")
      }
      try Output.print(account.text)
    }

    private func pack() throws -> FilterPack {
      do { return try FilterPack.named(name, folder: filters) } catch var fault as Fault {
        guard fault.message == "there is no filter pack '\(name)'" else { throw fault }
        fault.message = "there is no filter pack or signal '\(name)'"
        fault.hint = NearestName.find(
          name, in: FilterPack.builtInNames + SignalRegistry.all.map(\.name)
        ).map { "did you mean '\($0)'?" }
        throw fault
      }
    }

    /// All built-in packs, and those of the folder.
    private func packs() throws -> [FilterPack] {
      var names = Set(FilterPack.builtInNames)
      if let filters {
        for file in try Folder.names(in: filters) where file.hasSuffix(".yaml") {
          names.insert(String(file.dropLast(5)))
        }
      }
      return try names.sorted().map { try FilterPack.named($0, folder: filters) }
    }
  }
}
