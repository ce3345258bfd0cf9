import Corpora
import Curation
import Foundation
import Runs
import Streams

/// The table of clusters of one input, a line of JSON a removed document: `cluster`, `kept`,
/// `removed`, `similarity`, `exact`, and `partner` where it was measured against another document
/// than the kept one.
final class ClusterFiles {
  static let lines = "clusters"

  private struct Line: Encodable {
    var cluster: Int
    var exact: Bool
    var kept: String
    var partner: String?
    var removed: String
    /// Nil where candidates were not verified.
    var similarity: Float?
  }

  private let file: OutputFile
  private let encoder = JSONEncoder()
  private let names: DocumentNames

  init(_ path: String, names: DocumentNames) throws {
    file = try OutputFile(path)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.names = names
  }

  /// Writes the lines of a batch that starts at `first`.
  /// - Returns: why each document goes; empty where it stays.
  func write(
    _ removals: ArraySlice<DuplicateClusters.Removal>, of batch: DocumentBatch, from first: Int
  ) throws -> [String] {
    var reasons = [String](repeating: "", count: batch.count)
    for removal in removals {
      let place = Int(removal.removed.ordinal) - first
      let kept = try names.id(removal.kept)
      let partner = removal.partner == removal.kept ? kept : try names.id(removal.partner)
      let similarity = removal.similarity.isNaN ? nil : removal.similarity
      try file.write(
        try encoder.encode(
          Line(
            cluster: removal.cluster, exact: removal.kind == .exact, kept: kept,
            partner: partner == kept ? nil : partner, removed: batch.ids.string(place),
            similarity: similarity)))
      try file.write("\n")
      let measured =
        removal.kind == .exact
        ? "equal to \(partner)"
        : (similarity.map { String(format: "%.3f like ", $0) } ?? "shares a band with ") + partner
      reasons[place] =
        "\(removal.stage)/similar-document: \(measured)"
        + (partner == kept ? "" : "; \(kept) stays")
    }
    return reasons
  }

  func commit() throws { try file.commit() }
}

/// A document of a large cluster, for the report.
struct ClusterExcerpt: Codable {
  var cluster: Int
  var id: String
  /// Nil for the document that stays.
  var similarity: Double?
  var excerpt: String
}

/// Documents and bytes by their fate.
struct WrittenAmounts: Codable {
  struct Source: Codable {
    var documents = 0
    var textBytes = 0
  }

  var kept = 0
  var keptBytes = 0
  var removed = 0
  var removedBytes = 0
  var exactRemoved = 0
  var exactBytes = 0
  /// What stays, by source.
  var sources: [String: Source] = [:]

  mutating func add(_ other: WrittenAmounts) {
    kept += other.kept
    keptBytes += other.keptBytes
    removed += other.removed
    removedBytes += other.removedBytes
    exactRemoved += other.exactRemoved
    exactBytes += other.exactBytes
    sources.merge(other.sources) {
      Source(documents: $0.documents + $1.documents, textBytes: $0.textBytes + $1.textBytes)
    }
  }
}

/// What the writing of one input came to.
struct WrittenInput: Codable {
  var amounts = WrittenAmounts()
  var excerpts: [ClusterExcerpt] = []

  mutating func take(
    _ batch: DocumentBatch, _ fates: InputFates.Stretch, from first: Int, shown: Set<Int>,
    excerptBytes: Int
  ) {
    var goes = [Bool](repeating: false, count: batch.count)
    for removal in fates.removals {
      let place = Int(removal.removed.ordinal) - first
      goes[place] = true
      let bytes = batch.texts.byteCount(place)
      amounts.removed += 1
      amounts.removedBytes += bytes
      if removal.kind == .exact {
        amounts.exactRemoved += 1
        amounts.exactBytes += bytes
      }
      if shown.contains(removal.cluster),
        excerpts.count(where: { $0.cluster == removal.cluster && $0.similarity != nil })
          < DedupWriting.shownMembers
      {
        excerpts.append(
          ClusterExcerpt(
            cluster: removal.cluster, id: batch.ids.string(place),
            similarity: removal.similarity.isNaN ? 0 : Double(removal.similarity),
            excerpt: excerpt(batch, place, excerptBytes)))
      }
    }
    for survivor in fates.survivors where shown.contains(survivor.cluster) {
      let place = Int(survivor.kept.ordinal) - first
      excerpts.append(
        ClusterExcerpt(
          cluster: survivor.cluster, id: batch.ids.string(place), similarity: nil,
          excerpt: excerpt(batch, place, excerptBytes)))
    }
    for place in 0..<batch.count where !goes[place] {
      let bytes = batch.texts.byteCount(place)
      amounts.kept += 1
      amounts.keptBytes += bytes
      let source = batch.sources.string(place)
      amounts.sources[source, default: .init()].documents += 1
      amounts.sources[source]?.textBytes += bytes
    }
  }

  private func excerpt(_ batch: DocumentBatch, _ place: Int, _ bytes: Int) -> String {
    String(decoding: batch.texts[place].prefix(bytes), as: UTF8.self)
  }
}
