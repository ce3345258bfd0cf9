import ArgumentParser
import Corpora
import Curation
import Foundation
import Runs

/// `midstream decontaminate`.
struct DecontaminateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decontaminate",
    abstract: "Remove documents that hold passages of evaluation documents.",
    discussion: """
      A passage is a run of words, lower-cased, without punctuation. A document goes where at least \
      a share of its passages stands in the evaluation documents; --share 0 removes at any hit.

      EXAMPLE
        midstream decontaminate --input docs.jsonl.zst --against test.jsonl --output clean
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
  var input: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Evaluation documents, JSONL.", valueName: "file"))
  var against: [String]

  @OptionGroup var folder: OutputFolder

  @Option(help: ArgumentHelp("The share of a document's passages to remove it at."))
  var share = 0.2

  @Option(help: ArgumentHelp("Words of a passage.", valueName: "n"))
  var words = 13

  func validate() throws {
    guard (0...1).contains(share) else {
      throw ValidationError("'--share \(share)' is not a share from 0 to 1")
    }
    guard (1...100).contains(words) else {
      throw ValidationError("'--words \(words)' is not a number from 1 to 100")
    }
  }

  /// What `--json` prints.
  private struct Summary: Encodable {
    var documents: Int
    var kept: Int
    var removed: Int
    var evaluationDocuments: Int
    var passages: Int
    /// Evaluation documents that are shorter than a passage and are compared whole.
    var shortEvaluationDocuments: Int
    var problems: [String: Int]
  }

  func run() throws {
    let evaluation = try DocumentFiles(against)
    let files = try DocumentFiles(input)
    try folder.check(KeptAndRemoved.names, inputs: files.paths + evaluation.paths)
    var passages = try Decontamination(words: words, shareLimit: share)
    try evaluation.forEachBatch { passages.add($0) }
    guard passages.documentCount > 0 else { throw evaluation.noDocument() }
    let decontamination = passages
    let output = KeptAndRemoved(folder, step: "decontaminate")
    let problems = try files.map(
      "decontaminate", options: common, worker: {},
      work: { _, batch in
        decontamination.measure(batch)
      }
    ) { file, batch, measured in
      let reasons = measured.enumerated().map { index, found in
        guard decontamination.isContaminated(found) else { return "" }
        let decision = decontamination.decision(
          on: UInt64(index), found, text: batch.texts[index])
        return "\(decision.stage)/\(decision.rule): \(decision.evidence)"
      }
      try output.write(batch, of: file, reasons: reasons)
    }
    try output.commit()
    let summary = Summary(
      documents: output.keptCount + output.removedCount, kept: output.keptCount,
      removed: output.removedCount, evaluationDocuments: passages.documentCount,
      passages: passages.passageCount, shortEvaluationDocuments: passages.shortDocumentCount,
      problems: problems.counts)
    if common.json { return try Output.json(summary) }
    try Output.print(
      """
      \(folder.output): \(grouped(summary.kept)) of \(grouped(summary.documents)) documents kept, \
      \(grouped(summary.removed)) removed
      against \(grouped(summary.passages)) passages of \(words) words in \
      \(grouped(summary.evaluationDocuments)) evaluation documents
      """)
  }
}
