import ArgumentParser
import Corpora
import Curation
import Foundation
import Reports
import Runs
import Streams

/// `midstream filters list|show|try`.
struct FiltersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Show filter packs, and try them on a text.",
    discussion: """
      EXAMPLE
        midstream filters try essay.txt --filter gopher-quality
      """,
    subcommands: [List.self, Show.self, Try.self])

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the built-in packs with their papers.",
      discussion: """
        EXAMPLE
          midstream filters list
        """)

    @OptionGroup var common: CommonOptions

    private struct Row: Encodable {
      var name: String
      var version: Int
      var rules: Int
      var paper: String
      var description: String
    }

    func run() throws {
      let rows = try FilterPack.builtInNames.map { name in
        let pack = try FilterPack.named(name)
        return Row(
          name: pack.name, version: pack.version, rules: pack.rules.count, paper: pack.paper,
          description: pack.description)
      }
      if common.json { return try Output.json(rows) }
      for row in rows {
        try Output.print("\(row.name) (version \(row.version), \(row.rules) rules)")
        try Output.print("  \(row.description)\n  paper: \(row.paper)")
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a pack's rules, and the signals that they read.",
      discussion: """
        EXAMPLE
          midstream filters show gopher-quality
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "A pack: a built-in name or the path of a YAML file.")
    var name: String

    @Option(
      help: ArgumentHelp("A folder of packs that go before the built-in ones.", valueName: "dir"))
    var filters: String?

    func run() throws {
      let pack = try FilterPack.named(name, folder: filters).explanation
      if common.json { return try Output.json(PackRecord(pack)) }
      try Output.print("\(pack.name), version \(pack.version)\n\(pack.description)")
      try Output.print("paper: \(pack.paper)\n")
      let rules = TextTable(
        columns: [.text("rule"), .text("a document fails when"), .text("early", rank: 1)],
        rows: pack.rules.map { [$0.id, $0.condition, $0.early ? "yes" : ""] })
      let signals = TextTable(
        columns: [.text("signal"), .text("unit", rank: 1), .text("meaning")],
        rows: pack.signals.map { [$0.name, $0.unit, $0.meaning] })
      // Conditions and meanings are never cut.
      for line in rules.lines(width: .max) + [""] + signals.lines(width: .max) {
        try Output.print(line)
      }
    }
  }

  struct Try: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Judge one text by each rule: pass or fail, value, threshold.",
      discussion: """
        EXAMPLE
          midstream filters try essay.txt --filter gopher-quality language
          echo "a short text" | midstream filters try - --filter gopher-quality --json
        """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "A text file; - for standard input.")
    var file: String

    @OptionGroup var filters: FilterOptions

    func run() throws {
      let packs = try filters.packs()
      let text = try self.text()
      let language = text.withUnsafeBytes { LanguageDetector().detect($0) }
      let trials = try FilterChain(packs).trials(of: text).map {
        TrialRecord(pack: packs[$0.pack].name, $0)
      }
      let fails = trials.filter { $0.verdict == "fails" }.count
      if common.json {
        return try Output.json(
          Judgement(
            file: file, bytes: text.count, language: language.code,
            languageScore: Double(language.score), keeps: fails == 0, rules: trials))
      }
      let table = TextTable(
        columns: [
          .text("pack", rank: 2), .text("rule"), .text("verdict"), .text("values"),
          .number("threshold", rank: 1), .text("fails when", rank: 3),
        ],
        rows: trials.map { trial in
          [
            trial.pack, trial.rule, trial.verdict,
            trial.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.text)" }
              .joined(separator: ", "), trial.threshold.map(shown) ?? "", trial.failsWhen,
          ]
        })
      for line in table.lines(width: max(Output.width, 120)) { try Output.print(line) }
      try Output.print(
        "\n\(file): \(fails == 0 ? "kept" : "removed"), fails \(fails) of \(trials.count) rules")
    }

    private func text() throws -> [UInt8] {
      if file != "-" { try InputPath.checkFile(file) }
      if file.hasSuffix(".jsonl") || file.hasSuffix(".jsonl.zst") || file.hasSuffix(".jsonl.gz") {
        throw Fault(
          .input, "'\(file)' holds many documents", expected: "one text",
          hint: "'midstream curate --input \(file)' judges them all")
      }
      let bytes =
        try file == "-"
        ? FileSource(standardInput: ()).readAll() : InputFile.decompressedBytes(file)
      let name = file == "-" ? "standard input" : "'\(file)'"
      guard !bytes.isEmpty else { throw Fault(.input, "\(name) is empty", expected: "a text") }
      guard bytes.withUnsafeBytes(PlainText.isUTF8) else {
        throw Fault(.input, "\(name) is not UTF-8 text")
      }
      return bytes
    }
  }
}

/// A pack, as `filters show --json` prints it.
private struct PackRecord: Encodable {
  struct Rule: Encodable {
    var id: String
    var failsWhen: String
    var early: Bool
    var signals: [String]
  }

  struct Signal: Encodable {
    var name: String
    var kind: String
    var unit: String
    var meaning: String
    var paper: String?
  }

  var name: String
  var version: Int
  var paper: String
  var description: String
  var rules: [Rule]
  var signals: [Signal]

  init(_ pack: FilterPack.Explanation) {
    name = pack.name
    version = pack.version
    paper = pack.paper
    description = pack.description
    rules = pack.rules.map {
      Rule(id: $0.id, failsWhen: $0.condition, early: $0.early, signals: $0.signals)
    }
    signals = pack.signals.map {
      Signal(
        name: $0.name, kind: $0.kind.rawValue, unit: $0.unit, meaning: $0.meaning, paper: $0.paper)
    }
  }
}

/// What `filters try --json` prints.
private struct Judgement: Encodable {
  var file: String
  var bytes: Int
  var language: String
  var languageScore: Double
  var keeps: Bool
  var rules: [TrialRecord]
}
