import Corpora
import Curation
import Runs

/// A document of a large cluster, for the report.
struct ClusterExcerpt: Codable {
  var cluster: Int
  var id: String
  /// Nil for the document that stays.
  var similarity: Double?
  var excerpt: String
}

/// What the writing of one input came to.
struct WrittenInput: Codable {
  /// By source.
  var sources: [String: DocumentFates] = [:]
  /// Of the removed documents, those that are equal to another one.
  var exactRemoved = 0
  var exactBytes = 0
  var excerpts: [ClusterExcerpt] = []
  /// What could not be read.
  var problems = ReadingProblems()

  mutating func take(
    _ batch: DocumentBatch, _ fates: InputFates.Stretch, from first: Int, shown: Set<Int>,
    excerptBytes: Int
  ) {
    var goes = [Bool](repeating: false, count: batch.count)
    for removal in fates.removals {
      let place = Int(removal.removed.ordinal) - first
      goes[place] = true
      if removal.kind == .exact {
        exactRemoved += 1
        exactBytes += batch.texts.byteCount(place)
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
    for place in 0..<batch.count {
      let bytes = batch.texts.byteCount(place)
      sources[batch.sources.string(place), default: DocumentFates()]
        .add(bytes: bytes, keptBytes: goes[place] ? nil : bytes)
    }
  }

  private func excerpt(_ batch: DocumentBatch, _ place: Int, _ bytes: Int) -> String {
    batch.texts.withBytes(place) { TextExcerpt.text(0..<$0.count, of: $0, limit: bytes) }
  }
}
