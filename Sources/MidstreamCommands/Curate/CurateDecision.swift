import Corpora
import CounterRandom
import Curation
import Runs
import Streams

/// Decides on all documents of a curated folder from its columns, without the texts, and writes the
/// decisions and the records that a report reads.
///
/// A run decides in this way as well, after it has measured: what is decided anew from the columns is
/// the same, byte for byte, as what a run from the texts decides.
struct CurateDecision {
  /// Where `signals/` is.
  let source: String
  /// Where `decisions/` and `records/` go.
  let output: String
  let parts: [CurateRecord.Part]
  let chain: FilterChain
  let hasTokens: Bool
  let threads: Int
  /// Inputs that could not be read.
  let problems: [ProblemCount]

  /// What was decided.
  struct Outcome {
    var counts: RuleCounts
    /// Documents that were removed and stay now, and the other way round, where there were decisions
    /// before.
    var broughtBack = 0
    var newlyRemoved = 0
    /// Packs that removed most documents of another language than theirs.
    var mismatches: [LanguageMismatch] = []
  }

  /// One part's share of the outcome.
  private struct PartOutcome: Sendable {
    var counts: RuleCounts
    var examples: [RuleExamples]
    var survey: ThresholdSurvey
    var languages: LanguageSample
    var broughtBack = 0
    var newlyRemoved = 0
  }

  /// - Parameter earlier: the folder of decisions to compare with.
  func run(comparedWith earlier: String? = nil) throws -> Outcome {
    var outcome = Outcome(counts: RuleCounts(count: chain.rules.count))
    var examples = chain.rules.map { _ in RuleExamples() }
    var survey = ThresholdSurvey(chain)
    var languages = LanguageSample()
    try forEachPart {
      try decide($0, comparedWith: earlier)
    } merge: { part in
      outcome.counts.add(part.counts)
      outcome.broughtBack += part.broughtBack
      outcome.newlyRemoved += part.newlyRemoved
      survey.merge(part.survey)
      languages.add(part.languages)
      for rule in examples.indices { examples[rule].add(part.examples[rule]) }
    }
    outcome.mismatches = languages.mismatches(chain.packs)
    try RecordFile.write(
      record(outcome.counts, examples), to: "\(output)/\(CurationRecord.path)")
    try RecordFile.write(thresholds(survey), to: "\(output)/\(ThresholdsRecord.path)")
    return outcome
  }

  /// Works on the parts on several threads and merges what comes out in their order, as it comes: the
  /// memory does not grow with their number.
  private func forEachPart<Part>(
    _ work: (Int) throws -> Part, merge: (Part) throws -> Void
  ) throws {
    var indices = parts.indices.makeIterator()
    try orderedPipeline(threads: threads) {
      try Interruption.check()
      return indices.next()
    } worker: {
    } work: { _, index, _ in
      try work(index)
    } emit: {
      try merge($0)
    }
  }

  // MARK: One part

  private var ruleColumns: Set<String> { Set(chain.rules.flatMap(\.columns.values)) }

  private func read(_ index: Int, _ columns: Set<String>) throws -> ColumnTable {
    try ColumnFile.read(
      "\(source)/\(CuratedFolder.signals)/\(parts[index].name)", only: columns)
  }

  private func decide(_ index: Int, comparedWith earlier: String?) throws -> PartOutcome {
    let name = parts[index].name
    let table = try read(
      index,
      ruleColumns.union([
        CuratedFolder.Column.id, CuratedFolder.Column.textBytes, CuratedFolder.Column.tokens,
        CuratedFolder.Column.excerpt, CuratedFolder.Column.sampledLanguage,
        LanguageDetector.languageColumn,
      ]))
    let verdicts = try FilterDecider(chain).verdicts(on: table)
    try ColumnFile.write(
      verdicts.table(packs: chain.packs), to: "\(output)/\(CuratedFolder.decisions)/\(name)")
    var outcome = PartOutcome(
      counts: RuleCounts(count: chain.rules.count),
      examples: try examples(index, verdicts, table), survey: ThresholdSurvey(chain),
      languages: LanguageSample(chain, verdicts, table))
    outcome.counts.add(
      verdicts, bytes: try table.uint64(CuratedFolder.Column.textBytes),
      tokens: hasTokens ? try table.uint64(CuratedFolder.Column.tokens) : [])
    try outcome.survey.add(table)
    if let earlier {
      let path = "\(earlier)/\(CuratedFolder.decisions)/\(name)"
      let kept = try ColumnFile.read(path, only: [FilterVerdicts.keptColumn])
        .uint8(FilterVerdicts.keptColumn)
      guard kept.count == verdicts.count else {
        throw Fault(
          .input, "the decisions of '\(name)' are not those of its signals", at: path,
          found: "\(kept.count) documents", expected: "\(verdicts.count)",
          hint: "curate the inputs again")
      }
      for (document, was) in kept.enumerated() where (was == 1) != verdicts.keeps(document) {
        if was == 1 { outcome.newlyRemoved += 1 } else { outcome.broughtBack += 1 }
      }
    }
    return outcome
  }

  private func examples(
    _ index: Int, _ verdicts: FilterVerdicts, _ table: ColumnTable
  ) throws -> [RuleExamples] {
    let base = parts[..<index].reduce(0) { $0 + $1.documents }
    let ids = try table.bytes(CuratedFolder.Column.id)
    let excerpts = try table.bytes(CuratedFolder.Column.excerpt)
    return try zip(chain.rules, verdicts.rows).map { bound, row in
      var examples = RuleExamples()
      let random = CounterRandom(seed: 1, purpose: "examples of \(bound.rule.id)")
      for (document, verdict) in row.enumerated() where verdict == RuleVerdict.fails.rawValue {
        let order = random.bits(UInt64(base + document))
        guard examples.wants(order) else { continue }
        examples.add(
          order,
          RemovalExample(
            id: ids.string(document),
            evidence: try bound.evidence(on: document, of: table).evidence,
            excerpt: excerpts.string(document)))
      }
      return examples
    }
  }

  // MARK: Records

  private func thresholds(_ survey: ThresholdSurvey) throws -> ThresholdsRecord {
    let columns = ruleColumns.union([
      CuratedFolder.Column.id, CuratedFolder.Column.textBytes, CuratedFolder.Column.tokens,
    ])
    var all = ThresholdsSummary(chain, survey: survey, hasTokens: hasTokens)
    try forEachPart { index in
      let table = try read(index, columns)
      var summary = ThresholdsSummary(chain, survey: survey, hasTokens: hasTokens)
      try summary.add(
        .init(
          signals: table, ids: try table.bytes(CuratedFolder.Column.id),
          bytes: try table.uint64(CuratedFolder.Column.textBytes),
          tokens: hasTokens ? try table.uint64(CuratedFolder.Column.tokens) : nil,
          first: .init(file: index, document: 0)))
      return summary
    } merge: {
      all.merge($0)
    }
    let wanted = Dictionary(grouping: all.samplePlaces, by: \.file)
    var excerpts: [ThresholdsSummary.Place: String] = [:]
    for (file, places) in wanted {
      let texts = try read(file, [CuratedFolder.Column.excerpt])
        .bytes(CuratedFolder.Column.excerpt)
      for place in places { excerpts[place] = texts.string(place.document) }
    }
    return all.record { excerpts[$0] ?? "" }
  }

  private func record(_ counts: RuleCounts, _ examples: [RuleExamples]) -> CurationRecord {
    func step(_ name: String, _ amount: RuleCounts.Amount) -> FunnelStep {
      FunnelStep(
        name: name, documents: amount.documents, bytes: amount.bytes,
        tokens: hasTokens ? amount.tokens : nil)
    }
    let rules = zip(zip(chain.rules, counts.rules), examples).map { rule, examples in
      let (bound, count) = rule
      var removals = RuleRemovals(
        stage: chain.packs[bound.pack].name, rule: bound.rule.id,
        documents: count.failing.documents, bytes: count.failing.bytes,
        alone: count.alone.documents, examples: examples.chosen)
      removals.aloneBytes = count.alone.bytes
      removals.tokens = hasTokens ? count.failing.tokens : nil
      removals.aloneTokens = hasTokens ? count.alone.tokens : nil
      removals.undecided = count.undecided
      return removals
    }
    return CurationRecord(
      funnel: [step("read", counts.all), step("filtered", counts.kept)], rules: rules,
      duplicates: DuplicateSummary(
        exactRemoved: 0, nearRemoved: 0, evaluationOverlapRemoved: 0, sizes: [], largest: []),
      domains: [], problems: problems)
  }
}

/// A few documents that a rule removes, drawn by the seed: those whose random numbers are lowest.
struct RuleExamples: Sendable {
  private static let count = 3
  private var drawn: [(order: UInt64, example: RemovalExample)] = []

  var chosen: [RemovalExample] { drawn.map(\.example) }

  /// Whether a document of this random number is among them.
  func wants(_ order: UInt64) -> Bool {
    drawn.count < Self.count || order < drawn[drawn.count - 1].order
  }

  mutating func add(_ order: UInt64, _ example: RemovalExample) {
    let place = drawn.firstIndex { order < $0.order } ?? drawn.count
    drawn.insert((order, example), at: place)
    if drawn.count > Self.count { drawn.removeLast() }
  }

  mutating func add(_ other: RuleExamples) {
    for (order, example) in other.drawn where wants(order) { add(order, example) }
  }
}
