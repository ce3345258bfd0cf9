import Corpora
import Curation
import Runs
import Streams

/// Writes what was kept, removed and set aside as JSONL: `kept/` with the attributes that a next step
/// may want, `removed/` with every rule that a document fails and the evidence, `held-out/` with the
/// evaluation documents.
struct WriteStage: Sendable {
  static let name = "write"
  private static let keptAttributes = [
    "domain", DomainTags.mathColumn, DomainTags.codeColumn, DomainTags.reasoningColumn,
    DomainTags.generalColumn, LinearClassifier.qualityColumn, LanguageDetector.languageColumn,
  ]

  let run: RunFolder
  let runner: TaskRunner

  func run(_ tasks: [MeasuredTask], measured: [CompletionRecord], decided: CompletionRecord) throws
    -> [CompletionRecord]
  {
    let inputs = RunFolder.digest(measured + [decided])
    let stageTasks = tasks.map {
      StageTask(name: $0.name, inputs: inputs, work: max(1, $0.rawByteCount))
    }
    return try runner.run(Self.name, configuration: "1", tasks: stageTasks, worker: {}) {
      _, index in try write(tasks[index])
    }
  }

  private func write(_ task: MeasuredTask) throws -> TaskOutcome {
    let rows = try RunColumns(task)
    let reasons = try self.reasons(rows)
    let kept = try DocumentWriter(run.file("kept/\(task.name).jsonl.zst"))
    let removed = try DocumentWriter(run.file("removed/\(task.name).jsonl.zst"))
    let heldOut = try DocumentWriter(run.file("held-out/\(task.name).jsonl.zst"))
    func withAttributes(_ batch: DocumentBatch, _ first: Int) -> DocumentBatch {
      var batch = batch
      let range = first..<first + batch.count
      for name in Self.keptAttributes {
        if let column = rows.table[name] { batch.attributes.set(name, column[range]) }
      }
      batch.attributes.set("domain", .uint8(Array(rows.domain[range])))
      batch.attributes.set("removed_by", .bytes(ByteColumn(reasons[range])))
      return batch
    }
    try task.forEachBatch(edited: true) { first, batch in
      try kept.write(withAttributes(batch, first), attributes: Self.keptAttributes) {
        rows.isCurated[first + $0]
      }
    }
    // What goes has its text as it came.
    try task.forEachBatch { first, batch in
      let batch = withAttributes(batch, first)
      try removed.write(batch, attributes: ["removed_by"] + Self.keptAttributes) {
        !rows.isCurated[first + $0] && !rows.isEvaluation[first + $0]
      }
      try heldOut.write(batch, attributes: Self.keptAttributes) { rows.isEvaluation[first + $0] }
    }
    for writer in [kept, removed, heldOut] { try writer.commit() }
    return TaskOutcome(
      outputs: ["kept", "removed", "held-out"].map { "\($0)/\(task.name).jsonl.zst" },
      counts: [
        "kept": kept.documentCount, "removed": removed.documentCount,
        "held-out": heldOut.documentCount,
      ])
  }

  /// For each document the rules that it fails, each with its evidence, one a line.
  private func reasons(_ rows: RunColumns) throws -> [String] {
    var reasons = [String](repeating: "", count: rows.count)
    for index in 0..<rows.ledger.count {
      let decision = rows.ledger[index]
      let document = Int(decision.ordinal)
      if !reasons[document].isEmpty { reasons[document] += "\n" }
      reasons[document] += "\(decision.stage)/\(decision.rule): \(decision.evidence)"
    }
    return reasons
  }
}
