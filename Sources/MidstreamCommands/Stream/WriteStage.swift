import Corpora
import Curation
import Runs
import Streams

/// Writes what was kept and what was removed as JSONL: `kept/` with the attributes that a next step
/// may want, `removed/` with every rule that a document fails and the evidence.
struct WriteStage: Sendable {
  static let name = "write"
  private static let keptAttributes = [
    "domain", DomainTags.mathColumn, DomainTags.codeColumn, DomainTags.reasoningColumn,
    DomainTags.generalColumn, LinearClassifier.qualityColumn, LanguageDetector.languageColumn,
  ]

  let run: RunFolder
  let runner: TaskRunner

  func run(_ tasks: [MeasuredTask], decided: CompletionRecord) throws -> [CompletionRecord] {
    let inputs = RunFolder.digest([decided])
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
    try task.forEachBatch { first, batch in
      var batch = batch
      let range = first..<first + batch.count
      for name in Self.keptAttributes {
        if let column = rows.table[name] { batch.attributes.set(name, column[range]) }
      }
      batch.attributes.set("removed_by", .bytes(ByteColumn(reasons[range])))
      try kept.write(batch, attributes: Self.keptAttributes) { rows.isCurated[first + $0] }
      try removed.write(batch, attributes: ["removed_by"] + Self.keptAttributes) {
        !rows.isCurated[first + $0] && !rows.isEvaluation[first + $0]
      }
    }
    try kept.commit()
    try removed.commit()
    return TaskOutcome(
      outputs: ["kept/\(task.name).jsonl.zst", "removed/\(task.name).jsonl.zst"],
      counts: ["kept": kept.documentCount, "removed": removed.documentCount])
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
