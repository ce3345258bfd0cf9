import Curation
import Streams

/// Documents that one run keeps and the other does not, by the rule that makes the difference.
struct FlipTally {
  struct Example {
    var id: UInt64
    var place: DocumentPlace
    var evidence: String
    /// The same document in run A, where `place` is one of run B and both texts are to be shown.
    var placeInA: DocumentPlace?
  }

  struct Rule {
    var stage: String
    var name: String
    var documents = 0
    var bytes = 0
    /// Documents that fail no other rule.
    var alone = 0
    /// By domain.
    var domains = [Int](repeating: 0, count: StreamRecipe.domains.count)
    /// Of the documents whose first reason it is.
    var examples: ExamplePool
  }

  /// The reason of documents that were set aside for evaluation.
  static let setAside = (stage: "evaluation", rule: "set-aside")

  private let exampleCount: Int
  private(set) var rules: [Rule] = []
  private var places: [String: Int] = [:]

  init(exampleCount: Int) { self.exampleCount = exampleCount }

  /// Adds a document with all reasons why a run does not keep it.
  mutating func add(
    _ reasons: [Decision], id: UInt64, place: DocumentPlace, bytes: Int, domain: Int
  ) {
    let given =
      reasons.isEmpty
      ? [Decision(ordinal: 0, stage: "unknown", rule: "not recorded", value: .nan, evidence: "")]
      : reasons
    for (order, reason) in given.enumerated() {
      let key = reason.stage + "\n" + reason.rule
      let index = places[key] ?? rules.count
      if index == rules.count {
        places[key] = index
        rules.append(
          Rule(
            stage: reason.stage, name: reason.rule, examples: ExamplePool(count: exampleCount)))
      }
      rules[index].documents += 1
      rules[index].bytes += bytes
      rules[index].alone += given.count == 1 ? 1 : 0
      rules[index].domains[domain] += 1
      if order == 0 {
        rules[index].examples.offer(Example(id: id, place: place, evidence: reason.evidence))
      }
    }
  }

  /// Most documents first.
  var sorted: [Rule] {
    rules.sorted {
      ($1.documents, $0.stage, $0.name) < ($0.documents, $1.stage, $1.name)
    }
  }
}

/// A few documents of many: those with the lowest hashes of their ids, which is a random choice that
/// is always the same.
struct ExamplePool {
  private let count: Int
  private(set) var examples: [FlipTally.Example] = []

  init(count: Int) { self.count = count }

  mutating func offer(_ example: FlipTally.Example) {
    if examples.count == count {
      guard let last = examples.last, example.id < last.id else { return }
      examples.removeLast()
    }
    let place = examples.firstIndex { $0.id > example.id } ?? examples.count
    examples.insert(example, at: place)
  }
}
