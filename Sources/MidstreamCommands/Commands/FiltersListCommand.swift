import ArgumentParser
import Curation
import Reports
import Runs

extension FiltersCommand {
  /// `midstream filters list`.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the built-in packs with their papers, or the signals that rules can read.",
      discussion: """
        EXAMPLE
          midstream filters list
          midstream filters list --signals
        """)

    @OptionGroup var common: CommonOptions

    @Flag(help: "List signals instead: unit, meaning, paper and what measures them.")
    var signals = false

    private struct Row: Encodable {
      var name: String
      var version: Int
      /// The language that the pack was made for; absent: any.
      var language: String?
      var rules: Int
      var edits: Int
      var paper: String
      var description: String
    }

    func run() throws {
      if signals { return try listSignals() }
      let rows = try FilterPack.builtInNames.map { name in
        let pack = try FilterPack.named(name)
        return Row(
          name: pack.name, version: pack.version, language: pack.language,
          rules: pack.rules.count, edits: pack.edits.count, paper: pack.paper,
          description: pack.description)
      }
      if common.json { return try Output.json(rows) }
      for row in rows {
        let facts =
          ["version \(row.version)", counted(row.rules, "rule")]
          + (row.edits > 0 ? [counted(row.edits, "edit")] : [])
          + (row.language.map { ["for language '\($0)'"] } ?? [])
        try Output.print("\(row.name) (\(facts.joined(separator: ", ")))")
        try Output.print("  \(row.description)\n  paper: \(row.paper)")
      }
    }

    private func listSignals() throws {
      let rows = SignalRegistry.all.map(SignalRow.init)
      if common.json { return try Output.json(rows) }
      for line in SignalRow.table(rows).lines(width: .max) { try Output.print(line) }
    }
  }
}
