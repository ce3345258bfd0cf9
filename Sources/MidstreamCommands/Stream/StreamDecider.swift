import Corpora
import Curation
import Runs
import Streams

/// The decisions of one stream, from the columns of all its tasks.
struct StreamDecider: Sendable {
  let tasks: [MeasuredTask]
  let chain: FilterChain
  let settings: CurationSettings
  let threads: Int

  /// What is known of one task while decisions are made.
  private struct State: Sendable {
    var table: ColumnTable
    var ids: ByteColumn
    /// The domain that the manifest hints at, or the tags where it gives no hint.
    var sourceDomain: [UInt8]
    /// The domain of training documents.
    var domain: [UInt8]
    /// Documents set aside for evaluation.
    var evaluation: [Bool]
    /// Training documents that no filter dropped.
    var passed: [Bool]
    /// Training documents that share nothing with the evaluation slices.
    var clean: [Bool]
    var curated: [Bool]
    var ledger: DecisionLedger
  }

  /// Writes the decisions of each task, its streams, and the clusters.
  func decide(note: @Sendable (String) -> Void) throws -> TaskOutcome {
    note("filters")
    var states = try concurrentMap(tasks.count, threads: threads) { try filtered($0) }
    note("overlap with the evaluation slices")
    try removeOverlap(&states)
    try removeContaminated(&states)
    note("duplicates")
    let removals = try removeDuplicates(&states)
    var outputs: [String] = []
    for (task, state) in zip(tasks, states) {
      try ColumnFile.write(state.ledger.table, to: task.decisions)
      try ColumnFile.write(try streams(of: state), to: task.streams)
      outputs += ["decisions/\(task.name).columns", "streams/\(task.name).columns"]
    }
    let run = tasks.first?.run
    if let run {
      let rows = ClusterTable.columns(removals) { address in
        let (task, document) = place(address)
        return states[task].ids[document]
      }
      try ColumnFile.write(rows, to: run.file(ClusterTable.path))
      outputs.append(ClusterTable.path)
    }
    return TaskOutcome(
      outputs: outputs,
      counts: [
        "documents": states.reduce(0) { $0 + $1.evaluation.count },
        "evaluation": states.reduce(0) { $0 + $1.evaluation.lazy.filter { $0 }.count },
        "curated": states.reduce(0) { $0 + $1.curated.lazy.filter { $0 }.count },
      ])
  }

  /// Reads a task's columns and applies the packs to its training documents.
  private func filtered(_ index: Int) throws -> State {
    let table = try ColumnFile.read(tasks[index].columns)
    let evaluation = try table.uint8(StreamColumn.evaluation).map { $0 == 1 }
    let tagged = try table.uint8(DomainTags.domainColumn)
    let sourceDomain = zip(try table.uint8(StreamColumn.hint), tagged).map {
      $0 == StreamColumn.noHint ? $1 : $0
    }
    let domain = settings.domains == "tags" ? tagged : sourceDomain
    let judged = chain.packs.indices.map { place in
      StreamRecipe.domains.map { settings.packs[place].domains.contains($0) }
    }
    let outcome = try FilterDecider(chain).decide(table) { pack, document in
      !evaluation[document] && judged[pack][Int(domain[document])]
    }
    return State(
      table: table, ids: try table.bytes(StreamColumn.id), sourceDomain: sourceDomain,
      domain: domain, evaluation: evaluation,
      passed: zip(outcome.keep, evaluation).map { $0 && !$1 }, clean: evaluation.map { !$0 },
      curated: [], ledger: outcome.decisions)
  }

  /// A training document that equals or resembles an evaluation document goes from both streams.
  private func removeOverlap(_ states: inout [State]) throws {
    guard states.contains(where: { $0.evaluation.contains(true) }) else { return }
    let clusters = try deduplicate(states, keep: { $0.clean })
    for removal in clusters.removals where removal.keptIsEvaluation {
      let (task, document) = place(removal.removed)
      states[task].clean[document] = false
      append(removal, rule: "like-evaluation-document", to: &states)
    }
  }

  /// A training document with evaluation passages in it goes from both streams. Texts are taken as
  /// they were extracted: the unfiltered stream has them so.
  private func removeContaminated(_ states: inout [State]) throws {
    var decontamination = try Decontamination(shareLimit: settings.contamination)
    for (task, state) in zip(tasks, states) where state.evaluation.contains(true) {
      try task.forEachBatch { first, batch in
        var held = DocumentBatch()
        for index in 0..<batch.count where state.evaluation[first + index] {
          held.append(batch[index])
        }
        decontamination.add(held)
      }
    }
    guard decontamination.documentCount > 0 else { return }
    let decided = decontamination
    let before = states
    let found = try concurrentMap(tasks.count, threads: threads) { index in
      var ledger = DecisionLedger()
      var dirty: [Int] = []
      try tasks[index].forEachBatch { first, batch in
        for (offset, measured) in decided.measure(batch).enumerated() {
          let document = first + offset
          guard before[index].clean[document], decided.isContaminated(measured) else { continue }
          dirty.append(document)
          ledger.append(
            decided.decision(on: UInt64(document), measured, text: batch.texts[offset]))
        }
      }
      return (dirty, ledger)
    }
    for (index, (dirty, ledger)) in found.enumerated() {
      for document in dirty { states[index].clean[document] = false }
      states[index].ledger.append(ledger)
    }
  }

  /// Among the survivors of filters and decontamination one document of each cluster stays.
  private func removeDuplicates(_ states: inout [State]) throws -> [DuplicateClusters.Removal] {
    let keep = { (state: State) in zip(state.passed, state.clean).map { $0 && $1 } }
    let clusters = try deduplicate(
      states, withEvaluation: false, keep: keep,
      preferring: settings.keep == "quality" ? LinearClassifier.qualityColumn : nil)
    for index in states.indices { states[index].curated = keep(states[index]) }
    for removal in clusters.removals {
      let (task, document) = place(removal.removed)
      states[task].curated[document] = false
      append(removal, rule: "similar-document", to: &states)
    }
    return clusters.removals
  }

  // MARK: Deduplication

  /// Each task takes part twice: with its training documents, and with its evaluation documents.
  private func deduplicate(
    _ states: [State], withEvaluation: Bool = true, keep: (State) -> [Bool],
    preferring signal: String? = nil
  ) throws -> DuplicateClusters {
    var parts: [DeduplicationTask] = []
    for (index, state) in states.enumerated() {
      parts.append(
        try DeduplicationTask(
          task: Int32(index * 2), columns: state.table, keep: keep(state), preferring: signal))
      guard withEvaluation else { continue }
      parts.append(
        try DeduplicationTask(
          task: Int32(index * 2 + 1), columns: state.table, keep: state.evaluation,
          isEvaluation: true))
    }
    let deduplication = try Deduplication(threshold: settings.similarity, threads: threads)
    let scratch = tasks.first?.run.file("duplicates.part")
    return try deduplication.clusters(parts, scratch: scratch) { task, ordinals, visit in
      var wanted = ordinals[...]
      try tasks[Int(task) / 2].forEachBatch(edited: true) { first, batch in
        while let ordinal = wanted.first, Int(ordinal) < first + batch.count {
          try batch.texts.withBytes(Int(ordinal) - first) { try visit(ordinal, $0) }
          wanted = wanted.dropFirst()
        }
      }
    }
  }

  private func place(_ address: DocumentAddress) -> (task: Int, document: Int) {
    (Int(address.task) / 2, Int(address.ordinal))
  }

  private func append(
    _ removal: DuplicateClusters.Removal, rule: String, to states: inout [State]
  ) {
    let (task, document) = place(removal.removed)
    let (partnerTask, partner) = place(removal.partner)
    let likeness = removal.kind == .exact ? "equal to" : "\(percent(removal.similarity)) like"
    states[task].ledger.append(
      Decision(
        ordinal: UInt64(document), stage: removal.stage, rule: rule, value: removal.similarity,
        evidence: "\(likeness) \(states[partnerTask].ids.string(partner))"))
  }

  private func percent(_ share: Float) -> String { "\(Int((share * 100).rounded()))%" }

  // MARK: What is written

  private func streams(of state: State) throws -> ColumnTable {
    var table = ColumnTable()
    table.set(StreamColumn.unfiltered, .uint8(state.clean.map { $0 ? 1 : 0 }))
    table.set(StreamColumn.curated, .uint8(state.curated.map { $0 ? 1 : 0 }))
    table.set(StreamColumn.evaluation, .uint8(state.evaluation.map { $0 ? 1 : 0 }))
    table.set(StreamColumn.domain, .uint8(state.domain))
    table.set(StreamColumn.sourceDomain, .uint8(state.sourceDomain))
    return table
  }
}
