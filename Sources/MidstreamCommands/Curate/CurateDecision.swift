import Corpora
import CounterRandom
import Curation
import Runs
import Streams

/// Decides on all documents of a curated folder from its columns, without the texts, and writes the
/// decisions and the record that a report reads.
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
  }

  /// One part's share of the outcome.
  private struct PartOutcome: Sendable {
    var counts: RuleCounts
    var examples: [RuleExamples]
    var broughtBack = 0
    var newlyRemoved = 0
  }

  /// - Parameter earlier: the folder of decisions to compare with.
  func run(comparedWith earlier: String? = nil) throws -> Outcome {
    let decider = FilterDecider(chain)
    let columns = Set(chain.rules.flatMap(\.columns.values)).union([
      CuratedFolder.Column.id, CuratedFolder.Column.textBytes, CuratedFolder.Column.tokens,
      CuratedFolder.Column.excerpt,
    ])
    var starts: [Int] = []
    var start = 0
    for part in parts {
      starts.append(start)
      start += part.documents
    }
    let bases = starts
    let partial = try concurrentMap(parts.count, threads: threads) { index in
      try Interruption.check()
      return try decide(index, base: bases[index], decider, columns, earlier)
    }
    var outcome = Outcome(counts: RuleCounts(count: chain.rules.count))
    var examples = chain.rules.map { _ in RuleExamples() }
    for part in partial {
      outcome.counts.add(part.counts)
      outcome.broughtBack += part.broughtBack
      outcome.newlyRemoved += part.newlyRemoved
      for rule in examples.indices { examples[rule].add(part.examples[rule]) }
    }
    try RecordFile.write(
      record(outcome.counts, examples), to: "\(output)/\(CurationRecord.path)")
    return outcome
  }

  private func decide(
    _ index: Int, base: Int, _ decider: FilterDecider, _ columns: Set<String>, _ earlier: String?
  ) throws -> PartOutcome {
    let name = parts[index].name
    let table = try ColumnFile.read("\(source)/\(CuratedFolder.signals)/\(name)", only: columns)
    let verdicts = try decider.verdicts(on: table)
    try ColumnFile.write(
      verdicts.table(packs: chain.packs), to: "\(output)/\(CuratedFolder.decisions)/\(name)")
    var outcome = PartOutcome(
      counts: RuleCounts(count: chain.rules.count),
      examples: chain.rules.map { _ in RuleExamples() })
    outcome.counts.add(
      verdicts, bytes: try table.uint64(CuratedFolder.Column.textBytes),
      tokens: hasTokens ? try table.uint64(CuratedFolder.Column.tokens) : [])
    let ids = try table.bytes(CuratedFolder.Column.id)
    let excerpts = try table.bytes(CuratedFolder.Column.excerpt)
    for (rule, row) in verdicts.rows.enumerated() {
      let random = CounterRandom(seed: 1, purpose: "examples of \(chain.rules[rule].rule.id)")
      for (document, verdict) in row.enumerated()
      where verdict == RuleVerdict.fails.rawValue {
        let order = random.bits(UInt64(base + document))
        guard outcome.examples[rule].wants(order) else { continue }
        outcome.examples[rule].add(
          order,
          RemovalExample(
            id: ids.string(document),
            evidence: try chain.rules[rule].evidence(on: document, of: table).evidence,
            excerpt: excerpts.string(document)))
      }
    }
    if let earlier {
      let path = "\(earlier)/\(CuratedFolder.decisions)/\(name)"
      let kept = try ColumnFile.read(path, only: [FilterVerdicts.keptColumn])
        .uint8(FilterVerdicts.keptColumn)
      for (document, was) in kept.enumerated() where (was == 1) != verdicts.keeps(document) {
        if was == 1 { outcome.newlyRemoved += 1 } else { outcome.broughtBack += 1 }
      }
    }
    return outcome
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
