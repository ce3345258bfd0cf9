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

  /// Documents of equal text or address.
  public func equalMatching() throws -> HashMatching {
    HashMatching(try duplicateGroups(parts.map(\.equalRun)), memory: memory, repeats: nil)
  }

  /// Documents that share a band.
  /// - Parameter equalGroups: what `equal` wrote, all pieces.
  public func bandMatching(equalGroups: [String]) throws -> HashMatching {
    HashMatching(
      try duplicateGroups(parts.compactMap(\.bandRun)), memory: memory,
      repeats: try DuplicateGroups.repeats(equalGroups, documentCount: numbering.count))
  }

  private func duplicateGroups(_ runs: [String]) throws -> DuplicateGroups {
    var groups = try DuplicateGroups(runs, numbering, firstNew: firstNew)
    groups.isScratch = isScratch
    return groups
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

  /// - Parameter sets: the shingle sets of every part's candidates.
  public func verification(_ files: CandidateFiles, sets: [String]) throws -> CandidateVerification
  {
    try CandidateVerification(self, files, sets: sets)
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

  /// What `select` decided.
  public func selected(removals: String, survivors: String) throws -> SelectedDocuments {
    try SelectedDocuments(SelectionFiles(removals: removals, survivors: survivors), numbering)
  }
}
