import Runs
import Streams

/// A part of the documents whose hashes are on disk.
public struct HashedPart: Sendable {
  public var documents: DocumentPart
  /// Its text or URL hashes.
  public var equalRun: String
  /// Its bands; nil where only equal documents are wanted.
  public var bandRun: String?

  public init(documents: DocumentPart, equalRun: String, bandRun: String? = nil) {
    self.documents = documents
    self.equalRun = equalRun
    self.bandRun = bandRun
  }
}

/// What is done between hashes on disk and decisions on disk, cut into pieces that can be done one
/// after the other, side by side, or by several processes:
///
///     equal    a range of hashes: groups of equal documents
///     match    a range of one band's hashes: groups of candidates
///     bin      everything: candidates that hang together come into one bin
///     verify   some bins: pairs whose similarity reaches the threshold
///     select   everything: clusters, what stays and what goes
///
/// Every piece reads and writes files, and holds no more than its share of the memory, a bit for
/// each document and 4 to 20 bytes for each candidate. The bytes that `select` writes depend on the
/// documents and the settings only, not on memory, threads or the cut into pieces.
public struct DeduplicationStages: Sendable {
  public let parts: [HashedPart]
  /// The least Jaccard similarity of near duplicates.
  public let threshold: Double
  /// Bytes for a piece.
  public let memory: Int
  /// Whether all files go with this process and need not outlive a power cut.
  public let isScratch: Bool
  let numbering: DocumentNumbering
  /// Documents of the parts before were deduplicated before.
  let firstNew: Int

  /// - Parameters:
  ///   - parts: in order of their documents.
  ///   - knownParts: how many of them were deduplicated before.
  public init(
    _ parts: [HashedPart], knownParts: Int = 0, threshold: Double = 0.8, memory: Int = 1 << 30,
    isScratch: Bool = false
  ) throws {
    guard threshold > 0, threshold <= 1 else {
      throw Fault(
        .input, "the similarity threshold of deduplication is out of range",
        found: "\(threshold)", expected: "above 0, at most 1")
    }
    self.parts = parts
    self.threshold = threshold
    self.memory = max(1 << 20, memory)
    self.isScratch = isScratch
    numbering = try DocumentNumbering(parts.map(\.documents))
    firstNew = parts.prefix(knownParts).reduce(0) { $0 + $1.documents.count }
  }

  public var documentCount: Int { numbering.count }

  // MARK: Hashes

  /// Writes the text hashes of a part: rows of two values a document.
  /// - Parameter keep: documents that take part; nil for all.
  public static func writeEqualRun(
    _ rows: [UInt64], keep: [Bool]?, to path: String, isScratch: Bool = false
  ) throws {
    try HashRun.write(
      HashRun.Rows(values: rows, tables: 1, wordsPerHash: 2, keep: keep), to: path,
      isScratch: isScratch)
  }

  /// Writes the bands of a part: rows of `bands` values a document.
  public static func writeBandRun(
    _ rows: [UInt64], bands: Int, keep: [Bool]?, to path: String, isScratch: Bool = false
  ) throws {
    try HashRun.write(
      HashRun.Rows(values: rows, tables: bands, wordsPerHash: 1, keep: keep), to: path,
      isScratch: isScratch)
  }

  // MARK: Groups

  private func equalRuns() throws -> DuplicateGroups {
    var groups = try DuplicateGroups(parts.map(\.equalRun), numbering, firstNew: firstNew)
    groups.isScratch = isScratch
    return groups
  }

  private func bandRuns() throws -> DuplicateGroups {
    var groups = try DuplicateGroups(parts.compactMap(\.bandRun), numbering, firstNew: firstNew)
    groups.isScratch = isScratch
    return groups
  }

  /// The number of pieces of `equal`.
  public func equalPieces() throws -> Int { try equalRuns().ranges(memory: memory).count }

  public func writeEqualGroups(piece: Int, to path: String) throws {
    let runs = try equalRuns()
    try runs.writeEqual(runs.ranges(memory: memory)[piece], to: path)
  }

  /// The number of pieces of `match`.
  public func matchPieces() throws -> Int { try bandRuns().ranges(memory: memory).count }

  /// - Parameter equalGroups: what `equal` wrote, all pieces.
  public func writeCandidateGroups(piece: Int, equalGroups: [String], to path: String) throws {
    let repeats = try DuplicateGroups.repeats(equalGroups, documentCount: numbering.count)
    let runs = try bandRuns()
    try runs.writeCandidates(
      runs.ranges(memory: memory)[piece], repeats: repeats, to: path)
  }

  // MARK: Candidates

  /// - Returns: how many documents have to be read again.
  public func binCandidates(groups: [String], to files: CandidateFiles) throws -> Int {
    _ = try CandidateBins.write(
      groups: groups, documentCount: numbering.count, to: files.candidates,
      binnedGroups: files.groups, memory: memory / 2, isScratch: isScratch)
    return try CandidateBins(files.candidates, documentCount: numbering.count).candidateCount
  }

  /// What `bin` writes.
  public struct CandidateFiles: Sendable {
    public var candidates: String
    public var groups: String

    public init(candidates: String, groups: String) {
      self.candidates = candidates
      self.groups = groups
    }
  }

  /// The pieces of `verify`: bins whose sets together take a part of the memory.
  /// - Parameter sets: the shingle sets of every part's candidates.
  public func verifyPieces(_ files: CandidateFiles, sets: [String]) throws -> [Range<Int>] {
    let bins = try CandidateBins(files.candidates, documentCount: numbering.count).binCount
    let readers = try sets.map { try BinnedFile.Reader($0, kind: CandidateSetFile.kind) }
    var pieces: [Range<Int>] = []
    var start = 0
    var bytes = 0
    for bin in 0..<bins {
      let more = readers.reduce(0) { $0 + $1.count(bin) * 8 }
      // Small pieces, so that threads and processes have something each.
      if bin > start, bytes + more > min(memory / 4, 1 << 22) {
        pieces.append(start..<bin)
        (start, bytes) = (bin, 0)
      }
      bytes += more
    }
    if start < bins { pieces.append(start..<bins) }
    return pieces
  }

  /// What the verification of some bins came to.
  public struct Verification: Sendable {
    public var links = 0
    /// Pairs whose similarity was measured.
    public var comparisons = 0
    /// How often a document of a group of more than 64 was like none of the first 64.
    public var unrepresented = 0
  }

  public func verify(
    bins: Range<Int>, _ files: CandidateFiles, sets: [String], to path: String
  ) throws -> Verification {
    let groups = try BinnedFile.Reader(files.groups, kind: CandidateBins.groupKind)
    let readers = try sets.map { try BinnedFile.Reader($0, kind: CandidateSetFile.kind) }
    let output = try ValueFile.Writer(path, kind: LinkFile.kind, isScratch: isScratch)
    var found = Verification()
    for bin in bins {
      let sets = try BinSets(readers, bin: bin, memory: memory / 2)
      let verified = try BinVerification(
        groups: groups.values(bin), sets, firstNew: firstNew, threshold: threshold)
      guard verified.absent == 0 else {
        throw Fault(
          .failure, "\(verified.absent) candidates have no shingle set", at: files.groups,
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

  // MARK: Selection

  /// What `select` reads.
  public struct Evidence: Sendable {
    /// What `equal` wrote.
    public var equalGroups: [String]
    /// What `verify` wrote, and links that are known from before.
    public var links: [String]
    /// What `match` wrote, where candidates are not verified.
    public var unverifiedGroups: [String]

    public init(equalGroups: [String], links: [String] = [], unverifiedGroups: [String] = []) {
      self.equalGroups = equalGroups
      self.links = links
      self.unverifiedGroups = unverifiedGroups
    }
  }

  /// Joins the evidence to clusters and writes what stays and what goes.
  /// - Parameter preferences: of each part, by its place.
  public func select(
    _ evidence: Evidence, removals: String, survivors: String,
    preferences: (Int) throws -> KeepPreferences
  ) throws -> DuplicateClusters.Statistics {
    var selection = ClusterSelection(
      numbering, equalGroups: evidence.equalGroups, links: evidence.links,
      unverifiedGroups: evidence.unverifiedGroups)
    var statistics = try selection.write(
      to: SelectionFiles(removals: removals, survivors: survivors), scratch: removals + ".links",
      memory: memory, isScratch: isScratch, preferences: preferences)
    statistics.documents = numbering.count
    return statistics
  }

  /// The documents of a part that go, in order.
  public func removals(part: Int, removals: String, survivors: String) throws
    -> [DuplicateClusters.Removal]
  {
    let reader = try SelectionFiles.Reader(
      SelectionFiles(removals: removals, survivors: survivors))
    let range = numbering.range(ofPart: part)
    return try reader.removals(part: part).map { removal in
      guard range.contains(Int(clamping: removal.removed)),
        Int(clamping: removal.kept) < numbering.count,
        Int(clamping: removal.partner) < numbering.count
      else { throw Self.damaged(removals) }
      return self.removal(removal)
    }
  }

  /// The documents of a part that stand for others, in order.
  public func survivors(part: Int, removals: String, survivors: String) throws
    -> [DuplicateClusters.Survivor]
  {
    let reader = try SelectionFiles.Reader(
      SelectionFiles(removals: removals, survivors: survivors))
    let range = numbering.range(ofPart: part)
    return try reader.survivors(part: part).map {
      guard range.contains(Int(clamping: $0.kept)) else { throw Self.damaged(survivors) }
      return DuplicateClusters.Survivor(
        kept: numbering.address(Int($0.kept)), cluster: Int(clamping: $0.cluster),
        members: Int(clamping: $0.members))
    }
  }

  private static func damaged(_ path: String) -> Fault {
    Fault(
      .input, "'\(path)' cannot be used", at: path, found: "a document that is not there",
      hint: "it was damaged; begin the deduplication anew with --overwrite")
  }

  func removal(_ numbered: NumberedRemoval) -> DuplicateClusters.Removal {
    DuplicateClusters.Removal(
      cluster: Int(clamping: numbered.cluster), removed: numbering.address(Int(numbered.removed)),
      kept: numbering.address(Int(numbered.kept)),
      partner: numbering.address(Int(numbered.partner)), similarity: numbered.similarity,
      kind: numbered.kind, keptIsEvaluation: numbered.keptIsEvaluation)
  }
}
