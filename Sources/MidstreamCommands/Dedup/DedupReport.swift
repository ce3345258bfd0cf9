import Curation
import Runs
import Streams

/// Writes the records of a deduplication, for `midstream report`.
struct DedupReport {
  let record: DedupRecord
  let curation: CurationRecord

  init(_ record: DedupRecord, written: DedupWriting.Outcome, selection: SelectionSummary) {
    let amounts = written.amounts
    var record = record
    record.keptBytes = amounts.keptBytes
    record.removedBytes = amounts.removedBytes
    self.record = record
    let near = amounts.removed - amounts.exactRemoved
    curation = CurationRecord(
      funnel: [
        FunnelStep(
          name: "read", documents: record.documents,
          bytes: amounts.keptBytes + amounts.removedBytes),
        FunnelStep(name: "deduplicated", documents: amounts.kept, bytes: amounts.keptBytes),
      ],
      rules: [
        RuleRemovals(
          stage: "exact-duplicates", rule: "similar-document", documents: amounts.exactRemoved,
          bytes: amounts.exactBytes, alone: amounts.exactRemoved, examples: []),
        RuleRemovals(
          stage: "near-duplicates", rule: "similar-document", documents: near,
          bytes: amounts.removedBytes - amounts.exactBytes, alone: near, examples: []),
      ].filter { $0.documents > 0 },
      duplicates: DuplicateSummary(
        exactRemoved: record.exactRemoved, nearRemoved: record.nearRemoved,
        evaluationOverlapRemoved: 0, sizes: record.sizes,
        largest: selection.largest.prefix(DedupWriting.shownClusters).map { cluster in
          Self.cluster(cluster, written.excerpts.filter { $0.cluster == cluster.cluster })
        }), domains: [],
      problems: record.problems.sorted { $0.key < $1.key }.map {
        ProblemCount(kind: $0.key, count: $0.value, places: [])
      })
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
