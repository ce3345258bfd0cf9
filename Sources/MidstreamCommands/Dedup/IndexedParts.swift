import Curation
import Runs
import Streams

/// The index that parts of documents are compared with and added to.
///
///     index    a file of the index: it is whole         (before the other stages)
///
/// An update is committed at the very end, when all outputs are written.
struct IndexedParts: Sendable {
  let path: String
  /// Nil where a new one is made.
  let index: SegmentIndex?
  let updates: Bool
  private let rule: SegmentRule
  private let lock: IndexLock

  /// - Parameters:
  ///   - isFilter: a Bloom filter is wanted.
  ///   - isWhole: this process does all stages; else it may share the index.
  init(
    _ options: IndexOptions, path: String, rule: SegmentRule, isFilter: Bool, isWhole: Bool
  ) throws {
    self.path = path
    self.rule = rule
    updates = options.update
    guard rule.scope == .corpus else {
      throw Fault(
        .input, "--index is of what other documents have", found: "--scope document",
        expected: "--scope corpus")
    }
    guard options.published != .retract else {
      throw Fault(
        .input, "nothing is retracted from an index of parts of documents",
        found: "--published retract",
        hint: "what stayed of earlier documents stays: leave --published out")
    }
    let exists = SegmentIndex.exists(path)
    guard exists || updates else { throw Fault.noIndex(path) }
    if !exists { try SegmentIndex.checkFitForNew(path) }
    lock = try IndexLock(path, writes: updates && isWhole, creates: updates)
    index = SegmentIndex.exists(path) ? try SegmentIndex(path) : nil
    try index?.check(rule, isFilter: isFilter)
  }

  private var base: String { get throws { try index?.manifest.digest ?? "new" } }

  private func name(base: String, inputs: [String]) -> String {
    RunFolder.digest(of: [base, rule.digest] + inputs)
  }

  /// Whether the update of this work folder was committed, and only the folder is left of it.
  func isCommitted(_ run: RunFolder) throws -> Bool {
    try updates && IndexPlan.isCommitted(run) { index?.holds(update: $0) == true }
  }

  /// Checks that the files of the index are what was written, and notes what the update begins with.
  func check(inputs: [String], _ work: StagedWork) throws {
    let base = try base
    let index = index
    try IndexPlan(base: base, update: name(base: base, inputs: inputs)).perform(
      work, settings: [base, "\(updates)"], files: index?.checkedCount ?? 0
    ) { try index?.check($0) }
  }

  /// Adds what was seen to the index.
  func commit(_ content: SegmentIndexUpdate.Content, inputs: [String]) throws {
    try lock.beginWriting()
    let base = try base
    let present = SegmentIndex.exists(path) ? try SegmentIndex(path) : nil
    guard try present?.manifest.digest ?? "new" == base else { throw Fault.indexChanged(path) }
    _ = try SegmentIndexUpdate(
      path, index: index, rule: rule, name: name(base: base, inputs: inputs)
    ).commit(content)
  }

  /// Removes what an update left that was stopped right after its commit.
  func removeLeftOvers() throws {
    try lock.beginWriting()
    try SegmentIndex(path).removeLeftOvers()
  }

  /// - Parameters:
  ///   - documents: of the inputs.
  ///   - parts: of the inputs; with a filter only those that were new to it.
  ///   - removedForKnown: copies that went for one that the index had; nil where nobody knows.
  func record(documents: Int, parts: Int, removedForKnown: Int?) -> PartIndexRecord {
    let (known, knownParts) = (index?.documentCount ?? 0, index?.partCount ?? 0)
    return PartIndexRecord(
      index: path, revision: (index?.manifest.revision ?? 0) + (updates ? 1 : 0),
      documents: known + (updates ? documents : 0), parts: knownParts + (updates ? parts : 0),
      known: known, added: updates ? documents : 0,
      removedForKnown: rule.removesFirst ? nil : removedForKnown)
  }
}
