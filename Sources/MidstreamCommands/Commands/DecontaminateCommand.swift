import ArgumentParser
import Corpora
import Curation
import Foundation
import Runs
import Streams

extension DecontaminationAction: ExpressibleByArgument {}
extension ContaminationSettings.Method: ExpressibleByArgument {}

/// `midstream decontaminate`.
struct DecontaminateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decontaminate",
    abstract:
      "Find the items of evaluation sets in documents, and remove the documents or passages.",
    discussion: """
      Question, passage, choices and answer of each item are looked for by themselves, without case, \
      punctuation and white space. A question decides by itself where its words are improbable \
      enough; a short or common one only together with its answer or choices; an answer alone only \
      where it is long (--answer-words); a passage never. Parts shorter than --words must be there \
      from the first to the last word.

      With --unit token, --words and --answer-words count tokens of --tokenizer: those of the words \
      as they are compared, in small letters and with a space in front of each.

      Evaluation files are JSON lines, CSV, TSV or Parquet, plain, .gz, .zst or members of .tar and \
      .zip. The fields of the usual benchmarks are known; --fields names those of others. DIR gets \
      contaminated.jsonl (documents), items.jsonl (items), records/contamination.json, and unless \
      the action is 'report', kept/ and removed/.

      EXAMPLE
        midstream decontaminate --input docs.jsonl.zst --output clean \\
          --against gsm8k_test.jsonl
        midstream decontaminate --input docs.parquet --output clean \\
          --against mmlu=test.tar humaneval.jsonl.gz --action passage
        midstream decontaminate --input crawl/ --output found --against mine.csv \\
          --fields question=q,choices=a+b+c+d,answer=label --action report
        midstream decontaminate --input docs.jsonl --output clean \\
          --against test.parquet --unit token --tokenizer tokenizer --words 13
        midstream report found
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Documents: files, folders and globs, in any format that 'convert' reads.",
      valueName: "path"))
  var input: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Evaluation files.", valueName: "file|name=file"))
  var against: [String]

  @OptionGroup var folder: OutputFolder

  @Option(
    help: ArgumentHelp(
      "The fields of the evaluation files: id, question, passage, choices, answer, prompt; '+' "
        + "joins several.", valueName: "part=field,…"))
  var fields: String?

  @Option(help: "How parts are looked for.")
  var method = ContaminationSettings.Method.ngram

  enum Unit: String, CaseIterable, ExpressibleByArgument { case word, token }

  @Option(help: "What runs are counted in: words, or tokens of --tokenizer.")
  var unit = Unit.word

  @Option(
    help: ArgumentHelp(
      "The folder or tokenizer.json of the tokenizer of '--unit token'.", valueName: "path"))
  var tokenizer: String?

  @Option(help: ArgumentHelp("Words, or tokens, of a run; often 8, 10 or 13.", valueName: "n"))
  var words = ContaminationSettings().words

  @Option(
    help: ArgumentHelp(
      "The least share of a part that must be found; for minhash the least similarity.",
      valueName: "share"))
  var overlap = ContaminationSettings().overlap

  @Option(
    help: ArgumentHelp(
      "Words, or tokens, of an answer that decides without its question.", valueName: "n"))
  var answerWords: Int?

  @Option(help: "What to do: remove the document, cut the passage, or only report.")
  var action = DecontaminationAction.document

  @Option(
    help: ArgumentHelp(
      "With the action 'passage': remove the document where less is left.", valueName: "share"))
  var keepShare = 0.5

  @Option(help: .hidden)
  var share: Double?

  func validate() throws {
    if let share {
      throw ValidationError(
        "'--share \(share)' was a share of the document's passages: --overlap now is the share of "
          + "an evaluation item's part that must be found")
    }
    if unit == .token, tokenizer == nil {
      throw ValidationError("'--unit token' needs '--tokenizer <path>'")
    }
    if unit == .word, tokenizer != nil {
      throw ValidationError("'--tokenizer' is for '--unit token'")
    }
    guard ContaminationSettings.wordRange.contains(words) else {
      let range = ContaminationSettings.wordRange
      throw ValidationError(
        "'--words \(words)' is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    guard overlap > 0, overlap <= 1 else {
      throw ValidationError("'--overlap \(overlap)' is not above 0 and at most 1")
    }
    guard (0...1).contains(keepShare) else {
      throw ValidationError("'--keep-share \(keepShare)' is not a share from 0 to 1")
    }
    if let answerWords, !(words...1000).contains(answerWords) {
      throw ValidationError(
        "'--answer-words \(answerWords)' is not a number from \(words), the words of a run, to 1000"
      )
    }
  }

  /// What `--json` prints.
  private struct Summary: Encodable {
    var documents: Int
    var contaminated: Int
    var kept: Int
    var removed: Int
    var cut: Int
    var cutBytes: Int
    var sets: [ContaminatedSet]
    var problems: [String: Int]
  }

  private func settings() throws -> ContaminationSettings {
    var settings = ContaminationSettings()
    if let tokenizer { settings.unit = .token(try TokenizerOption.load(tokenizer)) }
    settings.method = method
    settings.words = words
    settings.overlap = overlap
    settings.answerWords = answerWords ?? max(settings.answerWords, words)
    return settings
  }

  func run() throws {
    let files = try DocumentFiles(input, besides: folder)
    let plan = try DecontaminationPlan(
      against, fields: fields, settings: try settings(), action: action, keptShare: keepShare)
    for read in plan.sets { DocumentFiles.show(read.problems) }
    try folder.check(
      DecontaminationOutput.names(action), inputs: files.paths + plan.sets.map(\.path))
    if folder.overwrite {
      // Whatever the action of the call before was.
      for name in DecontaminationOutput.names(.document) + ["report.html"] {
        try Folder.remove(folder.file(name))
      }
    }
    let output = try DecontaminationOutput(plan, folder)
    let problems = try files.map(
      "decontaminate", options: common, worker: { plan.indexes.finder() },
      work: { finder, batch in
        (0..<batch.count).map { index in
          batch.texts.withBytes(index) { text in
            DocumentVerdict(
              finder.findings(in: text), id: batch.ids.string(index), text: text, plan: plan)
          }
        }
      }
    ) { file, batch, verdicts in try output.write(batch, of: file, verdicts) }
    try output.commit()
    try show(output.record, plan, problems)
  }

  private func show(
    _ record: ContaminationRecord, _ plan: DecontaminationPlan, _ problems: ReadingProblems
  ) throws {
    if common.json {
      return try Output.json(
        Summary(
          documents: record.documents, contaminated: record.contaminated,
          kept: record.documents - record.removed, removed: record.removed, cut: record.cut,
          cutBytes: record.cutBytes, sets: record.sets, problems: problems.counts))
    }
    for line in plan.lines { try Output.print(line) }
    for set in record.sets where set.touched > 0 {
      try Output.print(
        "\(set.name): \(grouped(set.touched)) of \(counted(set.items, "item")) "
          + "\(set.touched == 1 ? "stands" : "stand") in documents")
    }
    var sentence =
      "\(folder.output): \(grouped(record.contaminated)) of "
      + "\(counted(record.documents, "document")) "
      + "\(record.contaminated == 1 ? "is" : "are") contaminated"
    switch action {
    case .document: sentence += ", \(grouped(record.removed)) removed"
    case .passage:
      sentence += ", \(grouped(record.cut)) cut, \(grouped(record.removed)) removed"
    case .report: break
    }
    try Output.print(sentence)
  }
}
