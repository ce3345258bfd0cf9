import Corpora

extension FilterPack {
  /// A pack as `midstream filters show` prints it.
  public struct Explanation: Sendable, Equatable {
    public var name: String
    public var version: Int
    public var paper: String
    public var description: String
    public var rules: [Rule]
    public var signals: [SignalDescription]

    public struct Rule: Sendable, Equatable {
      public var id: String
      public var condition: String
      public var early: Bool
      public var signals: [String]
    }
  }

  /// What the pack does: its rules, and what each signal that it measures means.
  public var explanation: Explanation {
    Explanation(
      name: name, version: version, paper: paper, description: description,
      rules: rules.map {
        .init(id: $0.id, condition: $0.condition, early: $0.early, signals: $0.signals)
      },
      signals: measurements.compactMap(SignalRegistry.find))
  }

  /// One rule on one text, as `midstream filters try` prints it.
  public struct Trial: Sendable, Equatable {
    public var rule: String
    public var condition: String
    public var verdict: RuleVerdict
    /// Each signal that the rule reads, with its value on this text.
    public var values: [SignalValue]
    /// The number that a rule of one comparison compares with.
    public var threshold: Float?
  }

  /// A signal on one document.
  public enum SignalValue: Sendable, Equatable {
    case number(String, Float)
    case text(String, String)
    /// No measurement was given, for example a language without an identifier.
    case missing(String)
  }

  /// Measures one text and judges it by each rule. Signals that are not measured on the text alone
  /// (the language) come from `others`; a rule that lacks one is unknown.
  public func trial(of text: [UInt8], others: ColumnTable = ColumnTable()) throws -> [Trial] {
    let meter = try SignalMeter(measurements.filter(SignalMeter.measures))
    var texts = ByteColumn()
    texts.append(text)
    var signals = try meter.measure(texts)
    for name in others.names { others[name].map { signals.set(name, $0) } }
    return try trial(on: signals)
  }

  /// Judges one document by each rule, from its row of signals; a rule that lacks one is unknown.
  public func trial(on signals: ColumnTable) throws -> [Trial] {
    try rules.map { rule in
      let values = rule.signals.map { Self.value($0, in: signals) }
      let complete = rule.signals.allSatisfy { signals[$0] != nil }
      let verdict = complete ? try rule.program.evaluate(signals).first : nil
      return Trial(
        rule: rule.id, condition: rule.condition,
        verdict: verdict.flatMap(RuleVerdict.init) ?? .unknown, values: values,
        threshold: rule.program.threshold?.value)
    }
  }

  private static func value(_ name: String, in signals: ColumnTable) -> SignalValue {
    switch signals[name] {
    case .float32(let values) where !values.isEmpty: .number(name, values[0])
    case .bytes(let values) where !values.isEmpty: .text(name, values.string(0))
    default: .missing(name)
    }
  }
}
