import Runs

/// `index.json` of an index of parts of documents.
package struct SegmentIndexManifest: SealedRecord, Sendable, Equatable {
  package static let currentFormat = 1
  package static let holds = "parts of documents"

  /// The documents of one input.
  package struct Input: Codable, Sendable, Equatable {
    /// The hashes of their parts, in partitions.
    var hashes: FileStamp
    /// Their ids, of 65,536 documents a file.
    var ids: [FileStamp]
    /// The number of the first of these files among those of the update.
    var firstIds: Int

    var all: [FileStamp] { [hashes] + ids }
  }

  /// What one call has added.
  package struct Update: Codable, Sendable, Equatable {
    /// From 1.
    var number: Int
    /// Names the update: the same update is not added twice.
    var update: String
    var documents: Int
    /// With a filter only those that were new to it.
    var parts: Int
    /// None with a filter.
    var inputs: [Input] = []
  }

  var format = SegmentIndexManifest.currentFormat
  private var holds = SegmentIndexManifest.holds
  /// What its hashes depend on, for people.
  var rule: String
  /// What its hashes depend on.
  var key: String
  package var revision = 0
  var updates: [Update] = []
  /// The Bloom filter; nil where the hashes themselves are kept.
  var filter: FileStamp?
  /// What the filter was made for.
  var expected: Int?
  var falsePositives: Double?
  package var seal = ""

  init(rule: SegmentRule) {
    self.rule = rule.described
    key = rule.keyDigest
  }

  /// Whether its numbers are ones that an index can have, so that sums of them are numbers too.
  var isPlausible: Bool {
    let numbers =
      [revision] + inputs.map(\.firstIds)
      + updates.flatMap { [$0.number, $0.documents, $0.parts] }
    return updates.count <= 1 << 20 && numbers.allSatisfy { (0...1 << 40).contains($0) }
  }

  var inputs: [Input] { updates.flatMap(\.inputs) }
  package var all: [FileStamp] { inputs.flatMap(\.all) + [filter].compactMap { $0 } }
}

extension SegmentRule {
  /// What the hashes of parts depend on, for people.
  var described: String {
    let windows = part == .sentence ? "windows of \(window) sentences" : "\(part.rawValue)s"
    return "\(windows) of at least \(leastWords) words"
  }
}
