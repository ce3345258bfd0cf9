/// Two runs, document by document: what `midstream diff --json` prints.
struct RunDiff: Encodable {
  struct Run: Encodable {
    var folder: String
    var name: String?
    var version: String?
    /// The share of the corpus that was read, where it was a sample.
    var sample: Double?
    var documents: Int
    var kept: Int
    var removed: Int
    var evaluation: Int
    var decided: Bool
    var finished: Bool
  }

  struct Setting: Encodable, Equatable {
    var key: String
    /// Nil: not set.
    var a: String?
    var b: String?
  }

  struct Domain: Encodable {
    var domain: String
    var keptA: Int
    var keptB: Int
    /// Nil where a run has no shards.
    var tokensA: Int?
    var tokensB: Int?
  }

  /// Documents that differ in one way.
  struct Kind: Encodable {
    enum Name: String, Encodable, CaseIterable {
      case keptOnlyInA, keptOnlyInB
      /// The document is in one of the runs only.
      case onlyInA, onlyInB
      /// Both runs have the id with different texts; counted beside the other kinds.
      case textChanged
    }

    var kind: Name
    var documents = 0
    /// Of text, in the run that has the document, else in B.
    var bytes = 0
    var domains: [String: Int] = [:]
    /// Of `onlyInA`, `onlyInB` and `textChanged`; those of flips are with their rules.
    var examples: [Example] = []
  }

  /// Flips by the rule that removes the document in the other run.
  struct Rule: Encodable {
    /// `keptOnlyInA` or `keptOnlyInB`.
    var kind: Kind.Name
    var stage: String
    var rule: String
    var documents: Int
    var alone: Int
    var bytes: Int
    var domains: [String: Int]
    var examples: [Example]
  }

  struct Example: Encodable {
    var id: String
    /// The start of its text, on one line; in run A, where the texts differ.
    var line: String
    /// In run B, where the texts differ.
    var lineB: String?
    /// Why the other run does not keep it.
    var evidence: String?
  }

  var format = 1
  var a: Run
  var b: Run
  /// What the comparison cannot tell.
  var notes: [String]
  var settings: [Setting]
  /// Documents with the same id.
  var inBoth: Int
  var keptInBoth: Int
  var kinds: [Kind]
  var rules: [Rule]
  var domains: [Domain]
}
