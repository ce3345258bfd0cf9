import HeapModule

/// Merges the bytes of one pre-token into tokens: always the pair of lowest rank, of equal ones the
/// leftmost. Buffers are kept from word to word.
struct WordMerger {
  /// Above this many bytes, a heap finds the next pair; below, a look at all of them is faster.
  private static let shortWord = 48

  private var ranks = [UInt32](repeating: 0, count: shortWord)
  private var merged = [UInt32](repeating: 0, count: shortWord)

  /// - Parameters:
  ///   - word: the bytes of the word, `count` of them.
  ///   - ids: the ids of these bytes; overwritten by the word's tokens.
  /// - Returns: how many tokens there are.
  mutating func merge(
    _ word: UnsafePointer<UInt8>, _ ids: UnsafeMutablePointer<UInt32>, count: Int,
    by table: MergeTable
  ) -> Int {
    if count > Self.shortWord { return LongWord(ids, count: count, table: table).merge(into: ids) }
    return ranks.withUnsafeMutableBufferPointer { ranks in
      merged.withUnsafeMutableBufferPointer { merged in
        guard let ranks = ranks.baseAddress, let merged = merged.baseAddress else { return count }
        return Self.mergeShort(word, ids, count: count, by: table, ranks: ranks, merged: merged)
      }
    }
  }

  private static func mergeShort(
    _ word: UnsafePointer<UInt8>, _ ids: UnsafeMutablePointer<UInt32>, count: Int,
    by table: MergeTable, ranks: UnsafeMutablePointer<UInt32>, merged: UnsafeMutablePointer<UInt32>
  ) -> Int {
    var count = count
    var i = 0
    while i < count - 1 {
      (ranks[i], merged[i]) = table.merge(byte: word[i], byte: word[i + 1])
      i += 1
    }
    while count > 1 {
      var best = 0
      i = 1
      while i < count - 1 {
        if ranks[i] < ranks[best] { best = i }
        i += 1
      }
      if ranks[best] == MergeTable.never { break }
      ids[best] = merged[best]
      count -= 1
      i = best + 1
      while i < count {
        ids[i] = ids[i + 1]
        i += 1
      }
      i = best + 1
      while i < count - 1 {
        ranks[i] = ranks[i + 1]
        merged[i] = merged[i + 1]
        i += 1
      }
      if best > 0 { (ranks[best - 1], merged[best - 1]) = table.merge(ids[best - 1], ids[best]) }
      if best < count - 1 { (ranks[best], merged[best]) = table.merge(ids[best], ids[best + 1]) }
    }
    return count
  }
}

/// A long word as a linked list with a heap of its pairs: n log n for n bytes.
private struct LongWord {
  private struct Pair: Comparable {
    let rank: UInt32
    let position: Int

    static func < (a: Self, b: Self) -> Bool { (a.rank, a.position) < (b.rank, b.position) }
  }

  private let table: MergeTable
  private var ids: [UInt32]
  /// The neighbours of each position; -1 and `ids.count` at the ends.
  private var next: [Int]
  private var previous: [Int]
  private var ranks: [UInt32]
  private var merged: [UInt32]
  private var heap = Heap<Pair>()

  init(_ ids: UnsafeMutablePointer<UInt32>, count: Int, table: MergeTable) {
    self.table = table
    self.ids = Array(UnsafeBufferPointer(start: ids, count: count))
    next = Array(1...count)
    previous = Array(-1..<count - 1)
    ranks = [UInt32](repeating: MergeTable.never, count: count)
    merged = [UInt32](repeating: 0, count: count)
  }

  consuming func merge(into output: UnsafeMutablePointer<UInt32>) -> Int {
    for position in 0..<ids.count - 1 { look(at: position) }
    while let pair = heap.popMin() {
      let position = pair.position
      guard ranks[position] == pair.rank else { continue }
      let right = next[position]
      ids[position] = merged[position]
      ranks[right] = MergeTable.never
      next[position] = next[right]
      if next[right] < ids.count { previous[next[right]] = position }
      look(at: position)
      if previous[position] >= 0 { look(at: previous[position]) }
    }
    var count = 0
    var position = 0
    while position < ids.count {
      output[count] = ids[position]
      count += 1
      position = next[position]
    }
    return count
  }

  private mutating func look(at position: Int) {
    let right = next[position]
    (ranks[position], merged[position]) =
      right < ids.count ? table.merge(ids[position], ids[right]) : (MergeTable.never, 0)
    if ranks[position] != MergeTable.never {
      heap.insert(Pair(rank: ranks[position], position: position))
    }
  }
}
