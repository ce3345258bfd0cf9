import Curation
import Runs
import Streams

extension DocumentDeduplication {
  /// What the stages after `sign` depend on besides the documents.
  var context: [String] { get throws { try indexed.map { [try $0.identity] } ?? [] } }

  /// Writes what an index was used for, and adds the documents to it, when all else is written.
  func addToIndex(
    _ parts: [Part], _ signed: [CompletionRecord], _ stages: DeduplicationStages,
    _ evidence: DeduplicationStages.Evidence
  ) throws {
    guard let indexed else { return }
    let run = work.run
    let selected = try stages.selected(
      removals: run.file(SelectionSummary.removals),
      survivors: run.file(SelectionSummary.survivors))
    let retracted = try indexed.writeRetractions(
      selected, names: DocumentNames(parts, indexed, run), to: folder)
    let known = indexed.parts.count
    var removedForKnown = 0
    for part in parts {
      removedForKnown += try selected.removals(part: part.place)
        .count { Int($0.kept.task) < known }
    }
    let revision = indexed.index?.manifest.revision ?? 0
    try RecordFile.write(
      IndexRecord(
        index: indexed.path, revision: revision + (indexed.updates ? 1 : 0),
        known: indexed.index?.documentCount ?? 0,
        added: indexed.updates ? parts.reduce(0) { $0 + $1.documents.count } : 0,
        published: indexed.published.rawValue, retracted: retracted,
        removedForKnown: removedForKnown), to: folder.file(IndexRecord.path))
    // From here on the update is made; what is left is to remove the work folder.
    if indexed.updates { _ = try indexed.commit(parts, signed, stages, evidence, run) }
  }

  /// Ends a call that was stopped after its update was committed.
  func finishCommitted() throws -> DedupRecord {
    let record = try RecordFile.read(DedupRecord.self, from: folder.file(DedupRecord.path))
    try indexed?.removeLeftOvers()
    try work.finish(stages: Self.stages + [IndexedWork.stage])
    return record
  }
}

extension SelectionSummary {
  /// Leaves out what concerns documents of an index only.
  mutating func showOnly(_ written: DedupWriting.Outcome, in record: inout DedupRecord) {
    let amounts = written.amounts
    record.exactRemoved = amounts.exactRemoved
    record.nearRemoved = amounts.removed - amounts.exactRemoved
    let shown = Set(written.excerpts.map(\.cluster))
    largest.removeAll { !shown.contains($0.cluster) }
  }
}
