import Corpora
import Curation
import Foundation
import Runs
import Streams

/// The last stage of a deduplication: reads each input again and writes what stays, what goes and
/// the table of clusters, all named by the input's number.
struct DedupWriting {
  let files: DocumentFiles
  let work: StagedWork
  let parts: [DocumentDeduplication.Part]
  let stages: DeduplicationStages
  let settings: DocumentDeduplication.Settings
  var indexed: IndexedWork?

  static let copiesColumn = "copies"
  /// Clusters whose texts the report shows, and how many members of each.
  static let shownClusters = 5
  static let shownMembers = 4
  fileprivate static let excerptBytes = 400

  /// What all inputs came to.
  struct Outcome {
    /// By source.
    var sources: [String: DocumentFates] = [:]
    var exactRemoved = 0
    var exactBytes = 0
    var excerpts: [ClusterExcerpt] = []
    /// What could not be read.
    var problems = ReadingProblems()
  }

  func write(_ selection: CompletionRecord, clusters: [SelectionSummary.Cluster]) throws -> Outcome
  {
    let digest = RunFolder.digest([selection])
    let shown = Set(clusters.prefix(Self.shownClusters).map(\.cluster))
    let tasks = files.paths.enumerated().map { file, path in
      StageTask(
        name: zeroPadded(file), inputs: digest + StagedWork.identity(path),
        work: Folder.byteCount(of: path) ?? 0)
    }
    let outer = files.paths.count >= 2 * work.runner.threads ? work.runner.threads : 1
    let inner = outer == 1 ? work.runner.threads : 1
    let writing = InputWriting(
      files: files, run: work.run, parts: parts,
      selected: try stages.selected(
        removals: work.run.file(SelectionSummary.removals),
        survivors: work.run.file(SelectionSummary.survivors)), reweight: settings.reweight,
      shown: shown, indexed: indexed)
    let context = try indexed.map { [try $0.identity] } ?? []
    _ = try work.stage(
      "write", settings: [settings.reweight.map { "\($0)" } ?? "no weight"] + context, tasks: tasks,
      threads: outer, worker: {}
    ) { _, file in try writing.write(file, threads: inner) }
    try work.checkFinishes()
    var outcome = Outcome()
    for file in files.paths.indices {
      let written = try RecordFile.read(
        WrittenInput.self, from: work.run.file(InputWriting.amountsPath(file)))
      outcome.sources.merge(written.sources, uniquingKeysWith: +)
      outcome.exactRemoved += written.exactRemoved
      outcome.exactBytes += written.exactBytes
      outcome.excerpts += written.excerpts
      outcome.problems.merge(written.problems)
    }
    return outcome
  }
}

/// Writes the documents of one input.
private struct InputWriting: Sendable {
  let files: DocumentFiles
  let run: RunFolder
  let parts: [DocumentDeduplication.Part]
  let selected: SelectedDocuments
  let reweight: Reweighting?
  /// Clusters whose texts the report shows.
  let shown: Set<Int>
  let indexed: IndexedWork?

  static func amountsPath(_ file: Int) -> String {
    "work/written/\(zeroPadded(file)).json"
  }

  func write(_ file: Int, threads: Int) throws -> TaskOutcome {
    let name = zeroPadded(file)
    let outputs = ["kept/\(name).jsonl.zst", "removed/\(name).jsonl.zst", "clusters/\(name).jsonl"]
    let kept = try DocumentOutput(run.file(outputs[0]))
    let removed = try DocumentOutput(run.file(outputs[1]))
    let clusters = try ClusterFiles(
      run.file(outputs[2]), names: DocumentNames(parts, indexed, run))
    var inputFates = try InputFates(file: file, parts: parts, selected: selected)
    var written = WrittenInput()
    let (reweight, shown) = (reweight, shown)
    let problems = try files.map(
      file, threads: threads,
      prepare: { batch, first in
        let fates = try inputFates.next(batch.count, from: first)
        let reasons = try clusters.write(fates.removals, of: batch, from: first)
        written.take(
          batch, fates, from: first, shown: shown, excerptBytes: DedupWriting.excerptBytes)
        return DedupedBatch(reasons: reasons, copies: fates.copies)
      },
      worker: { try DedupEncoder() },
      work: { encoder, batch, fate in try encoder.encode(batch, fate, reweight) }
    ) { batch, encoded in
      for piece in encoded.kept { try kept.append(piece) }
      for piece in encoded.removed { try removed.append(piece) }
    }
    try inputFates.finish(files.paths[file])
    try kept.commit()
    try removed.commit()
    try clusters.commit()
    written.problems = problems
    let fates = written.sources.total
    try RecordFile.write(written, to: run.file(Self.amountsPath(file)))
    return TaskOutcome(
      outputs: outputs + [Self.amountsPath(file)],
      counts: ["documents": fates.documents, "kept": fates.kept, "removed": fates.removed])
  }
}

/// A batch's fate, ready to be written.
struct DedupedBatch: Sendable {
  /// Why a document goes; empty where it stays.
  var reasons: [String]
  /// How many documents each stands for, itself among them.
  var copies: [UInt64]
}

/// Encodes what stays and what goes; for one thread.
final class DedupEncoder {
  struct Encoded: Sendable {
    var kept: [EncodedDocuments]
    var removed: [EncodedDocuments]
  }

  private let encoder: any DocumentEncoder

  init() throws { encoder = try DocumentOutput.makeFramesEncoder() }

  func encode(_ batch: DocumentBatch, _ fate: DedupedBatch, _ reweight: Reweighting?) throws
    -> Encoded
  {
    var batch = batch
    batch.attributes.set(DedupWriting.copiesColumn, .uint64(fate.copies))
    var names = [DedupWriting.copiesColumn]
    if let reweight {
      batch.attributes.set(
        Reweighting.attribute,
        .float32(fate.copies.map { Float(reweight.weight(copies: Int($0))) }))
      names.append(Reweighting.attribute)
    }
    batch.attributes.set("removed_by", .bytes(ByteColumn(fate.reasons)))
    return Encoded(
      kept: try encoder.encode(batch, try batch.attributeColumns(names)) {
        fate.reasons[$0].isEmpty
      },
      removed: try encoder.encode(batch, try batch.attributeColumns(["removed_by"])) {
        !fate.reasons[$0].isEmpty
      })
  }
}

/// What becomes of the documents of one input, in order.
struct InputFates {
  struct Stretch {
    var removals: ArraySlice<DuplicateClusters.Removal>
    var survivors: ArraySlice<DuplicateClusters.Survivor>
    var copies: [UInt64]
  }

  private var removals: ArraySlice<DuplicateClusters.Removal> = []
  private var survivors: ArraySlice<DuplicateClusters.Survivor> = []
  private var expected: Int
  private var seen = 0

  init(
    file: Int, parts: [DocumentDeduplication.Part], selected: SelectedDocuments
  ) throws {
    let own = parts.indices.filter { parts[$0].file == file }
    removals = try own.flatMap { try selected.removals(part: parts[$0].place) }[...]
    survivors = try own.flatMap { try selected.survivors(part: parts[$0].place) }[...]
    expected = own.reduce(0) { $0 + parts[$1].documents.count }
  }

  /// The fates of the next `count` documents, which start at `first`.
  mutating func next(_ count: Int, from first: Int) throws -> Stretch {
    let end = Int32(first + count)
    let removed = removals.prefix { $0.removed.ordinal < end }
    removals = removals.dropFirst(removed.count)
    let stay = survivors.prefix { $0.kept.ordinal < end }
    survivors = survivors.dropFirst(stay.count)
    var copies = [UInt64](repeating: 1, count: count)
    for survivor in stay { copies[Int(survivor.kept.ordinal) - first] = UInt64(survivor.members) }
    seen += count
    return Stretch(removals: removed, survivors: stay, copies: copies)
  }

  /// - Throws: where the input has other documents than it had.
  func finish(_ path: String) throws {
    guard seen == expected, removals.isEmpty, survivors.isEmpty else {
      throw Fault(
        .input, "'\(path)' changed while it was deduplicated", found: "\(seen) documents",
        expected: "\(expected)", hint: "run the same command again")
    }
  }
}
