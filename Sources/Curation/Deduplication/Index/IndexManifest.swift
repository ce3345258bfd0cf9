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

/// `index.json`: what an index holds. Replacing it is what makes a change valid, all at once.
package struct IndexManifest: Codable, Sendable, Equatable {
  /// Raised whenever the files change, or what is measured of a text: its hashes, bands or shingles.
  package static let currentFormat = 1
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
  /// Digest of all the rest.
  private var seal = ""

  init(settings: IndexSettings, state: FileStamp) {
    self.settings = settings
    self.state = state
  }

  package var parts: [Part] { generations.flatMap(\.parts) }
  var evidence: [FileStamp] { equalGroups + links + unverifiedGroups }
  var readWhole: [FileStamp] { [state] + evidence + parts.flatMap(\.readWhole) }
  var all: [FileStamp] { [state] + evidence + parts.flatMap(\.all) }

  /// Identifies the state of the index.
  package var digest: String {
    get throws {
      var open = self
      open.seal = ""
      return try RecordFile.encode(open).withUnsafeBytes { ContentDigest($0).hex }
    }
  }

  func write(to path: String) throws {
    var sealed = self
    sealed.seal = try digest
    try RecordFile.write(sealed, to: path)
  }

  private struct Head: Decodable {
    var format: Int
  }

  /// - Throws: an input fault where the file is of another version, cut short or changed.
  static func read(_ path: String) throws -> IndexManifest {
    func damaged(_ found: String) -> Fault {
      Fault(
        .input, "the deduplication index cannot be used", at: path, found: found,
        expected: "an index.json as it was written",
        hint: "it was cut short or changed: restore it from a copy, or make the index again")
    }
    guard let head = try? RecordFile.read(Head.self, from: path) else {
      guard Folder.isFile(path) else { throw Fault.system("read", path) }
      throw damaged("no readable record")
    }
    guard head.format == currentFormat else {
      throw Fault(
        .input, "the deduplication index is of another version of Midstream", at: path,
        found: "format version \(head.format)", expected: "format version \(currentFormat)",
        hint: "use the version that made it, or make the index again from the documents")
    }
    guard let manifest = try? RecordFile.read(IndexManifest.self, from: path) else {
      throw damaged("a record that lacks something")
    }
    guard try manifest.digest == manifest.seal,
      try RecordFile.encode(manifest) == InputFile.bytes(path)
    else { throw damaged("other values") }
    return manifest
  }
}
