import Corpora
import Runs
import Streams

/// Makes `records/thresholds.json` from columns: what each threshold removes, and what another one
/// would bring back. The texts are not needed, but for the excerpts of the samples.
///
///     var survey = ThresholdSurvey(chain)
///     for table in tables { try survey.add(table) }
///     var summary = ThresholdsSummary(chain, survey: survey)
///     for part in parts { try summary.add(part) }
///     let record = summary.record { place in excerpts[place] }
///
/// Its size depends on the rules, not on the documents. Summaries of parts merge to that of all, in
/// any order.
public struct ThresholdsSummary: Sendable {
  /// Documents of one file or task, with what was measured on them; columns of equal length.
  public struct Documents {
    public var signals: ColumnTable
    public var ids: ByteColumn
    /// Of the texts.
    public var bytes: [UInt64]
    /// Of the user's tokenizer, where they were counted.
    public var tokens: [UInt64]?
    /// The place of the first of them.
    public var first: Place

    public init(
      signals: ColumnTable, ids: ByteColumn, bytes: [UInt64], tokens: [UInt64]? = nil,
      first: Place
    ) {
      self.signals = signals
      self.ids = ids
      self.bytes = bytes
      self.tokens = tokens
      self.first = first
    }
  }

  /// Where a document is.
  public struct Place: Sendable, Hashable {
    public var file: Int
    /// From 0.
    public var document: Int

    public init(file: Int, document: Int) {
      self.file = file
      self.document = document
    }
  }

  private let chain: FilterChain
  private let hasTokens: Bool
  private var judged: DocumentVolume
  private var kept: DocumentVolume
  private var tallies: [ThresholdTally]

  /// - Parameter hasTokens: whether every part brings the tokens of its documents.
  public init(_ chain: FilterChain, survey: ThresholdSurvey, hasTokens: Bool = false) {
    self.chain = chain
    self.hasTokens = hasTokens
    judged = DocumentVolume(tokens: hasTokens ? 0 : nil)
    kept = judged
    tallies = chain.rules.indices.compactMap { rule in
      let bound = chain.rules[rule]
      guard let column = bound.thresholdColumn, let threshold = bound.rule.program.threshold else {
        return nil
      }
      return ThresholdTally(
        rule: rule, column: column,
        edges: ThresholdEdges(
          survey[column], threshold: threshold.value, comparison: threshold.comparison),
        hasTokens: hasTokens)
    }
  }

  /// Counts documents.
  /// - Parameters:
  ///   - takes: whether a document counts at all.
  ///   - judges: whether a pack judges a document, as in `FilterDecider.decide`.
  public mutating func add(
    _ documents: Documents, takes: (_ document: Int) -> Bool = { _ in true },
    judges: (_ pack: Int, _ document: Int) -> Bool = { _, _ in true }
  ) throws {
    let count = documents.ids.count
    if documents.bytes.count != count || documents.signals.count != count
      || (hasTokens && documents.tokens?.count != count)
    {
      throw Fault(
        .failure, "columns of documents are of different lengths",
        found: "\(documents.signals.count) signals, \(count) ids, \(documents.bytes.count) sizes, "
          + "\(documents.tokens?.count ?? 0) numbers of tokens")
    }
    let verdicts = try chain.rules.map { try $0.verdicts(on: documents.signals) }
    // How many rules each document fails.
    var failed = [UInt32](repeating: 0, count: count)
    for (bound, verdicts) in zip(chain.rules, verdicts) {
      for document in 0..<count
      where verdicts[document] == RuleVerdict.fails.rawValue && judges(bound.pack, document) {
        failed[document] += 1
      }
    }
    let volumes = (0..<count).map { document in
      DocumentVolume(
        documents: 1, bytes: Int(clamping: documents.bytes[document]),
        tokens: hasTokens ? documents.tokens.map { Int(clamping: $0[document]) } : nil)
    }
    for document in 0..<count where takes(document) {
      judged = judged + volumes[document]
      if failed[document] == 0 { kept = kept + volumes[document] }
    }
    let orders = (0..<count).map { document in
      ThresholdTally.Order(
        digest: documents.ids.withBytes(document) { ContentDigest($0) }.low,
        place: Place(file: documents.first.file, document: documents.first.document + document))
    }
    for index in tallies.indices {
      let rule = tallies[index].rule
      let pack = chain.rules[rule].pack
      let values = try documents.signals.float32(tallies[index].column)
      for document in 0..<count where takes(document) && judges(pack, document) {
        let fails: UInt32 = verdicts[rule][document] == RuleVerdict.fails.rawValue ? 1 : 0
        if failed[document] > fails {
          tallies[index].addBound(values[document], volumes[document])
        } else {
          tallies[index].addFree(values[document], volumes[document], orders[document]) {
            documents.ids.string(document)
          }
        }
      }
    }
  }

  /// Adds what another summary with the same survey has counted.
  public mutating func merge(_ other: ThresholdsSummary) {
    judged = judged + other.judged
    kept = kept + other.kept
    for index in tallies.indices { tallies[index].merge(other.tallies[index]) }
  }

  /// The documents whose excerpts `record` asks for.
  public var samplePlaces: Set<Place> {
    Set(tallies.flatMap { $0.samples().map(\.order.place) })
  }

  /// - Parameter excerpt: the start of a document's text: about 300 characters.
  public func record(excerpt: (Place) -> String) -> ThresholdsRecord {
    ThresholdsRecord(
      judged: judged, kept: kept, rules: tallies.map { rule($0, excerpt) })
  }

  private func rule(_ tally: ThresholdTally, _ excerpt: (Place) -> String) -> ThresholdRule {
    let bound = chain.rules[tally.rule]
    let threshold = bound.rule.program.threshold
    let signal = threshold?.signal ?? ""
    let comparison = threshold?.comparison ?? ""
    let bins = tally.edges.values.count + 1
    let failing =
      comparison.hasPrefix("<") ? 0..<tally.edges.present + 1 : tally.edges.present + 1..<bins
    let alone = tally.free.volume(failing)
    return ThresholdRule(
      pack: chain.packs[bound.pack].name, rule: bound.rule.id, signal: signal,
      unit: SignalRegistry.find(signal)?.unit ?? "", comparison: comparison,
      threshold: threshold?.value ?? 0, failing: alone + tally.bound.volume(failing),
      alone: alone, undecided: tally.undecided, edges: tally.edges.values, free: tally.free,
      bound: tally.bound,
      samples: tally.samples().map {
        ThresholdSample(
          id: $0.id, value: $0.value, bin: tally.edges.bin($0.value),
          excerpt: excerpt($0.order.place))
      })
  }
}
