import Corpora
import Streams

/// Why one document is removed: one rule that it failed.
public struct Decision: Sendable, Equatable {
  /// The document's place in its task, from 0.
  public var ordinal: UInt64
  /// The pack or stage that decided, for example `gopher-quality`.
  public var stage: String
  public var rule: String
  /// The measured value; NaN where the evidence is not one number.
  public var value: Float
  /// What a person needs to see, for example `word_count = 12; fails when word_count < 50`.
  public var evidence: String

  public init(ordinal: UInt64, stage: String, rule: String, value: Float, evidence: String) {
    self.ordinal = ordinal
    self.stage = stage
    self.rule = rule
    self.value = value
    self.evidence = evidence
  }
}

/// Every removal of one task: a document has one entry for each rule that it failed, so that what a
/// rule removes alone can be counted.
public struct DecisionLedger: Sendable, Equatable {
  private var ordinals: [UInt64] = []
  private var stages = ByteColumn()
  private var rules = ByteColumn()
  private var values: [Float] = []
  private var evidence = ByteColumn()

  public init() {}

  public var count: Int { ordinals.count }
  public var isEmpty: Bool { ordinals.isEmpty }

  public mutating func append(_ decision: Decision) {
    ordinals.append(decision.ordinal)
    stages.append(decision.stage)
    rules.append(decision.rule)
    values.append(decision.value)
    evidence.append(decision.evidence)
  }

  public mutating func append(_ other: DecisionLedger) {
    for index in 0..<other.count { append(other[index]) }
  }

  public subscript(index: Int) -> Decision {
    Decision(
      ordinal: ordinals[index], stage: stages.string(index), rule: rules.string(index),
      value: values[index], evidence: evidence.string(index))
  }

  /// The columns `ordinal`, `stage`, `rule`, `value` and `evidence`, as they are stored.
  public var table: ColumnTable {
    var table = ColumnTable()
    table.set("ordinal", .uint64(ordinals))
    table.set("stage", .bytes(stages))
    table.set("rule", .bytes(rules))
    table.set("value", .float32(values))
    table.set("evidence", .bytes(evidence))
    return table
  }

  /// Takes the columns of a stored ledger.
  public init(_ table: ColumnTable) throws {
    ordinals = try table.uint64("ordinal")
    stages = try table.bytes("stage")
    rules = try table.bytes("rule")
    values = try table.float32("value")
    evidence = try table.bytes("evidence")
  }

  /// All that was decided about one document.
  public func decisions(on ordinal: UInt64) -> [Decision] {
    ordinals.indices.filter { ordinals[$0] == ordinal }.map { self[$0] }
  }
}

extension DecisionLedger {
  /// What one rule removed.
  public struct RuleCount: Sendable, Equatable {
    public var stage: String
    public var rule: String
    /// Documents that failed this rule.
    public var documents: Int
    /// Documents that failed no other rule: what would come back without this one.
    public var alone: Int
  }

  /// The removed documents.
  public var removedCount: Int { Set(ordinals).count }

  /// What each rule removed, in the order in which the rules first occur.
  public func countsByRule() -> [RuleCount] {
    var entries: [UInt64: Int] = [:]
    for ordinal in ordinals { entries[ordinal, default: 0] += 1 }
    var counts: [RuleCount] = []
    var places: [ByteKey: Int] = [:]
    for index in 0..<count {
      let key = ByteKey(stage: stages[index], rule: rules[index])
      let place = places[key] ?? counts.count
      if place == counts.count {
        places[key] = place
        counts.append(
          RuleCount(
            stage: stages.string(index), rule: rules.string(index), documents: 0, alone: 0))
      }
      counts[place].documents += 1
      if entries[ordinals[index]] == 1 { counts[place].alone += 1 }
    }
    return counts
  }

  private struct ByteKey: Hashable {
    var stage: ArraySlice<UInt8>
    var rule: ArraySlice<UInt8>
  }
}
