import Corpora
import Curation

/// Reads candidates of one input again and makes their shingle sets.
struct CandidateReading {
  let files: DocumentFiles
  let file: Int
  let plan: MinHashPlan
  /// Ordinals in order.
  let wanted: [Int]

  /// Calls `take` with each wanted document and its set, in order.
  func read(threads: Int, _ take: (_ document: Int, _ set: [UInt32]) throws -> Void) throws {
    let (plan, wanted) = (plan, wanted)
    _ = try files.map(
      file, threads: threads, prepare: { _, first in first },
      worker: { ShingleSetMaker(plan: plan) },
      work: { maker, batch, first in
        var sets: [(Int, [UInt32])] = []
        var place = wanted.sortedPlace(of: first)
        while place < wanted.count, wanted[place] < first + batch.count {
          let document = wanted[place]
          sets.append(
            (document, batch.texts.withBytes(document - first) { maker.set(of: $0).hashes }))
          place += 1
        }
        return sets
      }
    ) { _, sets in for (document, set) in sets { try take(document, set) } }
  }
}
