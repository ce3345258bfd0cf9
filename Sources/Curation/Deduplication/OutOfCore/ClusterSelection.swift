import Runs
import Streams

/// How much a part's documents are worth keeping.
public struct KeepPreferences: Sendable {
  /// What may become of a document.
  public enum Standing: UInt8, Sendable {
    /// It stays or goes as the rule has it.
    case open
    /// It stays whatever happens: an evaluation document, or one that was published before.
    case fixed
    /// It was removed before and cannot stay.
    case gone
  }

  /// Of each document; nil: all are open.
  public var standings: [Standing]?
  /// The highest tier stays, whatever its value; nil: all are alike.
  public var tiers: [UInt8]?
  /// In a tier the highest value stays; nil, or equal values: the first by address. NaN is lowest.
  public var values: [Double]?
  /// Whether these are evaluation documents.
  public var isEvaluation: Bool

  public init(
    standings: [Standing]? = nil, tiers: [UInt8]? = nil, values: [Double]? = nil,
    isEvaluation: Bool = false
  ) {
    self.standings = standings
    self.tiers = tiers
    self.values = values
    self.isEvaluation = isEvaluation
  }
}

/// Joins links to clusters, picks the document of each that stays, and writes what goes.
///
/// Memory: a bit a document, and some 20 bytes for each that is in a cluster. Links are worked
/// through a bin of whole clusters at a time.
struct ClusterSelection {
  let numbering: DocumentNumbering
  /// Groups of documents with equal hashes.
  var equalGroups: [String]
  var links: [String]
  /// Groups that are taken for duplicates without a measurement.
  var unverifiedGroups: [String] = []

  private var members: NumberSet
  private var standings: [KeepPreferences.Standing]
  private var evaluation: [Bool]
  private var tiers: [UInt8]
  private var values: [Double]

  init(
    _ numbering: DocumentNumbering, equalGroups: [String], links: [String],
    unverifiedGroups: [String] = []
  ) {
    self.numbering = numbering
    self.equalGroups = equalGroups
    self.links = links
    self.unverifiedGroups = unverifiedGroups
    members = NumberSet(count: 0)
    standings = []
    evaluation = []
    tiers = []
    values = []
  }

  /// - Parameters:
  ///   - output: where it goes, by part.
  ///   - scratch: a file for a while.
  ///   - preferences: of each part, read one part at a time.
  /// - Returns: what was found.
  mutating func write(
    to output: SelectionFiles, scratch: String, memory: Int, isScratch: Bool = false,
    preferences: (Int) throws -> KeepPreferences
  ) throws -> DuplicateClusters.Statistics {
    members = NumberSet(count: numbering.count)
    try forEachLink { link, _ in
      members.insert(Int(link.a))
      members.insert(Int(link.b))
    }
    members.countMembers()
    guard members.memberCount < Int(UInt32.max) else {
      throw Fault(
        .input, "too many documents are in clusters of duplicates",
        found: "\(members.memberCount)", expected: "fewer than \(UInt32.max)",
        hint: "deduplicate by source first")
    }
    var clusters = UnionFind(count: members.memberCount)
    try forEachLink { link, _ in
      clusters.join(UInt32(members.rank(Int(link.a))), UInt32(members.rank(Int(link.b))))
    }
    try read(preferences)
    let bins = CandidateBins.assign(
      &clusters, count: members.memberCount, binSize: ClusterBin.size)
    var roots = NumberSet(count: members.memberCount)
    for member in 0..<UInt32(members.memberCount) where clusters.root(member) == member {
      roots.insert(Int(member))
    }
    roots.countMembers()
    try distribute(bins.of, scratch, memory)
    let links = try BinnedFile.Reader(scratch, kind: ClusterBin.kind)
    var statistics = DuplicateClusters.Statistics()
    statistics.clusters = roots.memberCount
    let writer = try SelectionFiles.Writer(
      output, memory: memory / 4, isScratch: isScratch)
    for bin in 0..<bins.count {
      try Interruption.check()
      let bin = ClusterBin(try links.values(bin))
      try select(bin, roots, &clusters, writer, &statistics)
    }
    try writer.commit()
    try Folder.remove(scratch)
    return statistics
  }

  private func forEachLink(_ body: (DuplicateLink, _ isEqual: Bool) throws -> Void) throws {
    for path in equalGroups {
      try GroupFile.forEach(path, below: numbering.count) { group in
        for member in group.dropFirst() {
          try body(DuplicateLink(a: group[0], b: member, similarity: 1), true)
        }
      }
    }
    for path in links {
      try LinkFile.forEach(path, below: numbering.count) { try body($0, false) }
    }
    for path in unverifiedGroups {
      try GroupFile.forEach(path, below: numbering.count) { group in
        for member in group.dropFirst() {
          try body(DuplicateLink(a: group[0], b: member, similarity: .nan), false)
        }
      }
    }
  }

  private mutating func read(_ preferences: (Int) throws -> KeepPreferences) throws {
    standings = [KeepPreferences.Standing](repeating: .open, count: members.memberCount)
    evaluation = [Bool](repeating: false, count: members.memberCount)
    tiers = [UInt8](repeating: 0, count: members.memberCount)
    values = []
    for part in numbering.parts.indices {
      let range = numbering.range(ofPart: part)
      let given = try preferences(part)
      for (name, count) in [
        ("standings", given.standings?.count), ("tiers", given.tiers?.count),
        ("values", given.values?.count),
      ] where count ?? range.count != range.count {
        throw Fault(
          .failure, "the \(name) of a part are of another number than its documents",
          found: "\(count ?? 0)", expected: "\(range.count)")
      }
      if given.values != nil, values.isEmpty {
        values = [Double](repeating: -.infinity, count: members.memberCount)
      }
      members.forEach(in: range) { number in
        let rank = members.rank(number)
        let place = number - range.lowerBound
        if let standing = given.standings?[place] { standings[rank] = standing }
        if let tier = given.tiers?[place] { tiers[rank] = tier }
        if let value = given.values?[place], !value.isNaN { values[rank] = value }
        evaluation[rank] = given.isEvaluation
      }
    }
  }

  private func distribute(_ bins: [UInt16], _ path: String, _ memory: Int) throws {
    let file = try BinnedFile.Writer(
      path, kind: ClusterBin.kind, memory: memory / 2, isScratch: true)
    var record: [UInt64] = [0, 0, 0]
    try forEachLink { link, isEqual in
      record[0] = link.a
      record[1] = link.b
      record[2] = UInt64(link.similarity.bitPattern) | (isEqual ? 1 << 32 : 0)
      try file.append(record, bin: Int(bins[members.rank(Int(link.a))]))
    }
    try file.commit()
  }

  /// Walks from each survivor along the links, breadth first, so that each document has the shortest
  /// way of verified pairs to it.
  private func select(
    _ links: ClusterBin, _ roots: NumberSet, _ clusters: inout UnionFind,
    _ writer: SelectionFiles.Writer, _ statistics: inout DuplicateClusters.Statistics
  ) throws {
    var reached = [Bool](repeating: false, count: links.numbers.count)
    try links.forEachCluster { cluster in
      let root = clusters.root(UInt32(members.rank(Int(links.numbers[cluster[0]]))))
      let number = UInt64(roots.rank(Int(root)))
      guard let kept = cluster.min(by: { isPreferred(links.numbers[$0], links.numbers[$1]) })
      else { return }
      let keptNumber = links.numbers[kept]
      let keptRank = members.rank(Int(keptNumber))
      statistics.note(cluster: Int(number), members: cluster.count)
      try writer.append(
        NumberedSurvivor(
          kept: keptNumber, cluster: number, members: UInt64(cluster.count),
          isGone: standings[keptRank] == .gone), part: numbering.part(of: Int(keptNumber)))
      reached[kept] = true
      var queue = [kept]
      var next = 0
      while next < queue.count {
        let from = queue[next]
        next += 1
        try links.forEachLink(of: from) { other, similarity in
          if reached[other] { return }
          reached[other] = true
          queue.append(other)
          let rank = members.rank(Int(links.numbers[other]))
          if standings[rank] == .fixed || evaluation[rank] { return }
          let kind: DuplicateClusters.Kind =
            links.equalGroup(other) == links.equalGroup(kept) ? .exact : .near
          if standings[rank] != .gone { statistics.note(removed: kind) }
          try writer.append(
            NumberedRemoval(
              removed: links.numbers[other], kept: keptNumber, partner: links.numbers[from],
              cluster: number, similarity: similarity, kind: kind,
              keptIsEvaluation: evaluation[keptRank], wasGone: standings[rank] == .gone),
            part: numbering.part(of: Int(links.numbers[other])))
        }
      }
    }
  }

  private func isPreferred(_ a: UInt64, _ b: UInt64) -> Bool {
    let (rankA, rankB) = (members.rank(Int(a)), members.rank(Int(b)))
    let (orderA, orderB) = (order(rankA), order(rankB))
    if orderA != orderB { return orderA < orderB }
    if tiers[rankA] != tiers[rankB] { return tiers[rankA] > tiers[rankB] }
    if !values.isEmpty, values[rankA] != values[rankB] { return values[rankA] > values[rankB] }
    return a < b
  }

  private func order(_ rank: Int) -> Int {
    if evaluation[rank] { return 0 }
    return switch standings[rank] {
    case .fixed: 1
    case .open: 2
    case .gone: 3
    }
  }
}
