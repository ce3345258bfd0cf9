import Runs
import Streams

/// What must be the same for the documents of an index and those that are compared with it.
package struct IndexSettings: Codable, Sendable, Equatable {
  /// What makes two documents equal: `text` or `url`.
  package var equalBy: String
  /// What bands and shingle sets are made of, as its plan describes itself; nil where only equal
  /// documents count.
  package var sketch: String?
  /// The least Jaccard similarity; nil where it is not measured.
  package var similarity: Double?

  package init(equalBy: String, plan: MinHashPlan? = nil, similarity: Double? = nil) {
    self.equalBy = equalBy
    sketch = plan.map { "\($0)" }
    self.similarity = plan == nil ? nil : similarity
  }

  private var words: [String] {
    [
      "documents are equal by \(equalBy)", sketch ?? "equal documents only",
      similarity.map { "similarity \($0)" } ?? (sketch == nil ? "" : "similarity not measured"),
    ]
  }

  /// The first way in which the settings of an index differ from those that are wanted.
  func difference(from wanted: IndexSettings) -> (found: String, expected: String)? {
    zip(words, wanted.words).first { $0 != $1 }.map { (found: $0, expected: $1) }
  }
}

/// `index.json` of an index of documents.
package struct IndexManifest: SealedRecord, Sendable, Equatable {
  package static let currentFormat = 2
  package static let holds = "documents"
  package static let fileName = "index.json"

  /// Consecutive documents of one input that are stored together.
  package struct Part: Codable, Sendable, Equatable {
    package var documents: Int
    var hashes: FileStamp
    var bands: FileStamp?
    var ids: FileStamp
    var sets: FileStamp?
    var ranks: FileStamp?

    /// The files that are read whole, which their digests are checked for.
    var readWhole: [FileStamp] { [hashes, ids] + [bands, ranks].compactMap { $0 } }
    var all: [FileStamp] { readWhole + [sets].compactMap { $0 } }
  }

  /// The documents of one update.
  package struct Generation: Codable, Sendable, Equatable {
    /// From 1.
    package var number: Int
    /// Names the update: the same update is not added twice.
    package var update: String
    /// The rule that ranked the documents of a cluster.
    package var rankedBy: String
    package var parts: [Part]
  }

  var format = IndexManifest.currentFormat
  private var holds = IndexManifest.holds
  package var settings: IndexSettings
  /// How often the index was changed; files that a change makes anew carry its number.
  package var revision = 0
  package var generations: [Generation] = []
  /// A byte a document: whether it survives.
  var state: FileStamp
  /// Groups of equal documents, verified links, and groups that count without a measurement.
  var equalGroups: [FileStamp] = []
  var links: [FileStamp] = []
  var unverifiedGroups: [FileStamp] = []
  package var seal = ""

  init(settings: IndexSettings, state: FileStamp) {
    self.settings = settings
    self.state = state
  }

  package var parts: [Part] { generations.flatMap(\.parts) }
  var evidence: [FileStamp] { equalGroups + links + unverifiedGroups }
  var readWhole: [FileStamp] { [state] + evidence + parts.flatMap(\.readWhole) }
  package var all: [FileStamp] { [state] + evidence + parts.flatMap(\.all) }
}
