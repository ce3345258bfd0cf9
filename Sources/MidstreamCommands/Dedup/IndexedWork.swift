import Corpora
import Curation
import Foundation
import Runs
import Streams

/// The index that the documents of a deduplication are compared with and added to.
///
///     index    a file of the index: it is whole         (after `sign`)
///
/// The stages after it depend on the index as it was then. An update is committed at the very end,
/// when all outputs are written; what the work folder says of it lets the same command see that it
/// was committed, where it was stopped between the two.
struct IndexedWork: Sendable {
  static let names = [retractions, IndexRecord.path]
  static let retractions = "retractions.jsonl"

  let path: String
  /// Nil where a new one is made.
  let index: DeduplicationIndex?
  let updates: Bool
  let published: Published
  let settings: IndexSettings
  /// The rule that ranks the documents of a cluster.
  let rankedBy: String
  private let lock: IndexLock

  /// - Parameter isWhole: this process does all stages; else it may share the index.
  init(
    _ options: IndexOptions, path: String, _ settings: DocumentDeduplication.Settings, isWhole: Bool
  ) throws {
    self.path = path
    updates = options.update
    published = options.published ?? .keep
    self.settings = IndexSettings(
      equalBy: settings.equalBy.rawValue, plan: settings.plan,
      similarity: settings.verifies ? settings.threshold : nil)
    rankedBy =
      "\(settings.keep.rule)"
      + settings.keep.preferredSources.map { " after \($0)" }.joined()
    let exists = DeduplicationIndex.exists(path)
    guard exists || updates else { throw Fault.noIndex(path) }
    if !exists { try DeduplicationIndex.checkFitForNew(path) }
    lock = try IndexLock(path, writes: updates && isWhole, creates: updates)
    index = DeduplicationIndex.exists(path) ? try DeduplicationIndex(path) : nil
    try index?.check(self.settings)
    if published == .retract { try index?.check(rankedBy: rankedBy) }
  }

  // MARK: For the stages

  /// Changes with the index and with what is asked of it.
  var identity: String {
    get throws { "\(try index?.manifest.digest ?? "new") \(published.rawValue) \(updates)" }
  }

  var parts: [HashedPart] { index?.hashedParts ?? [] }
  var evidence: DeduplicationStages.Evidence {
    index?.evidence ?? DeduplicationStages.Evidence(equalGroups: [])
  }

  static func setPath(part: Int) -> String { "work/index-sets/" + zeroPadded(part) }

  private func name(base: String, _ signed: [CompletionRecord]) -> String {
    RunFolder.digest(of: [base, RunFolder.digest(signed), settings.sketch ?? "", rankedBy])
  }

  /// Whether the update of this work folder was committed, and only the folder is left of it.
  func isCommitted(_ run: RunFolder) throws -> Bool {
    try updates && IndexPlan.isCommitted(run) { index?.holds(update: $0) == true }
  }

  /// Checks that the files of the index are what was written, and notes what the update begins with.
  func check(_ signed: [CompletionRecord], _ work: StagedWork) throws {
    let base = try index?.manifest.digest ?? "new"
    let index = index
    try IndexPlan(base: base, update: name(base: base, signed)).perform(
      work, settings: [try identity], files: index?.checkedCount ?? 0
    ) { try index?.check($0) }
  }

  // MARK: Commit

  /// Removes what an update left that was stopped right after its commit.
  func removeLeftOvers() throws {
    try lock.beginWriting()
    try DeduplicationIndex(path).removeLeftOvers()
  }

  /// Writes which survivors lose their place.
  /// - Returns: how many.
  func writeRetractions(
    _ selected: SelectedDocuments, names: DocumentNames, to folder: OutputFolder
  ) throws -> Int {
    guard let index, published == .retract else { return 0 }
    struct Line: Encodable {
      var cluster: Int
      var generation: Int
      var kept: String
      var retracted: String
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let file = try OutputFile(folder.file(Self.retractions))
    var count = 0
    for part in index.parts.indices {
      for removal in try selected.retractions(part: part) {
        let line = Line(
          cluster: removal.cluster, generation: index.parts[part].generation,
          kept: try names.id(removal.kept), retracted: try names.id(removal.removed))
        try file.write(try encoder.encode(line))
        try file.write("\n")
        count += 1
      }
    }
    try file.commit()
    return count
  }

  /// Adds the documents to the index.
  /// - Parameter evidence: what was found of new documents.
  func commit(
    _ parts: [DocumentDeduplication.Part], _ signed: [CompletionRecord],
    _ stages: DeduplicationStages, _ evidence: DeduplicationStages.Evidence, _ run: RunFolder
  ) throws -> DeduplicationIndex {
    try lock.beginWriting()
    let base = try index?.manifest.digest ?? "new"
    let present = DeduplicationIndex.exists(path) ? try DeduplicationIndex(path) : nil
    guard try present?.manifest.digest ?? "new" == base else {
      throw Fault.indexChanged(path)
    }
    return try IndexUpdate(
      path, index: index, settings: settings, name: name(base: base, signed), rankedBy: rankedBy
    ).commit(
      parts.map { part in
        func file(_ path: String) -> String? {
          Folder.isFile(run.file(path)) ? run.file(path) : nil
        }
        return IndexUpdate.Part(
          documents: part.documents.count, hashes: run.file(part.paths.hashes),
          bands: file(part.paths.bands), ids: run.file(part.paths.ids),
          sets: file(part.paths.allSets), ranks: file(part.paths.ranks))
      },
      IndexUpdate.Findings(
        stages: stages, evidence: evidence, removals: run.file(SelectionSummary.removals),
        survivors: run.file(SelectionSummary.survivors)))
  }
}

/// The ids of new documents and of those of an index, by their addresses.
final class DocumentNames {
  private let ids: DocumentIdentifiers
  private let known: DocumentIdentifiers?
  private let knownParts: Int
  /// The first part of each task.
  private var firstParts: [Int32: Int] = [:]

  init(_ parts: [DocumentDeduplication.Part], _ indexed: IndexedWork?, _ run: RunFolder) {
    ids = DocumentIdentifiers { run.file(parts[$0].paths.ids) }
    known = indexed?.index?.identifiers()
    knownParts = indexed?.parts.count ?? 0
    for (index, part) in parts.enumerated() where firstParts[part.documents.task] == nil {
      firstParts[part.documents.task] = index
    }
  }

  func id(_ address: DocumentAddress) throws -> String {
    let ordinal = Int(address.ordinal)
    // Each part of an index is a task of its own, and they come first.
    if let known, Int(address.task) < knownParts {
      return try known.id(part: Int(address.task), place: ordinal)
    }
    return try ids.id(
      part: (firstParts[address.task] ?? 0) + ordinal / SignedParts.size,
      place: ordinal % SignedParts.size)
  }
}
