import Streams

/// One document that goes, by numbers.
struct NumberedRemoval: Sendable {
  var removed: UInt64
  var kept: UInt64
  var partner: UInt64
  var cluster: UInt64
  var similarity: Float
  var kind: DuplicateClusters.Kind
  var keptIsEvaluation: Bool
  /// It had been removed before.
  var wasGone: Bool

  fileprivate static let width = 5

  fileprivate var record: [UInt64] {
    let flags = (keptIsEvaluation ? UInt64(1) << 40 : 0) | (wasGone ? 1 << 41 : 0)
    return [
      removed, kept, partner, cluster,
      UInt64(similarity.bitPattern) | UInt64(kind.rawValue) << 32 | flags,
    ]
  }

  fileprivate init(_ record: ArraySlice<UInt64>) {
    let at = record.startIndex
    removed = record[at]
    kept = record[at + 1]
    partner = record[at + 2]
    cluster = record[at + 3]
    similarity = Float(bitPattern: UInt32(truncatingIfNeeded: record[at + 4]))
    kind = record[at + 4] >> 32 & 255 == 0 ? .exact : .near
    keptIsEvaluation = record[at + 4] >> 40 & 1 == 1
    wasGone = record[at + 4] >> 41 & 1 == 1
  }

  init(
    removed: UInt64, kept: UInt64, partner: UInt64, cluster: UInt64, similarity: Float,
    kind: DuplicateClusters.Kind, keptIsEvaluation: Bool, wasGone: Bool
  ) {
    self.removed = removed
    self.kept = kept
    self.partner = partner
    self.cluster = cluster
    self.similarity = similarity
    self.kind = kind
    self.keptIsEvaluation = keptIsEvaluation
    self.wasGone = wasGone
  }
}

/// One document that stays and stands for others, by numbers.
struct NumberedSurvivor: Sendable {
  var kept: UInt64
  var cluster: UInt64
  /// Documents of the cluster, this one among them.
  var members: UInt64
  /// It cannot stay: the whole cluster was removed before.
  var isGone: Bool

  fileprivate static let width = 4

  fileprivate var record: [UInt64] { [kept, cluster, members, isGone ? 1 : 0] }

  fileprivate init(_ record: ArraySlice<UInt64>) {
    let at = record.startIndex
    kept = record[at]
    cluster = record[at + 1]
    members = record[at + 2]
    isGone = record[at + 3] == 1
  }

  init(kept: UInt64, cluster: UInt64, members: UInt64, isGone: Bool) {
    self.kept = kept
    self.cluster = cluster
    self.members = members
    self.isGone = isGone
  }
}

/// What a selection leaves on disk, by part.
struct SelectionFiles: Sendable {
  /// Documents that go.
  var removals: String
  /// Documents that stay and stand for others.
  var survivors: String

  private static let removalKind: StaticString = "REMV"
  private static let survivorKind: StaticString = "SURV"

  final class Writer {
    private let removals: BinnedFile.Writer
    private let survivors: BinnedFile.Writer

    init(_ files: SelectionFiles, memory: Int, isScratch: Bool) throws {
      removals = try BinnedFile.Writer(
        files.removals, kind: removalKind, memory: memory / 2, isScratch: isScratch)
      survivors = try BinnedFile.Writer(
        files.survivors, kind: survivorKind, memory: memory / 2, isScratch: isScratch)
    }

    func append(_ removal: NumberedRemoval, part: Int) throws {
      try removals.append(removal.record, bin: part)
    }

    func append(_ survivor: NumberedSurvivor, part: Int) throws {
      try survivors.append(survivor.record, bin: part)
    }

    func commit() throws {
      try removals.commit()
      try survivors.commit()
    }
  }

  /// Reads them a part at a time.
  struct Reader: Sendable {
    private let removals: BinnedFile.Reader
    private let survivors: BinnedFile.Reader

    init(_ files: SelectionFiles) throws {
      removals = try BinnedFile.Reader(files.removals, kind: removalKind)
      survivors = try BinnedFile.Reader(files.survivors, kind: survivorKind)
    }

    /// The documents of a part that go, in order.
    func removals(part: Int) throws -> [NumberedRemoval] {
      let width = NumberedRemoval.width
      let values = try removals.values(part)
      return stride(from: 0, to: values.count - values.count % width, by: width)
        .map { NumberedRemoval(values[$0..<$0 + width]) }.sorted { $0.removed < $1.removed }
    }

    /// The documents of a part that stand for others, in order.
    func survivors(part: Int) throws -> [NumberedSurvivor] {
      let width = NumberedSurvivor.width
      let values = try survivors.values(part)
      return stride(from: 0, to: values.count - values.count % width, by: width)
        .map { NumberedSurvivor(values[$0..<$0 + width]) }.sorted { $0.kept < $1.kept }
    }
  }
}
