import Curation
import Reports
import Runs

/// What `midstream curate` prints.
struct CurateSummary: Encodable {
  struct Rule: Encodable {
    var pack: String
    var rule: String
    var failsWhen: String
    /// Documents that fail it, and those that fail no other; of the texts as they came.
    var documents: Int
    var bytes: Int
    var alone: Int
    var aloneBytes: Int
    /// Of the texts after the last edit, where a tokenizer was given.
    var tokens: Int?
    var aloneTokens: Int?
    /// Documents that lack a signal it reads: it removes none of these.
    var undecided: Int
  }

  var output: String
  var documents: Int
  var kept: Int
  var removed: Int
  var bytes: Int
  var keptBytes: Int
  var tokens: Int?
  var keptTokens: Int?
  var rules: [Rule]
  /// After `--redecide`: what changes against the decisions before.
  var broughtBack: Int?
  var newlyRemoved: Int?
  /// Kept documents whose text the edits left empty, where this call edited.
  var emptied: Int?
  /// Packs that removed most documents of another language than theirs.
  var warnings: [String]
  var problems: [String: Int]

  init(
    _ output: String, _ chain: FilterChain, _ outcome: CurateDecision.Outcome,
    problems: [String: Int], hasTokens: Bool
  ) {
    let counts = outcome.counts
    self.output = output
    documents = counts.all.documents
    kept = counts.kept.documents
    removed = documents - kept
    bytes = counts.all.bytes
    keptBytes = counts.kept.bytes
    tokens = hasTokens ? counts.all.tokens : nil
    keptTokens = hasTokens ? counts.kept.tokens : nil
    rules = zip(chain.rules, counts.rules).map { bound, count in
      Rule(
        pack: chain.packs[bound.pack].name, rule: bound.rule.id, failsWhen: bound.rule.condition,
        documents: count.failing.documents, bytes: count.failing.bytes,
        alone: count.alone.documents, aloneBytes: count.alone.bytes,
        tokens: hasTokens ? count.failing.tokens : nil,
        aloneTokens: hasTokens ? count.alone.tokens : nil, undecided: count.undecided)
    }
    warnings = outcome.mismatches.map { $0.message + ", as far as a sample tells" }
    self.problems = problems
  }

  func lines(width: Int) -> [String] {
    let table = TextTable(
      columns: [
        .text("rule"), .number("removed"), .number("bytes", rank: 2), .number("tokens", rank: 3),
        .number("by it alone"), .number("undecided", rank: 1),
      ],
      rows: rules.map {
        [
          "\($0.pack)/\($0.rule)", grouped($0.documents), amount($0.bytes, "B"),
          $0.tokens.map(grouped) ?? "", grouped($0.alone), grouped($0.undecided),
        ]
      })
    let keptTokens = keptTokens.map { ", \(grouped($0)) tokens" } ?? ""
    var lines =
      table.lines(width: width) + [
        "",
        "\(output): \(grouped(kept)) of \(grouped(documents)) documents kept "
          + "(\(amount(keptBytes, "B"))\(keptTokens)), \(grouped(removed)) removed",
      ]
    if let emptied, emptied > 0 {
      lines.append("\(grouped(emptied)) kept documents have no text any more after the edits")
    }
    if let broughtBack, let newlyRemoved {
      lines.append(
        "against the decisions before: \(grouped(broughtBack)) brought back, "
          + "\(grouped(newlyRemoved)) more removed; kept/ and removed/ are as they were: "
          + "curate the inputs with these packs and conditions and --overwrite to write them")
    }
    return lines
  }
}
