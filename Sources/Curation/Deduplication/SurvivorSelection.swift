/// Turns verified links into clusters and picks the document that stays in each.
struct SurvivorSelection {
  private let corpus: DeduplicationCorpus
  private var clusters: UnionFind
  /// The links of each document, as indices.
  private var linksOf: [UInt32: [Int]] = [:]
  private let links: [DuplicateLink]

  init(_ corpus: DeduplicationCorpus, _ links: [DuplicateLink]) {
    self.corpus = corpus
    self.links = links
    clusters = UnionFind(count: corpus.count)
    for (index, link) in links.enumerated() {
      clusters.join(link.a, link.b)
      linksOf[link.a, default: []].append(index)
      linksOf[link.b, default: []].append(index)
    }
  }

  /// The removals in order, and the number of clusters.
  mutating func removals() -> ([DuplicateClusters.Removal], Int) {
    var members: [UInt32: [UInt32]] = [:]
    for document in linksOf.keys.sorted() {
      members[clusters.root(document), default: []].append(document)
    }
    var removals: [DuplicateClusters.Removal] = []
    for (number, root) in members.keys.sorted().enumerated() {
      removals += self.removals(of: members[root] ?? [], cluster: number)
    }
    removals.sort { $0.removed < $1.removed }
    return (removals, members.count)
  }

  /// Walks from the survivor along the links, breadth first, so that each document has the shortest
  /// way of verified pairs to it.
  private func removals(of members: [UInt32], cluster: Int) -> [DuplicateClusters.Removal] {
    guard let kept = members.min(by: isPreferred) else { return [] }
    let keptIsEvaluation = isEvaluation(kept)
    let keptHash = textHash(kept)
    var removals: [DuplicateClusters.Removal] = []
    var reached: Set<UInt32> = [kept]
    var queue = [kept]
    var next = 0
    while next < queue.count {
      let from = queue[next]
      next += 1
      for index in linksOf[from] ?? [] {
        let link = links[index]
        let document = link.a == from ? link.b : link.a
        guard reached.insert(document).inserted else { continue }
        queue.append(document)
        if isEvaluation(document) { continue }
        removals.append(
          DuplicateClusters.Removal(
            cluster: cluster, removed: corpus.address(Int(document)),
            kept: corpus.address(Int(kept)), partner: corpus.address(Int(from)),
            similarity: link.similarity, kind: textHash(document) == keptHash ? .exact : .near,
            keptIsEvaluation: keptIsEvaluation))
      }
    }
    return removals
  }

  private func isPreferred(_ a: UInt32, _ b: UInt32) -> Bool {
    let (evaluationA, evaluationB) = (isEvaluation(a), isEvaluation(b))
    if evaluationA != evaluationB { return evaluationA }
    let (valueA, valueB) = (preference(a), preference(b))
    return valueA == valueB ? a < b : valueA > valueB
  }

  private func isEvaluation(_ document: UInt32) -> Bool {
    corpus.tasks[corpus.taskIndex(of: Int(document))].isEvaluation
  }

  /// A missing or undefined preference is the lowest.
  private func preference(_ document: UInt32) -> Float {
    let index = corpus.taskIndex(of: Int(document))
    let ordinal = Int(document) - corpus.documents(ofTask: index).lowerBound
    let value = corpus.tasks[index].preference?[ordinal] ?? -.infinity
    return value.isNaN ? -.infinity : value
  }

  private func textHash(_ document: UInt32) -> SIMD2<UInt64> {
    let index = corpus.taskIndex(of: Int(document))
    let ordinal = Int(document) - corpus.documents(ofTask: index).lowerBound
    let hashes = corpus.tasks[index].textHashes
    return SIMD2(hashes[ordinal * 2], hashes[ordinal * 2 + 1])
  }
}
