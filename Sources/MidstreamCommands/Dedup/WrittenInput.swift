import Corpora
import Curation

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
  var kept = 0
  var keptBytes = 0
  var removed = 0
  var removedBytes = 0
  var exactRemoved = 0
  var exactBytes = 0
  /// What stays, by source.
  var sources: [String: DatasetAmount] = [:]

  mutating func add(_ other: WrittenAmounts) {
    kept += other.kept
    keptBytes += other.keptBytes
    removed += other.removed
    removedBytes += other.removedBytes
    exactRemoved += other.exactRemoved
    exactBytes += other.exactBytes
    sources.merge(other.sources, uniquingKeysWith: +)
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
      amounts.sources[batch.sources.string(place), default: DatasetAmount()].add(textBytes: bytes)
    }
  }

  private func excerpt(_ batch: DocumentBatch, _ place: Int, _ bytes: Int) -> String {
    String(decoding: batch.texts[place].prefix(bytes), as: UTF8.self)
  }
}
