import Corpora
import CounterRandom
import Curation
import Runs
import Streams

/// Computes `records/curation.json` from the columns, decisions and streams of a run.
struct CurationSummary {
  let tasks: [MeasuredTask]
  let rows: [RunColumns]
  let clusters: ColumnTable
  /// What extraction read.
  let rawFiles: Int
  let rawBytes: Int
  let problems: ReadingProblems
  /// Tokens of the curated stream by domain.
  let curatedTokens: [String: Int]
  let seed: Int

  private static let examplesARule = 3
  private static let largestClusters = 5
  private static let membersShown = 4
  private static let excerptBytes = 400

  func record() throws -> CurationRecord {
    let rules = RuleTally(rows)
    let chosen = rules.examples(Self.examplesARule, seed: seed)
    let groups = ClusterTable(try ClusterTable.rows(of: clusters)).largest(Self.largestClusters)
    let places = try documentPlaces(of: groups.flatMap { [$0.kept] + shown($0).map(\.id) })
    let excerpts = try Excerpts(
      chosen.flatMap { $0.map(\.place) } + places.values, in: tasks, byteCount: Self.excerptBytes)
    let removals = zip(rules.rules, chosen).map { rule, examples in
      RuleRemovals(
        stage: rule.stage, rule: rule.name, documents: rule.documents, bytes: rule.bytes,
        alone: rule.alone,
        examples: examples.map {
          RemovalExample(
            id: rows[$0.place.task].ids.string($0.place.document), evidence: $0.evidence,
            excerpt: excerpts[$0.place])
        })
    }
    return CurationRecord(
      funnel: funnel(), rules: removals,
      duplicates: try duplicates(groups) { places[$0].map { excerpts[$0] } ?? "" },
      domains: domains(), problems: problems.byKind)
  }

  // MARK: Funnel and domains

  private func funnel() -> [FunnelStep] {
    var steps = [
      FunnelStep(name: "extracted", documents: 0, bytes: 0),
      FunnelStep(name: "training", documents: 0, bytes: 0),
      FunnelStep(name: "filtered", documents: 0, bytes: 0),
      FunnelStep(name: "decontaminated", documents: 0, bytes: 0),
      FunnelStep(name: "deduplicated", documents: 0, bytes: 0),
    ]
    for task in rows {
      let dropped = task.droppedByFilters()
      for document in 0..<task.count {
        let isTraining = !task.isEvaluation[document]
        let isFiltered = isTraining && !dropped.contains(document)
        let isClean = isFiltered && task.isUnfiltered[document]
        let reaches = [true, isTraining, isFiltered, isClean, task.isCurated[document]]
        for (step, isThere) in reaches.enumerated() where isThere {
          steps[step].documents += 1
          // From the filters on, texts are as the packs' edits left them.
          steps[step].bytes += Int((step < 2 ? task.bytes : task.editedBytes)[document])
        }
      }
    }
    steps[steps.count - 1].tokens = curatedTokens.values.reduce(0, +)
    return [FunnelStep(name: "raw", documents: rawFiles, bytes: rawBytes)] + steps
  }

  private func domains() -> [DomainComposition] {
    StreamRecipe.domains.enumerated().map { index, name in
      var before = (documents: 0, bytes: 0, quality: 0.0)
      var after = before
      for task in rows {
        for document in 0..<task.count where task.domain[document] == UInt8(index) {
          let quality = Double(task.quality[document])
          if !task.isEvaluation[document] {
            let size = Int(task.bytes[document])
            before = (before.documents + 1, before.bytes + size, before.quality + quality)
          }
          if task.isCurated[document] {
            let size = Int(task.editedBytes[document])
            after = (after.documents + 1, after.bytes + size, after.quality + quality)
          }
        }
      }
      return DomainComposition(
        domain: name, documentsBefore: before.documents, bytesBefore: before.bytes,
        documentsAfter: after.documents, bytesAfter: after.bytes,
        tokensAfter: curatedTokens[name] ?? 0,
        qualityBefore: before.quality / Double(max(before.documents, 1)),
        qualityAfter: after.quality / Double(max(after.documents, 1)))
    }
  }

  // MARK: Duplicates

  private func shown(_ cluster: ClusterTable.Cluster) -> ArraySlice<ClusterTable.Member> {
    cluster.members.prefix(Self.membersShown)
  }

  private func duplicates(
    _ largest: [ClusterTable.Cluster], excerpt: (String) -> String
  ) throws -> DuplicateSummary {
    let table = ClusterTable(try ClusterTable.rows(of: clusters))
    let overlapping = rows.reduce(0) { sum, task in
      sum
        + (0..<task.ledger.count).lazy.filter { task.ledger[$0].stage == "evaluation-overlap" }
        .count
    }
    return DuplicateSummary(
      exactRemoved: table.exactCount, nearRemoved: table.nearCount,
      evaluationOverlapRemoved: overlapping, sizes: table.sizes,
      largest: largest.map { cluster in
        DuplicateCluster(
          kept: cluster.kept, keptExcerpt: excerpt(cluster.kept),
          removedCount: cluster.members.count,
          members: shown(cluster).map {
            ClusterMember(
              id: $0.id, similarity: Double($0.similarity), excerpt: excerpt($0.id))
          })
      })
  }

  /// Where these ids are.
  private func documentPlaces(of ids: [String]) throws -> [String: DocumentPlace] {
    var wanted = Set(ids.map { Array($0.utf8)[...] })
    var places: [String: DocumentPlace] = [:]
    for (index, task) in rows.enumerated() {
      for document in 0..<task.count where wanted.contains(task.ids[document]) {
        places[task.ids.string(document)] = DocumentPlace(task: index, document: document)
        wanted.remove(task.ids[document])
      }
    }
    return places
  }
}
