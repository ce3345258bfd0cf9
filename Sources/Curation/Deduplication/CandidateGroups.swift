import Runs

/// Groups of documents that share a band, and what they fall into when groups that share a document
/// are put together: components, which can be verified apart from each other.
struct CandidateGroups {
  /// A group of documents in order of address.
  private var members: [UInt32] = []
  private var starts = [0]

  /// Finds the groups of each band among `documents` (numbers in order), bands in parallel; groups
  /// are ordered by band, then by hash.
  init(
    _ corpus: DeduplicationCorpus, documents: [UInt32], bandCount: Int, threads: Int
  ) throws {
    let byBand = try concurrentMap(bandCount, threads: threads) { band in
      Self.groups(corpus, documents: documents, bandCount: bandCount, band: band)
    }
    for band in byBand {
      let offset = members.count
      members += band.members
      starts += band.starts.dropFirst().map { $0 + offset }
    }
  }

  private static func groups(
    _ corpus: DeduplicationCorpus, documents: [UInt32], bandCount: Int, band: Int
  ) -> (members: [UInt32], starts: [Int]) {
    let hashes = corpus.gather(documents, \.bands, width: bandCount, column: band)
    let sorted = HashSort(hashes: hashes, documents: documents)
    var members: [UInt32] = []
    var starts = [0]
    sorted.forEachGroup { hash, group in
      guard hash != 0 else { return }  // no words, no bands
      members += group
      starts.append(members.count)
    }
    return (members, starts)
  }

  var count: Int { starts.count - 1 }

  subscript(index: Int) -> ArraySlice<UInt32> { members[starts[index]..<starts[index + 1]] }

  /// One component: its documents in order, and its groups in order.
  struct Component: Sendable {
    var documents: [UInt32] = []
    var groups: [[UInt32]] = []
  }

  /// The components, ordered by their first document.
  func components(documentCount: Int) -> [Component] {
    var sets = UnionFind(count: documentCount)
    for index in 0..<count {
      let group = self[index]
      guard let first = group.first else { continue }
      for document in group.dropFirst() { sets.join(first, document) }
    }
    let candidates = HashSort(
      hashes: members.map { UInt64($0) }, documents: [UInt32](repeating: 0, count: members.count))
    var components: [Component] = []
    var indexOfRoot: [UInt32: Int] = [:]
    var previous: UInt64?
    for value in candidates.hashes where value != previous {
      previous = value
      let document = UInt32(value)
      let root = sets.root(document)
      if root == document {
        indexOfRoot[root] = components.count
        components.append(Component())
      }
      if let index = indexOfRoot[root] { components[index].documents.append(document) }
    }
    for index in 0..<count {
      let group = self[index]
      guard let first = group.first, let component = indexOfRoot[sets.root(first)] else { continue }
      components[component].groups.append(Array(group))
    }
    return components
  }
}
