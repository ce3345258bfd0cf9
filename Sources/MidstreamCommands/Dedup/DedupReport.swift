import Corpora
import Curation
import Runs
import Streams

/// Writes the records of a deduplication, for `midstream report`.
struct DedupReport {
  let record: DedupRecord
  let curation: CurationRecord

  init(_ record: DedupRecord, written: DedupWriting.Outcome, selection: SelectionSummary) {
    self.record = record
    let near = record.removed - written.exactRemoved
    curation = CurationRecord(
      fates: written.sources.total,
      rules: [
        RuleRemovals(
          stage: "exact-duplicates", rule: "similar-document", documents: written.exactRemoved,
          bytes: written.exactBytes, alone: written.exactRemoved, examples: []),
        RuleRemovals(
          stage: "near-duplicates", rule: "similar-document", documents: near,
          bytes: record.removedBytes - written.exactBytes, alone: near, examples: []),
      ].filter { $0.documents > 0 },
      duplicates: DuplicateSummary(
        exactRemoved: selection.exactRemoved, nearRemoved: selection.nearRemoved,
        evaluationOverlapRemoved: 0, sizes: selection.sizes,
        largest: selection.largest.prefix(DedupWriting.shownClusters).map { cluster in
          Self.cluster(cluster, written.excerpts.filter { $0.cluster == cluster.cluster })
        }),
      problems: written.problems)
  }

  private static func cluster(
    _ cluster: SelectionSummary.Cluster, _ excerpts: [ClusterExcerpt]
  ) -> DuplicateCluster {
    let kept = excerpts.first { $0.similarity == nil }
    return DuplicateCluster(
      kept: kept?.id ?? "", keptExcerpt: kept?.excerpt ?? "", removedCount: cluster.members - 1,
      members: excerpts.compactMap { excerpt in
        excerpt.similarity.map {
          ClusterMember(id: excerpt.id, similarity: $0, excerpt: excerpt.excerpt)
        }
      }.prefix(DedupWriting.shownMembers).map { $0 })
  }

  func write(to folder: OutputFolder) throws {
    try RecordFile.write(record, to: folder.file(DedupRecord.path))
    try RecordFile.write(curation, to: folder.file(CurationRecord.path))
  }
}

extension CurationRecord {
  /// The record of a folder in which nothing was done but deduplication.
  init(
    fates: DocumentFates, rules: [RuleRemovals], duplicates: DuplicateSummary,
    problems: ReadingProblems
  ) {
    self.init(
      funnel: [
        FunnelStep(name: "read", documents: fates.documents, bytes: fates.bytes),
        FunnelStep(name: "deduplicated", documents: fates.kept, bytes: fates.keptBytes),
      ], rules: rules, duplicates: duplicates, domains: [], problems: problems.byKind)
  }
}
