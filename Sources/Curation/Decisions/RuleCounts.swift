/// What each rule of a chain removes, counted over many tables.
public struct RuleCounts: Sendable, Equatable {
  /// Documents, their bytes of text, and their tokens where those were counted.
  public struct Amount: Sendable, Equatable {
    public var documents = 0
    public var bytes = 0
    public var tokens = 0

    static func += (a: inout Self, b: Self) {
      a.documents = sum(a.documents, b.documents)
      a.bytes = sum(a.bytes, b.bytes)
      a.tokens = sum(a.tokens, b.tokens)
    }

    /// Sizes come from files, which may hold anything: a sum ends at the greatest number.
    private static func sum(_ a: Int, _ b: Int) -> Int {
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? .max : sum
    }
  }

  /// One rule's counts.
  public struct Rule: Sendable, Equatable {
    /// Documents that fail it, whatever else they fail.
    public var failing = Amount()
    /// Documents that fail no other rule: what would come back without this one.
    public var alone = Amount()
    /// Documents that it cannot decide, because a signal is not a number there.
    public var undecided = 0
  }

  /// In the order of the chain's rules.
  public private(set) var rules: [Rule]
  public private(set) var all = Amount()
  public private(set) var kept = Amount()

  public var removedDocuments: Int { all.documents - kept.documents }

  /// - Parameter count: of rules.
  public init(count: Int) { rules = [Rule](repeating: Rule(), count: count) }

  /// Adds a table of verdicts with the sizes of its documents.
  /// - Parameter tokens: one value a document, or none at all.
  public mutating func add(_ verdicts: FilterVerdicts, bytes: [UInt64], tokens: [UInt64]) {
    func amount(_ document: Int) -> Amount {
      Amount(
        documents: 1, bytes: Int(clamping: bytes[document]),
        tokens: tokens.isEmpty ? 0 : Int(clamping: tokens[document]))
    }
    for document in 0..<verdicts.count {
      let amount = amount(document)
      all += amount
      if verdicts.keeps(document) { kept += amount }
    }
    for (index, row) in verdicts.rows.enumerated() {
      var rule = rules[index]
      for (document, verdict) in row.enumerated() where verdict != RuleVerdict.passes.rawValue {
        if verdict == RuleVerdict.unknown.rawValue {
          rule.undecided += 1
          continue
        }
        let amount = amount(document)
        rule.failing += amount
        if verdicts.failures[document] == 1 { rule.alone += amount }
      }
      rules[index] = rule
    }
  }

  /// Adds the counts of other tables with the same rules.
  public mutating func add(_ other: RuleCounts) {
    all += other.all
    kept += other.kept
    for index in rules.indices {
      rules[index].failing += other.rules[index].failing
      rules[index].alone += other.rules[index].alone
      rules[index].undecided += other.rules[index].undecided
    }
  }
}
