import Curation
import Runs

/// `curate.json`: what was measured from which inputs, so that it can be decided again.
struct CurateRecord: Codable {
  static let path = "curate.json"

  var format = 1
  var program: String
  var inputs: [Input]
  /// As they were named on the command line.
  var filters: [String]
  var filtersFolder: String?
  /// `PACK.RULE=CONDITION`, as given.
  var conditions: [String]
  var packs: [Pack]
  /// Digest of the tokenizer that counted, nil where none was given.
  var tokenizer: String?
  /// The columns of signals. Their names hold digests of the edits and lists behind them.
  var columns: [String]
  /// Kept documents whose text the edits left empty.
  var emptied: Int
  /// In the documents' order.
  var parts: [Part]
  var documents: Int
  var kept: Int

  struct Input: Codable {
    var path: String
    var bytes: Int
    var documents: Int
  }

  struct Pack: Codable {
    var name: String
    var version: Int
    var rules: [Rule]
  }

  struct Rule: Codable {
    var id: String
    var failsWhen: String
  }

  struct Part: Codable {
    /// In `signals/` and `decisions/`.
    var name: String
    var documents: Int
  }

  static func packs(of chain: FilterChain) -> [Pack] {
    chain.packs.map { pack in
      Pack(
        name: pack.name, version: pack.version,
        rules: pack.rules.map { Rule(id: $0.id, failsWhen: $0.condition) })
    }
  }

  func write(to folder: OutputFolder) throws {
    try RecordFile.write(self, to: folder.file(Self.path))
  }
}
