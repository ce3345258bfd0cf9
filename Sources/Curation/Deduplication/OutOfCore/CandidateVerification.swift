import Streams

/// The stage `verify`: pairs of candidates whose similarity reaches the threshold, found piece by
/// piece. The places of all bins are read once; pieces can be done side by side.
public struct CandidateVerification: Sendable {
  /// What a piece came to.
  public struct Outcome: Sendable {
    public var links = 0
    /// Pairs whose similarity was measured.
    public var comparisons = 0
    /// How often a document of a group of more than 64 was like none of the first 64.
    public var unrepresented = 0
  }

  /// Bins whose sets together take a part of the memory.
  private let pieces: [Range<Int>]
  private let groups: BinnedFile.Reader
  private let sets: [BinnedFile.Reader]
  private let stages: DeduplicationStages
  /// Bytes of sets of one piece: small, so that threads and processes have something each.
  private static let pieceSize = 1 << 20

  init(
    _ stages: DeduplicationStages, _ files: DeduplicationStages.CandidateFiles, sets paths: [String]
  ) throws {
    self.stages = stages
    groups = try BinnedFile.Reader(files.groups, kind: CandidateBins.groupKind)
    let sets = try paths.map { try BinnedFile.Reader($0, kind: CandidateSetFile.kind) }
    let bins = try CandidateBins(files.candidates, documentCount: stages.documentCount).binCount
    var pieces: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for bin in 0..<bins {
      let more = sets.reduce(0) { $0 + $1.count(bin) * 8 }
      if bin > start, bytes + more > min(stages.memory / 4, Self.pieceSize) {
        pieces.append(start..<bin)
        (start, bytes) = (bin, 0)
      }
      bytes += more
    }
    if start < bins { pieces.append(start..<bins) }
    self.sets = sets
    self.pieces = pieces
  }

  public var pieceCount: Int { pieces.count }

  /// Measures the pairs of one piece and writes those that are similar enough.
  public func verify(piece: Int, to path: String) throws -> Outcome {
    let output = try ValueFile.Writer(path, kind: LinkFile.kind, isScratch: stages.isScratch)
    var found = Outcome()
    for bin in pieces[piece] {
      let verified = try BinVerification(
        groups: groups.values(bin), try BinSets(sets, bin: bin, memory: stages.memory / 2),
        firstNew: stages.firstNew, threshold: stages.threshold)
      guard verified.absent == 0 else {
        throw Fault(
          .failure, "\(verified.absent) candidates have no shingle set", at: groups.path,
          hint: "begin the deduplication anew with --overwrite")
      }
      for link in verified.links { try LinkFile.append(link, to: output) }
      found.links += verified.links.count
      found.comparisons += verified.comparisons
      found.unrepresented += verified.unrepresented
    }
    try output.commit()
    return found
  }
}
