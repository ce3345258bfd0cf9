import CounterRandom
import Curation

/// What each rule removed over all tasks.
struct RuleTally {
  struct Rule {
    var stage: String
    var name: String
    /// Documents that fail this rule, their bytes, and those that fail no other.
    var documents = 0
    var bytes = 0
    var alone = 0
  }

  struct Example {
    var place: DocumentPlace
    var evidence: String
  }

  /// In the order in which they first occur.
  private(set) var rules: [Rule] = []
  private var failures: [[Example]] = []

  init(_ rows: [RunColumns]) {
    var places: [String: Int] = [:]
    for (task, columns) in rows.enumerated() {
      var failed: [UInt64: Int] = [:]
      let decisions = (0..<columns.ledger.count).map { columns.ledger[$0] }
      for decision in decisions { failed[decision.ordinal, default: 0] += 1 }
      for decision in decisions {
        let key = decision.stage + "\n" + decision.rule
        let index = places[key] ?? rules.count
        if index == rules.count {
          places[key] = index
          rules.append(Rule(stage: decision.stage, name: decision.rule))
          failures.append([])
        }
        let document = Int(decision.ordinal)
        rules[index].documents += 1
        rules[index].bytes += Int(columns.bytes[document])
        rules[index].alone += failed[decision.ordinal] == 1 ? 1 : 0
        failures[index].append(
          Example(
            place: DocumentPlace(task: task, document: document), evidence: decision.evidence))
      }
    }
  }

  /// A few documents of each rule, drawn by the seed.
  func examples(_ count: Int, seed: Int) -> [[Example]] {
    failures.indices.map { rule in
      let random = CounterRandom(seed: UInt64(seed), purpose: "examples of \(rules[rule].name)")
      let found = failures[rule]
      let order = found.indices.sorted {
        (random.bits(UInt64($0)), $0) < (random.bits(UInt64($1)), $1)
      }
      return order.prefix(count).sorted().map { found[$0] }
    }
  }
}
