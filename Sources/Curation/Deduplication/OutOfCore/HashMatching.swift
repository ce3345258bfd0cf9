import Runs

/// Groups of documents that share a hash, found piece by piece: the stages `equal` and `match`. The
/// heads of all runs are read once; pieces can be done side by side.
public struct HashMatching: Sendable {
  private let groups: DuplicateGroups
  private let ranges: [DuplicateGroups.Range]
  /// Documents that repeat another one to the letter; nil where these are being found.
  private let repeats: NumberSet?

  init(_ groups: DuplicateGroups, memory: Int, repeats: NumberSet?) {
    self.groups = groups
    self.repeats = repeats
    ranges = groups.ranges(memory: memory)
  }

  public var pieceCount: Int { ranges.count }

  /// Writes the groups of one piece.
  public func write(piece: Int, to path: String) throws {
    if let repeats {
      try groups.writeCandidates(ranges[piece], repeats: repeats, to: path)
    } else {
      try groups.writeEqual(ranges[piece], to: path)
    }
  }
}
