import ArgumentParser
import Corpora
import Curation
import Reports
import Runs
import Streams

/// `midstream stats`.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Count what is in files of documents: sizes, lengths, languages, duplicates.",
    discussion: """
      For each source: documents, bytes of text, lengths, languages, how far zstd compresses the \
      text, and the share of documents whose text was there before. Memory stays the same whatever \
      the input: from 2 million distinct texts on, duplicates are counted on a sample by hash, and \
      the error is said.

      EXAMPLE
        midstream stats docs.jsonl.zst
        midstream stats corpus/ --json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputOptions

  @Argument(help: "Files, folders, globs and addresses.")
  var inputs: [String]

  /// What `--json` prints.
  private struct Summary: Encodable {
    var sources: [CorpusStatistics.Summary]
    var total: CorpusStatistics.Summary
    var problems: [String: Int]
    var passedOver: [String: Int]
  }

  func run() throws {
    let corpus = try InputCorpus(inputs, format: input.format, progress: common.progress).corpus
    let flow = try DocumentFlow(corpus, reading: input.reading, common: common)
    var bySource: [String: CorpusStatistics] = [:]
    var total = CorpusStatistics()
    let outcome = try flow.run("stats", worker: DocumentMeasurer.init) { measurer, batch, _ in
      try measurer.measure(batch)
    } emit: { measured in
      for (source, documents) in measured {
        bySource[source, default: CorpusStatistics()].add(documents)
        total.add(documents)
      }
    }
    DocumentFiles.show(outcome.problems)
    guard total.documents > 0 else {
      throw Fault.noDocument(in: inputs, outcome.problems)
    }
    let sources = bySource.sorted { $0.key < $1.key }.map { $0.value.summary(name: $0.key) }
    let summary = Summary(
      sources: sources, total: total.summary(name: "all"), problems: outcome.problems.counts,
      passedOver: outcome.problems.passedOver)
    if common.json { return try Output.json(summary) }
    try Output.print(
      StatisticsText(sources: sources, total: summary.total, width: Output.width).text)
  }
}
