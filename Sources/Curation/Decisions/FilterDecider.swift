import Corpora
import Streams

/// What packs decided on a table of documents.
public struct FilterOutcome: Sendable, Equatable {
  /// One value a document: true where no rule failed.
  public var keep: [Bool]
  /// Every rule that a document failed, in the order of the documents.
  public var decisions: DecisionLedger
  /// Rules that could not be decided for some documents, because a signal was not a number there.
  /// Such a rule removes nothing.
  public var undecided: [Undecided]

  /// How many documents a rule could not be decided for.
  public struct Undecided: Sendable, Equatable {
    public var stage: String
    public var rule: String
    public var documents: Int
  }
}

/// Applies filter packs to columns of signals; the texts are not needed.
///
///     let chain = FilterChain([try .named("gopher-quality")])
///     let outcome = try FilterDecider(chain).decide(ChainMeter(chain).measure(batch).signals)
public struct FilterDecider: Sendable {
  public let chain: FilterChain
  private let early: Bool

  /// - Parameter early: Whether only rules marked `early` are applied, as in the first pass.
  public init(_ chain: FilterChain, early: Bool = false) {
    self.chain = chain
    self.early = early
  }

  /// What each rule says of every document of `signals`.
  ///
  /// - Parameter judges: Whether a pack (an index into the chain's) judges a document, for packs that
  ///   are meant for some domains only; all rules of the others pass.
  public func verdicts(
    on signals: ColumnTable, judges: (_ pack: Int, _ document: Int) -> Bool = { _, _ in true }
  ) throws -> FilterVerdicts {
    let rules = chain.rules.filter { $0.rule.early || !early }
    let rows = try rules.map { bound in
      var row = try bound.verdicts(on: signals)
      for document in row.indices
      where row[document] != RuleVerdict.passes.rawValue && !judges(bound.pack, document) {
        row[document] = RuleVerdict.passes.rawValue
      }
      return row
    }
    return FilterVerdicts(rules: rules, rows: rows, count: signals.count)
  }

  /// Decides on every document of `signals`.
  ///
  /// - Parameters:
  ///   - ordinals: Each document's place in its task; 0, 1, 2 … without.
  ///   - judges: Whether a pack (an index into the chain's) judges a document, for packs that are
  ///     meant for some domains only.
  public func decide(
    _ signals: ColumnTable, ordinals: [UInt64]? = nil,
    judges: (_ pack: Int, _ document: Int) -> Bool = { _, _ in true }
  ) throws -> FilterOutcome {
    let count = signals.count
    if let ordinals, ordinals.count != count {
      throw Fault(
        .failure, "signals and ordinals are of different lengths",
        found: "\(count) and \(ordinals.count)")
    }
    let verdicts = try verdicts(on: signals, judges: judges)
    var outcome = FilterOutcome(
      keep: verdicts.failures.map { $0 == 0 }, decisions: DecisionLedger(), undecided: [])
    for (bound, row) in zip(verdicts.rules, verdicts.rows) {
      let unknown = row.count { $0 == RuleVerdict.unknown.rawValue }
      guard unknown > 0 else { continue }
      outcome.undecided.append(
        .init(stage: chain.packs[bound.pack].name, rule: bound.rule.id, documents: unknown))
    }
    for document in 0..<count where !outcome.keep[document] {
      for index in verdicts.failed(document) {
        let bound = verdicts.rules[index]
        let (value, evidence) = try bound.evidence(on: document, of: signals)
        outcome.decisions.append(
          Decision(
            ordinal: ordinals?[document] ?? UInt64(document),
            stage: chain.packs[bound.pack].name, rule: bound.rule.id, value: value,
            evidence: evidence))
      }
    }
    return outcome
  }
}

extension FilterChain.BoundRule {
  /// The first number that the rule reads, and all that it reads with the condition.
  package func evidence(
    on document: Int, of signals: ColumnTable
  ) throws -> (value: Float, evidence: String) {
    var values: [String] = []
    var first: Float?
    for name in rule.program.numberSignals {
      let value = try signals.float32(columns[name] ?? name)[document]
      first = first ?? value
      values.append("\(name) = \(Self.shown(value))")
    }
    for name in rule.program.textSignals {
      let text = try signals.bytes(columns[name] ?? name).string(document)
      values.append("\(name) = \"\(text)\"")
    }
    return (first ?? .nan, values.joined(separator: ", ") + "; fails when \(rule.condition)")
  }

  private static func shown(_ value: Float) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    return "\(value)"
  }
}
