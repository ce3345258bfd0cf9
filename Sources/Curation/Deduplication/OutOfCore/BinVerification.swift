import Runs

/// Measures the pairs of one bin: within each group, every member against the first 64 (pivots).
///
/// Which pairs are measured depends on the groups alone and not on what was found before, except
/// that a pair is passed over where the two are connected already, which changes no component. So
/// the clusters of a corpus that was seen in two halves are those of the whole. Guaranteed: every
/// link was measured. Not guaranteed: of a group of more than 64, members behind the 64th are not
/// compared with each other there; each further band that two documents share is another chance.
struct BinVerification {
  private(set) var links: [DuplicateLink] = []
  private(set) var comparisons = 0
  /// How often a member behind the pivots of its group was like none of them.
  private(set) var unrepresented = 0
  /// Members that have no set: forgotten since their hashes were read.
  private(set) var absent = 0

  private let sets: BinSets
  private let threshold: Double
  private let firstNew: Int
  private var clusters: UnionFind
  /// Pairs that were found to be unlike; they share several bands as a rule.
  private var refused: Set<UInt64> = []
  private static let refusedLimit = 1 << 21

  /// - Parameters:
  ///   - groups: of the bin, each its number of members and then the members.
  ///   - firstNew: two documents below it were compared before.
  init(
    groups: [UInt64], _ sets: BinSets, firstNew: Int, threshold: Double
  ) throws {
    self.sets = sets
    self.threshold = threshold
    self.firstNew = firstNew
    clusters = UnionFind(count: sets.numbers.count)
    var places: [Int] = []
    var at = 0
    while at < groups.count {
      let end = at + 1 + Int(min(groups[at], UInt64(groups.count - at - 1)))
      places.removeAll(keepingCapacity: true)
      for number in groups[at + 1..<end] {
        if let place = sets.place(of: number) { places.append(place) } else { absent += 1 }
      }
      try compare(places)
      at = end
    }
  }

  private mutating func compare(_ group: [Int]) throws {
    try Interruption.check()
    var pivots: [Int: [UInt32]] = [:]
    for (index, member) in group.enumerated().dropFirst() {
      var loaded: [UInt32]?
      var isLinked = false
      for pivot in group[..<min(index, DuplicateGroups.pivotLimit)] {
        if sets.numbers[member] < firstNew { break }
        if clusters.root(UInt32(member)) == clusters.root(UInt32(pivot)) {
          isLinked = true
          continue
        }
        let pair = UInt64(pivot) << 32 | UInt64(member)
        if refused.contains(pair) { continue }
        comparisons += 1
        let similarity: Double?
        if sets.isInMemory {
          similarity =
            sets.withHashes(pivot, member) {
              ShingleSet.similarity(
                $0, sets.count(pivot), $1, sets.count(member), atLeast: threshold)
            } ?? nil
        } else {
          let a = try pivots[pivot] ?? sets.load(pivot)
          let b = try loaded ?? sets.load(member)
          pivots[pivot] = a
          loaded = b
          similarity = ShingleSet.similarity(a, a.count, b, b.count, atLeast: threshold)
        }
        guard let similarity else {
          if refused.count >= Self.refusedLimit { refused.removeAll(keepingCapacity: true) }
          refused.insert(pair)
          continue
        }
        isLinked = true
        clusters.join(UInt32(pivot), UInt32(member))
        links.append(
          DuplicateLink(
            a: sets.numbers[pivot], b: sets.numbers[member], similarity: Float(similarity)))
      }
      if index >= DuplicateGroups.pivotLimit, !isLinked { unrepresented += 1 }
    }
  }
}
