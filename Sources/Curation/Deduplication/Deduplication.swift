import Runs
import Streams

/// Reads texts of one task again: calls `visit` with each of `ordinals` (ascending) and its text.
/// Called once a task, from several threads at once.
public typealias DocumentTexts =
  @Sendable (
    _ task: Int32, _ ordinals: [Int32],
    _ visit: (_ ordinal: Int32, _ text: UnsafeRawBufferPointer) throws -> Void
  ) throws -> Void

/// Finds exact and near duplicates over all tasks and decides which documents go.
///
/// 1. Documents of equal text hash are one cluster; its first document alone goes on.
/// 2. Documents that share a band of their sketches are candidates; their texts are read again, once
///    a task, and pairs of a Jaccard similarity of at least `threshold` are linked.
/// 3. Linked documents are one cluster (single linkage). An evaluation document stays, else the
///    document with the highest preference, else the first; the others go, save evaluation
///    documents, which are never removed.
///
/// The result depends neither on the number of threads nor on how documents are cut into tasks.
public struct Deduplication: Sendable {
  /// Nil for exact duplicates only.
  public var plan: MinHashPlan?
  /// The least Jaccard similarity of near duplicates.
  public var threshold: Double
  public var threads: Int

  /// - Throws: an input fault for a threshold outside 0...1.
  public init(plan: MinHashPlan? = .fineWeb, threshold: Double = 0.8, threads: Int = 1) throws {
    guard threshold > 0, threshold <= 1 else {
      throw Fault(
        .input, "the similarity threshold of deduplication is out of range",
        found: "\(threshold)", expected: "above 0, at most 1")
    }
    self.plan = plan
    self.threshold = threshold
    self.threads = max(1, threads)
  }

  /// - Parameters:
  ///   - tasks: in ascending order; no texts, some 130 bytes a document with the FineWeb plan.
  ///   - texts: reads candidates again; not called where there is no plan.
  public func clusters(_ tasks: [DeduplicationTask], texts: DocumentTexts) throws
    -> DuplicateClusters
  {
    let corpus = try DeduplicationCorpus(tasks, bandCount: plan?.bands)
    let participants = corpus.participants()
    var statistics = DuplicateClusters.Statistics()
    statistics.documents = participants.count
    statistics.absent = corpus.count - participants.count
    var (links, distinct) = exactLinks(corpus, participants)
    if let plan {
      let components = try CandidateGroups(
        corpus, documents: distinct, bandCount: plan.bands, threads: threads
      ).components(documentCount: corpus.count)
      distinct = []
      statistics.candidates = components.reduce(0) { $0 + $1.documents.count }
      for found in try verify(components, corpus, plan, texts) {
        links += found.links
        statistics.comparisons += found.comparisons
        statistics.unrepresented += found.unrepresented
      }
    }
    var selection = SurvivorSelection(corpus, links)
    let (removals, count) = selection.removals()
    statistics.clusters = count
    return DuplicateClusters(removals: removals, statistics: statistics)
  }

  /// Links each document to the first of equal text hash; and the first ones, in order.
  private func exactLinks(
    _ corpus: DeduplicationCorpus, _ participants: [UInt32]
  ) -> (links: [DuplicateLink], distinct: [UInt32]) {
    let high = corpus.gather(participants, \.textHashes, width: 2, column: 0)
    let low = corpus.gather(participants, \.textHashes, width: 2, column: 1)
    var isRepeat = [Bool](repeating: false, count: participants.count)
    var links: [DuplicateLink] = []
    // Sorted by the low half; positions, so that the high half can be looked up.
    let positions = (0..<UInt32(participants.count)).map { $0 }
    HashSort(hashes: low, documents: positions).forEachGroup { _, group in
      var firsts: [UInt32] = []
      for position in group {
        if let first = firsts.first(where: { high[Int($0)] == high[Int(position)] }) {
          isRepeat[Int(position)] = true
          links.append(
            DuplicateLink(
              a: participants[Int(first)], b: participants[Int(position)], similarity: 1))
        } else {
          firsts.append(position)
        }
      }
    }
    let distinct = participants.indices.filter { !isRepeat[$0] }.map { participants[$0] }
    return (links, distinct)
  }

  /// Verifies all components, in order. Tasks are read in order, a few at a time; a component's
  /// sets are made as its documents come by, and dropped when its last document was seen, so that
  /// only components that reach from read tasks to unread ones take memory.
  private func verify(
    _ components: [CandidateGroups.Component], _ corpus: DeduplicationCorpus, _ plan: MinHashPlan,
    _ texts: DocumentTexts
  ) throws -> [VerifiedComponent] {
    var candidates = components.flatMap(\.documents)
    candidates.sort()
    var results = [VerifiedComponent?](repeating: nil, count: components.count)
    var open: [UInt32: ShingleSet] = [:]
    var waiting = Array(components.indices).sorted {
      let (a, b) = (components[$0].documents.last ?? 0, components[$1].documents.last ?? 0)
      return (a, $0) < (b, $1)
    }[...]
    var position = 0
    var taskIndex = 0
    while taskIndex < corpus.tasks.count {
      // The next tasks that hold candidates, one for each thread.
      var wave: [(index: Int, documents: ArraySlice<UInt32>)] = []
      while taskIndex < corpus.tasks.count, wave.count < threads {
        let range = corpus.documents(ofTask: taskIndex)
        let start = position
        while position < candidates.count, Int(candidates[position]) < range.upperBound {
          position += 1
        }
        if start < position { wave.append((taskIndex, candidates[start..<position])) }
        taskIndex += 1
      }
      let reads = wave
      let sets = try concurrentMap(reads.count, threads: threads) { index in
        try shingleSets(reads[index].documents, ofTask: reads[index].index, corpus, plan, texts)
      }
      for (read, sets) in zip(reads, sets) {
        for (document, set) in zip(read.documents, sets) { open[document] = set }
      }
      // Components whose last document has come by.
      let seen = position < candidates.count ? candidates[position] : .max
      var complete: [(component: Int, sets: [ShingleSet])] = []
      while let next = waiting.first, (components[next].documents.last ?? 0) < seen {
        waiting.removeFirst()
        let sets = components[next].documents.compactMap { open.removeValue(forKey: $0) }
        complete.append((next, sets))
      }
      let ready = complete
      let found = try concurrentMap(ready.count, threads: threads) { index in
        components[ready[index].component].verified(ready[index].sets, threshold: threshold)
      }
      for (index, result) in found.enumerated() { results[ready[index].component] = result }
    }
    return results.compactMap { $0 }
  }

  private func shingleSets(
    _ documents: ArraySlice<UInt32>, ofTask index: Int, _ corpus: DeduplicationCorpus,
    _ plan: MinHashPlan, _ texts: DocumentTexts
  ) throws -> [ShingleSet] {
    let first = corpus.documents(ofTask: index).lowerBound
    let ordinals = documents.map { Int32(Int($0) - first) }
    let maker = ShingleSetMaker(shingleWords: plan.shingleWords)
    var sets: [ShingleSet] = []
    sets.reserveCapacity(ordinals.count)
    let task = corpus.tasks[index].task
    try texts(task, ordinals) { ordinal, text in
      guard sets.count < ordinals.count, ordinals[sets.count] == ordinal else {
        throw Self.changed(task, "document \(ordinal)")
      }
      sets.append(maker.set(of: text))
    }
    guard sets.count == ordinals.count else {
      throw Self.changed(task, "\(sets.count) of \(ordinals.count) documents")
    }
    return sets
  }

  private static func changed(_ task: Int32, _ found: String) -> Fault {
    Fault(
      .failure, "the documents of task \(task) are not those that were measured", found: found,
      expected: "each candidate once, in order", hint: "run pass one again")
  }
}
