import Corpora
import Curation
import Foundation
import Runs
import Streams

/// Writes what decontamination found: `contaminated.jsonl`, `items.jsonl`, the record, and with an
/// action what stays and what goes.
final class DecontaminationOutput {
  static let contaminated = "contaminated.jsonl"
  static let items = "items.jsonl"

  private let plan: DecontaminationPlan
  private let folder: OutputFolder
  private let documents: KeptAndRemoved?
  private let findings: OutputFile
  private var tally = ItemTally()
  private(set) var record: ContaminationRecord

  /// What the folder gets.
  static func names(_ action: DecontaminationAction) -> [String] {
    [contaminated, items, ContaminationRecord.path]
      + (action == .report ? [] : KeptAndRemoved.names)
  }

  init(_ plan: DecontaminationPlan, _ folder: OutputFolder) throws {
    self.plan = plan
    self.folder = folder
    documents =
      plan.action == .report
      ? nil
      : KeptAndRemoved(folder, step: "decontaminate", settings: plan.listed)
    findings = try OutputFile(folder.file(Self.contaminated))
    record = ContaminationRecord(
      method: plan.method, action: plan.action.rawValue, documents: 0, bytes: 0, contaminated: 0,
      removed: 0, cut: 0, cutBytes: 0, sets: [], worst: [])
  }

  func write(_ batch: DocumentBatch, of file: Int, _ verdicts: [DocumentVerdict]) throws {
    record.documents += batch.count
    record.bytes += batch.textByteCount
    for (index, verdict) in verdicts.enumerated() where !verdict.lines.isEmpty {
      try findings.write(verdict.lines)
      if verdict.touched.isEmpty { continue }
      record.contaminated += 1
      if !verdict.reason.isEmpty { record.removed += 1 }
      if !verdict.cuts.isEmpty {
        record.cut += 1
        record.cutBytes += verdict.cuts.reduce(0) { $0 + $1.count }
      }
      tally.add(verdict, document: batch.ids.string(index))
    }
    guard let documents else { return }
    var batch = batch
    if verdicts.contains(where: { !$0.cuts.isEmpty }) {
      batch.replaceTexts(with: Self.texts(of: batch, without: verdicts))
    }
    try documents.write(batch, of: file, reasons: verdicts.map(\.reason))
  }

  private static func texts(
    of batch: DocumentBatch, without verdicts: [DocumentVerdict]
  ) -> ByteColumn {
    var texts = ByteColumn()
    texts.reserve(values: batch.count, bytes: batch.textByteCount)
    for (index, verdict) in verdicts.enumerated() {
      let text = batch.texts[index]
      guard !verdict.cuts.isEmpty else {
        texts.append(text)
        continue
      }
      var kept: [UInt8] = []
      var next = 0
      for cut in verdict.cuts {
        kept += text.dropFirst(next).prefix(cut.lowerBound - next)
        next = cut.upperBound
      }
      texts.append(kept + text.dropFirst(next))
    }
    return texts
  }

  /// Gives all files their names.
  func commit() throws {
    let touched = tally.items(plan)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let file = try OutputFile(folder.file(Self.items))
    for item in touched {
      try file.write(try encoder.encode(item))
      try file.write("\n")
    }
    record.sets = tally.sets(plan)
    record.worst = ItemTally.worst(touched)
    try documents?.commit()
    try findings.commit()
    try file.commit()
    try RecordFile.write(record, to: folder.file(ContaminationRecord.path))
  }
}
