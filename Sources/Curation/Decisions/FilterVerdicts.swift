import Corpora

/// What every rule of a chain says of every document of a table: one row of verdicts a rule.
///
/// As columns it is the whole decision: with the columns of signals it tells every rule that a
/// document fails, and the value behind it.
public struct FilterVerdicts: Sendable, Equatable {
  public let rules: [FilterChain.BoundRule]
  /// Raw values of `RuleVerdict`, a row a rule, a value a document.
  public let rows: [[RuleVerdict.RawValue]]
  /// How many rules each document fails.
  public let failures: [UInt32]

  init(
    rules: [FilterChain.BoundRule], rows: [[RuleVerdict.RawValue]], count: Int
  ) {
    self.rules = rules
    self.rows = rows
    var failures = [UInt32](repeating: 0, count: count)
    for row in rows {
      for document in 0..<count { failures[document] &+= UInt32(row[document] >> 1) }
    }
    self.failures = failures
  }

  public var count: Int { failures.count }

  /// Whether a document fails no rule.
  public func keeps(_ document: Int) -> Bool { failures[document] == 0 }

  /// The rules that a document fails, as indices into `rules`.
  public func failed(_ document: Int) -> [Int] {
    failures[document] == 0
      ? [] : rows.indices.filter { rows[$0][document] == RuleVerdict.fails.rawValue }
  }

  /// The columns `kept` (1 where a document fails no rule) and one of verdicts for each rule, named
  /// `PACK/RULE`, as they are stored.
  public func table(packs: [FilterPack]) -> ColumnTable {
    var table = ColumnTable()
    table.set(Self.keptColumn, .uint8(failures.map { $0 == 0 ? 1 : 0 }))
    for (bound, row) in zip(rules, rows) {
      table.set("\(packs[bound.pack].name)/\(bound.rule.id)", .uint8(row))
    }
    return table
  }

  public static let keptColumn = "kept"
}
