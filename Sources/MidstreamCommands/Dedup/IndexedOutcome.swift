import Curation
import Runs
import Streams

extension DocumentDeduplication {
  /// What the stages after `sign` depend on besides the documents.
  var context: [String] { get throws { try indexed.map { [try $0.identity] } ?? [] } }

  /// What the index is used for; nil without one. Retractions are written.
  func indexRecord(_ parts: [Part], _ stages: DeduplicationStages) throws -> IndexRecord? {
    guard let indexed else { return nil }
    let run = work.run
    let selected = try stages.selected(
      removals: run.file(SelectionSummary.removals),
      survivors: run.file(SelectionSummary.survivors))
    let names = DocumentNames(parts, indexed, run)
    let retracted = try indexed.writeRetractions(selected, names: names, to: folder)
    let known = indexed.parts.count
    var removedForKnown = 0
    var repeats = KnownRepeats()
    for part in parts {
      for removal in try selected.removals(part: part.place) {
        if Int(removal.kept.task) < known { removedForKnown += 1 }
        // Of equal documents all but the first are linked to the first alone.
        guard removal.similarity == 1, Int(removal.partner.task) < known else { continue }
        repeats.add(
          try names.id(removal.removed), equalTo: try names.id(removal.partner))
      }
    }
    let earlier = try indexed.index?.presentCount ?? 0
    let added = indexed.updates ? parts.reduce(0) { $0 + $1.documents.count } : 0
    return IndexRecord(
      index: indexed.path,
      revision: (indexed.index?.manifest.revision ?? 0) + (indexed.updates ? 1 : 0),
      documents: earlier + added, known: earlier, added: added,
      alreadyKnown: try repeats.count(in: indexed.index), published: indexed.published.rawValue,
      retracted: retracted, removedForKnown: removedForKnown)
  }

  /// Writes what the index was used for, and adds the documents to it, when all else is written.
  func addToIndex(
    _ parts: [Part], _ signed: [CompletionRecord], _ stages: DeduplicationStages,
    _ evidence: DeduplicationStages.Evidence, _ record: IndexRecord?
  ) throws {
    guard let indexed, let record else { return }
    try RecordFile.write(record, to: folder.file(IndexRecord.path))
    // From here on the update is made; what is left is to remove the work folder.
    if indexed.updates { _ = try indexed.commit(parts, signed, stages, evidence, work.run) }
  }
}

extension DeduplicationIndex {
  /// Its documents without those that were forgotten.
  fileprivate var presentCount: Int {
    get throws {
      try parts.indices.reduce(0) { count, part in
        count + (try states(part: part)).count { $0 != .forgotten }
      }
    }
  }
}

/// Documents of the input that are equal to one of the index: which of them the index has under the
/// same id.
private struct KnownRepeats {
  private var found = 0
  /// Ids of documents that are equal to one of another id, with how many there are.
  private var open: [String: Int] = [:]

  mutating func add(_ id: String, equalTo known: String) {
    if id == known { found += 1 } else { open[id, default: 0] += 1 }
  }

  /// The ids of the index are read only where the nearest copy has another one.
  func count(in index: DeduplicationIndex?) throws -> Int {
    guard let index, !open.isEmpty else { return found }
    let ids = index.identifiers()
    var seen: Set<String> = []
    for (part, files) in index.parts.enumerated() {
      try Interruption.check()
      for place in files.range.indices {
        let id = try ids.id(part: part, place: place - files.range.lowerBound)
        if open[id] != nil { seen.insert(id) }
      }
    }
    return found + seen.reduce(0) { $0 + (open[$1] ?? 0) }
  }
}

extension SelectionSummary {
  /// Leaves out what concerns documents of an index only.
  mutating func showOnly(_ written: DedupWriting.Outcome) {
    exactRemoved = written.exactRemoved
    nearRemoved = written.sources.total.removed - written.exactRemoved
    let shown = Set(written.excerpts.map(\.cluster))
    largest.removeAll { !shown.contains($0.cluster) }
  }
}
