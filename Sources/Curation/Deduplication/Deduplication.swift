import Glibc
import Runs
import Streams

/// Reads texts of one task again: calls `visit` with each of `ordinals` (ascending) and its text.
/// Called once a task, from several threads at once.
public typealias DocumentTexts =
  @Sendable (
    _ task: Int32, _ ordinals: [Int32],
    _ visit: (_ ordinal: Int32, _ text: UnsafeRawBufferPointer) throws -> Void
  ) throws -> Void

/// Finds exact and near duplicates over all tasks and decides which documents go.
///
/// 1. Documents of equal text hash are one cluster; its first document alone goes on.
/// 2. Documents that share a band of their sketches are candidates; their texts are read again, once
///    a task, and pairs of a Jaccard similarity of at least `threshold` are linked.
/// 3. Linked documents are one cluster (single linkage). An evaluation document stays, else the
///    document with the highest preference, else the first; the others go, save evaluation
///    documents, which are never removed.
///
/// The result depends neither on the number of threads nor on how documents are cut into tasks. The
/// work is done over files in a scratch folder (``DeduplicationStages``).
public struct Deduplication: Sendable {
  /// Nil for exact duplicates only.
  public var plan: MinHashPlan?
  /// The least Jaccard similarity of near duplicates.
  public var threshold: Double
  public var threads: Int
  /// Bytes that the work may take beside the tasks' columns.
  public var memory: Int

  /// - Throws: an input fault for a threshold outside 0...1.
  public init(
    plan: MinHashPlan? = .fineWeb, threshold: Double = 0.8, threads: Int = 1,
    memory: Int = 1 << 30
  ) throws {
    _ = try DeduplicationStages([], threshold: threshold)
    self.plan = plan
    self.threshold = threshold
    self.threads = max(1, threads)
    self.memory = memory
  }

  /// - Parameters:
  ///   - tasks: in ascending order; no texts, some 130 bytes a document with the FineWeb plan.
  ///   - scratch: a folder for what is written in between, made and removed; nil: one for temporary
  ///     files.
  ///   - texts: reads candidates again; not called where there is no plan.
  public func clusters(
    _ tasks: [DeduplicationTask], scratch: String? = nil, texts: DocumentTexts
  ) throws -> DuplicateClusters {
    for task in tasks { try task.check(bandCount: plan?.bands) }
    let folder = try ScratchFolder(scratch)
    let parts = tasks.map {
      HashedPart(
        documents: DocumentPart(task: $0.task, count: $0.count),
        equalRun: folder.file("texts-\($0.task)"),
        bandRun: plan == nil ? nil : folder.file("bands-\($0.task)"))
    }
    let stages = try DeduplicationStages(
      parts, threshold: threshold, memory: memory / threads, isScratch: true)
    _ = try concurrentMap(tasks.count, threads: threads) { index in
      let task = tasks[index]
      try DeduplicationStages.writeEqualRun(
        task.textHashes, keep: task.keep, to: parts[index].equalRun, isScratch: true)
      guard let plan, let path = parts[index].bandRun else { return }
      try DeduplicationStages.writeBandRun(
        task.bands, bands: plan.bands, keep: task.keep, to: path, isScratch: true)
    }
    let equal = try stages.equalMatching()
    var evidence = DeduplicationStages.Evidence(
      equalGroups: try concurrentMap(equal.pieceCount, threads: threads) { piece in
        let path = folder.file("equal-\(piece)")
        try equal.write(piece: piece, to: path)
        return path
      })
    var statistics = DuplicateClusters.Statistics()
    if plan != nil {
      evidence.links = try links(stages, evidence.equalGroups, tasks, folder, &statistics, texts)
    }
    let (removals, survivors) = (folder.file("removals"), folder.file("survivors"))
    let found = try stages.select(evidence, removals: removals, survivors: survivors) { index in
      KeepPreferences(
        values: tasks[index].preference.map { $0.map(Double.init) },
        isEvaluation: tasks[index].isEvaluation)
    }
    let absent = tasks.reduce(0) { $0 + ($1.keep?.count { !$0 } ?? 0) }
    statistics.documents = found.documents - absent
    statistics.absent = absent
    statistics.clusters = found.clusters
    statistics.exactRemoved = found.exactRemoved
    statistics.nearRemoved = found.nearRemoved
    statistics.sizes = found.sizes
    statistics.largest = found.largest
    let selected = try stages.selected(removals: removals, survivors: survivors)
    return DuplicateClusters(
      removals: try tasks.indices.flatMap { try selected.removals(part: $0) },
      statistics: statistics)
  }

  /// Finds candidates, reads them again and verifies them.
  private func links(
    _ stages: DeduplicationStages, _ equalGroups: [String], _ tasks: [DeduplicationTask],
    _ folder: ScratchFolder, _ statistics: inout DuplicateClusters.Statistics,
    _ texts: DocumentTexts
  ) throws -> [String] {
    let matching = try stages.bandMatching(equalGroups: equalGroups)
    let groups = try concurrentMap(matching.pieceCount, threads: threads) { piece in
      let path = folder.file("groups-\(piece)")
      try matching.write(piece: piece, to: path)
      return path
    }
    let files = DeduplicationStages.CandidateFiles(
      candidates: folder.file("candidates"), groups: folder.file("groups"))
    statistics.candidates = try stages.binCandidates(groups: groups, to: files)
    let sets = try concurrentMap(tasks.count, threads: threads) { index in
      let path = folder.file("sets-\(tasks[index].task)")
      try writeSets(
        CandidateSets(part: index, of: stages, files, to: path), ofTask: tasks[index].task, texts)
      return path
    }
    let verification = try stages.verification(files, sets: sets)
    let verified = try concurrentMap(verification.pieceCount, threads: threads) { piece in
      try verification.verify(piece: piece, to: folder.file("links-\(piece)"))
    }
    statistics.comparisons = verified.reduce(0) { $0 + $1.comparisons }
    statistics.unrepresented = verified.reduce(0) { $0 + $1.unrepresented }
    return verified.indices.map { folder.file("links-\($0)") }
  }

  private func writeSets(_ sets: CandidateSets, ofTask task: Int32, _ texts: DocumentTexts) throws {
    if let plan, !sets.places.isEmpty {
      let maker = ShingleSetMaker(plan: plan)
      let ordinals = sets.places.map { Int32($0) }
      var next = 0
      try texts(task, ordinals) { ordinal, text in
        guard next < ordinals.count, ordinals[next] == ordinal else {
          throw Fault(
            .failure, "the documents of task \(task) are not those that were measured",
            found: "document \(ordinal)", expected: "each candidate once, in order",
            hint: "run pass one again")
        }
        next += 1
        try sets.append(maker.set(of: text).hashes)
      }
    }
    try sets.commit()
  }
}

/// A folder that goes with the work that needed it.
final class ScratchFolder: Sendable {
  let path: String

  /// - Parameter path: nil: a new one where temporary files go.
  init(_ path: String? = nil) throws {
    if let path {
      self.path = path
      try Folder.remove(path)
      try Folder.create(path)
      return
    }
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/midstream-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Fault.system("write", parent) }
    self.path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? parent
    }
  }

  deinit { try? Folder.remove(path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
}
