import Streams

/// What `select` decided, opened once and read a part at a time.
public struct SelectedDocuments: Sendable {
  private let reader: SelectionFiles.Reader
  private let numbering: DocumentNumbering
  private let files: SelectionFiles

  init(_ files: SelectionFiles, _ numbering: DocumentNumbering) throws {
    self.files = files
    self.numbering = numbering
    reader = try SelectionFiles.Reader(files)
  }

  /// The documents of a part that go, in order.
  public func removals(part: Int) throws -> [DuplicateClusters.Removal] {
    try numberedRemovals(part: part).map(removal)
  }

  /// The documents of a part that stand for others, in order.
  public func survivors(part: Int) throws -> [DuplicateClusters.Survivor] {
    let range = numbering.range(ofPart: part)
    return try reader.survivors(part: part).map {
      guard range.contains(Int(clamping: $0.kept)) else { throw damaged(files.survivors) }
      return DuplicateClusters.Survivor(
        kept: numbering.address(Int($0.kept)), cluster: Int(clamping: $0.cluster),
        members: Int(clamping: $0.members))
    }
  }

  /// The documents of a part of an index that survived until now and lose their place.
  package func retractions(part: Int) throws -> [DuplicateClusters.Removal] {
    try numberedRemovals(part: part).filter { !$0.wasGone }.map(removal)
  }

  func numberedRemovals(part: Int) throws -> [NumberedRemoval] {
    let range = numbering.range(ofPart: part)
    let removals = try reader.removals(part: part)
    for removal in removals {
      guard range.contains(Int(clamping: removal.removed)),
        Int(clamping: removal.kept) < numbering.count,
        Int(clamping: removal.partner) < numbering.count
      else { throw damaged(files.removals) }
    }
    return removals
  }

  private func removal(_ numbered: NumberedRemoval) -> DuplicateClusters.Removal {
    DuplicateClusters.Removal(
      cluster: Int(clamping: numbered.cluster), removed: numbering.address(Int(numbered.removed)),
      kept: numbering.address(Int(numbered.kept)),
      partner: numbering.address(Int(numbered.partner)), similarity: numbered.similarity,
      kind: numbered.kind, keptIsEvaluation: numbered.keptIsEvaluation)
  }

  private func damaged(_ path: String) -> Fault {
    Fault(
      .input, "'\(path)' cannot be used", at: path, found: "a document that is not there",
      hint: "it was damaged; begin the deduplication anew with --overwrite")
  }
}
