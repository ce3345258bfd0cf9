import Corpora

/// One rule on one document, as `midstream filters try` prints it.
public struct FilterTrial: Sendable, Equatable {
  /// Index into the chain's packs.
  public var pack: Int
  public var rule: String
  public var condition: String
  public var verdict: RuleVerdict
  /// Each signal that the rule reads, with its value on this document.
  public var values: [Value]
  /// The number that a rule of one comparison compares with.
  public var threshold: Float?

  /// A signal on one document.
  public enum Value: Sendable, Equatable {
    case number(String, Float)
    case text(String, String)
    /// There is no such measurement, for example in columns that were stored by other packs.
    case missing(String)
  }
}

extension FilterChain {
  /// Measures one text and judges it by each rule.
  public func trials(of text: [UInt8]) throws -> [FilterTrial] {
    var batch = DocumentBatch()
    batch.append(Document(id: "", text: String(decoding: text, as: UTF8.self), source: ""))
    // One document is no site: no line of it is known to be repeated.
    let meter = try ChainMeter(self, siteLines: FrozenSiteLines())
    return try trials(on: meter.measure(batch).signals)
  }

  /// Judges one document by each rule, from its row of signals; a rule that lacks one is unknown.
  public func trials(on signals: ColumnTable) throws -> [FilterTrial] {
    try rules.map { bound in
      let rule = bound.rule
      let isComplete = bound.columns.values.allSatisfy { signals[$0] != nil }
      let verdict = isComplete ? try bound.verdicts(on: signals).first : nil
      return FilterTrial(
        pack: bound.pack, rule: rule.id, condition: rule.condition,
        verdict: verdict.flatMap(RuleVerdict.init) ?? .unknown,
        values: rule.signals.map { Self.value($0, bound.columns[$0], in: signals) },
        threshold: rule.program.threshold?.value)
    }
  }

  private static func value(
    _ name: String, _ column: String?, in signals: ColumnTable
  ) -> FilterTrial.Value {
    switch signals[column ?? name] {
    case .float32(let values) where !values.isEmpty: .number(name, values[0])
    case .bytes(let values) where !values.isEmpty: .text(name, values.string(0))
    default: .missing(name)
    }
  }
}
