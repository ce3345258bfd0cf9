import ArgumentParser
import Corpora
import Curation
import Reports
import Runs

/// `midstream curate`.
struct CurateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curate",
    abstract: "Judge documents by filter packs: kept/ and removed/, each removal explained.",
    discussion: """
      A document goes where it fails at least one rule. kept/ and removed/ have one file an input; \
      all documents carry their signals, removed ones every rule that they fail with its evidence.

      EXAMPLE
        midstream curate --input docs.jsonl.zst --filter language gopher-quality --output curated
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
  var input: [String]

  @OptionGroup var filters: FilterOptions
  @OptionGroup var folder: OutputFolder

  @Flag(help: "Write no removed documents, only what stays.")
  var noRemoved = false

  /// What `--json` prints.
  private struct Summary: Encodable {
    struct Rule: Encodable {
      var pack: String
      var rule: String
      /// Documents that fail it, and those that fail no other.
      var documents: Int
      var alone: Int
      /// Documents that lack a signal it reads: it removes none of these.
      var undecided: Int
    }

    var documents = 0
    var kept = 0
    var removed = 0
    var rules: [Rule]
    var problems: [String: Int] = [:]

    mutating func add(_ outcome: FilterOutcome) {
      for count in outcome.decisions.countsByRule() {
        change(count.stage, count.rule) {
          $0.documents += count.documents
          $0.alone += count.alone
        }
      }
      for unknown in outcome.undecided {
        change(unknown.stage, unknown.rule) { $0.undecided += unknown.documents }
      }
    }

    private mutating func change(_ pack: String, _ rule: String, _ body: (inout Rule) -> Void) {
      guard let place = rules.firstIndex(where: { $0.pack == pack && $0.rule == rule }) else {
        return
      }
      body(&rules[place])
    }
  }

  func run() throws {
    let packs = try filters.packs()
    let files = try DocumentFiles(input)
    try folder.check(KeptAndRemoved.names, inputs: files.paths)
    let decider = FilterDecider(FilterChain(packs))
    let output = KeptAndRemoved(folder, step: "curate", writesRemoved: !noRemoved)
    var summary = Summary(
      rules: packs.flatMap { pack in
        pack.rules.map { .init(pack: pack.name, rule: $0.id, documents: 0, alone: 0, undecided: 0) }
      })
    let problems = try files.map(
      "curate", options: common, worker: { try PackMeter(decider) },
      work: { try $0.judge($1) }
    ) { file, batch, judged in
      var batch = batch
      for name in judged.signals.names {
        if let column = judged.signals[name] { batch.attributes.set(name, column) }
      }
      try output.write(
        batch, of: file, attributes: judged.signals.names,
        reasons: Self.reasons(judged.outcome, count: batch.count))
      summary.add(judged.outcome)
    }
    try output.commit()
    summary.documents = output.keptCount + output.removedCount
    summary.kept = output.keptCount
    summary.removed = output.removedCount
    summary.problems = problems.counts
    if common.json { return try Output.json(summary) }
    try show(summary)
  }

  /// For each document the rules that it fails, each with its evidence, one a line.
  private static func reasons(_ outcome: FilterOutcome, count: Int) -> [String] {
    var reasons = [String](repeating: "", count: count)
    for index in 0..<outcome.decisions.count {
      let decision = outcome.decisions[index]
      let place = Int(decision.ordinal)
      if !reasons[place].isEmpty { reasons[place] += "\n" }
      reasons[place] += "\(decision.stage)/\(decision.rule): \(decision.evidence)"
    }
    return reasons
  }

  private func show(_ summary: Summary) throws {
    let table = TextTable(
      columns: [
        .text("rule"), .number("removed"), .number("by it alone"), .number("undecided", rank: 1),
      ],
      rows: summary.rules.map {
        [
          "\($0.pack)/\($0.rule)", grouped($0.documents), grouped($0.alone), grouped($0.undecided),
        ]
      })
    for line in table.lines(width: Output.width) { try Output.print(line) }
    try Output.print(
      "\n\(folder.output): \(grouped(summary.kept)) of \(grouped(summary.documents)) documents "
        + "kept, \(grouped(summary.removed)) removed")
  }
}

/// Measures what packs ask for and judges by it; for one thread.
private final class PackMeter {
  struct Judged: Sendable {
    var signals: ColumnTable
    var outcome: FilterOutcome
  }

  private let decider: FilterDecider
  private let meter: ChainMeter

  init(_ decider: FilterDecider) throws {
    self.decider = decider
    meter = try ChainMeter(decider.chain)
  }

  func judge(_ batch: DocumentBatch) throws -> Judged {
    let signals = try meter.measure(batch).signals
    return Judged(signals: signals, outcome: try decider.decide(signals))
  }
}
