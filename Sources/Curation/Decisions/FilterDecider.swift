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
    let rules = chain.rules.filter { $0.rule.early || !early }
    let verdicts = try rules.map { bound in
      var verdicts = try bound.verdicts(on: signals)
      for document in verdicts.indices
      where verdicts[document] != RuleVerdict.passes.rawValue && !judges(bound.pack, document) {
        verdicts[document] = RuleVerdict.passes.rawValue
      }
      return verdicts
    }
    var outcome = FilterOutcome(
      keep: [Bool](repeating: true, count: count), decisions: DecisionLedger(), undecided: [])
    for (bound, verdicts) in zip(rules, verdicts) {
      var unknown = 0
      for (document, verdict) in verdicts.enumerated() {
        if verdict == RuleVerdict.fails.rawValue { outcome.keep[document] = false }
        if verdict == RuleVerdict.unknown.rawValue { unknown += 1 }
      }
      guard unknown > 0 else { continue }
      outcome.undecided.append(
        .init(stage: chain.packs[bound.pack].name, rule: bound.rule.id, documents: unknown))
    }
    for document in 0..<count where !outcome.keep[document] {
      for (bound, verdicts) in zip(rules, verdicts) {
        guard verdicts[document] == RuleVerdict.fails.rawValue else { continue }
        let (value, evidence) = try Self.evidence(for: bound, document, signals)
        outcome.decisions.append(
          Decision(
            ordinal: ordinals?[document] ?? UInt64(document),
            stage: chain.packs[bound.pack].name, rule: bound.rule.id, value: value,
            evidence: evidence))
      }
    }
    return outcome
  }

  /// The first number that the rule reads, and all that it reads with the condition.
  private static func evidence(
    for bound: FilterChain.BoundRule, _ document: Int, _ signals: ColumnTable
  ) throws -> (value: Float, evidence: String) {
    let rule = bound.rule
    var values: [String] = []
    var first: Float?
    for name in rule.program.numberSignals {
      let value = try signals.float32(bound.columns[name] ?? name)[document]
      first = first ?? value
      values.append("\(name) = \(shown(value))")
    }
    for name in rule.program.textSignals {
      let text = try signals.bytes(bound.columns[name] ?? name).string(document)
      values.append("\(name) = \"\(text)\"")
    }
    return (first ?? .nan, values.joined(separator: ", ") + "; fails when \(rule.condition)")
  }

  private static func shown(_ value: Float) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    return "\(value)"
  }
}
