import HeapModule

/// The pairs of neighbouring tokens in a corpus by frequency, kept up to date while they merge:
/// each merge looks only at the words that hold its pair.
struct MergeQueue: ~Copyable {
  /// A pair to merge in some of the words.
  struct Candidate: Comparable {
    let left: UInt32
    let right: UInt32
    /// How often the pair occurred when the candidate was made or looked at last.
    var count: Int
    /// Candidates of one pair keep their order.
    let ordinal: Int
    /// The words, as a range of `places`.
    let start: Int
    let length: Int

    /// Less is later: more frequent pairs come first, then those of lower ids.
    static func < (a: Self, b: Self) -> Bool {
      (a.count, b.left, b.right, b.ordinal) < (b.count, a.left, a.right, a.ordinal)
    }
  }

  private var words: PretokenWords
  private var pairs = PairCounts()
  private var heap: Heap<Candidate>
  /// Words of all candidates, one list after the other.
  private var places: [UInt32]
  private var ordinal = 0
  /// Pairs that the current merge made, with the word of each, and how often each one was made.
  private var made: [(pair: Int32, word: UInt32)] = []
  private var madeCounts: [Int32] = []

  init(words: consuming PretokenWords) {
    // Pass one: number and count the pairs. Pass two: list the words of each.
    var lastWord: [UInt32] = []
    var lengths: [Int] = []
    var pairs = PairCounts()
    for word in 0..<words.count {
      let symbols = words.symbols + words.starts[word]
      for i in 0..<Int(words.lengths[word]) - 1 {
        let pair = Int(pairs.index(symbols[i], symbols[i + 1]))
        if pair == lengths.count {
          lengths.append(0)
          lastWord.append(.max)
        }
        pairs.counts[pair] += words.counts[word]
        if lastWord[pair] != UInt32(word) {
          lastWord[pair] = UInt32(word)
          lengths[pair] += 1
        }
      }
    }
    var starts: [Int] = []
    var total = 0
    for length in lengths {
      starts.append(total)
      total += length
    }
    places = [UInt32](repeating: 0, count: total)
    for pair in lastWord.indices { lastWord[pair] = .max }
    var next = starts
    for word in 0..<words.count {
      let symbols = words.symbols + words.starts[word]
      for i in 0..<Int(words.lengths[word]) - 1 {
        let pair = Int(pairs.index(symbols[i], symbols[i + 1]))
        guard lastWord[pair] != UInt32(word) else { continue }
        lastWord[pair] = UInt32(word)
        places[next[pair]] = UInt32(word)
        next[pair] += 1
      }
    }
    heap = Heap(
      lengths.indices.map { pair in
        Candidate(
          left: pairs.left(pair), right: pairs.right(pair), count: pairs.counts[pair],
          ordinal: 0, start: starts[pair], length: lengths[pair])
      })
    self.pairs = pairs
    self.words = words
  }

  /// The most frequent pair. Counts in the heap are upper or old values, so they are looked up again.
  mutating func next() -> Candidate? {
    while var best = heap.popMax() {
      let count = pairs.counts[Int(pairs.index(best.left, best.right))]
      if best.count == count { return best }
      best.count = count
      heap.insert(best)
    }
    return nil
  }

  /// Merges the pair in the candidate's words and queues the pairs that this makes.
  mutating func merge(_ candidate: Candidate, into merged: UInt32) {
    made.removeAll(keepingCapacity: true)
    for place in candidate.start..<candidate.start + candidate.length {
      mergeWord(places[place], candidate.left, candidate.right, merged)
    }
    ordinal += 1
    madeCounts.append(
      contentsOf: repeatElement(0, count: pairs.counts.count - madeCounts.count))
    for (pair, _) in made { madeCounts[Int(pair)] += 1 }
    // Each pair gets its stretch of `places`; its count becomes where the next word goes.
    var nextPlace: [Int32: Int] = [:]
    var end = places.count
    for (pair, _) in made where nextPlace[pair] == nil {
      nextPlace[pair] = end
      let length = Int(madeCounts[Int(pair)])
      if pairs.counts[Int(pair)] > 0 {
        heap.insert(
          Candidate(
            left: pairs.left(Int(pair)), right: pairs.right(Int(pair)),
            count: pairs.counts[Int(pair)], ordinal: ordinal, start: end, length: length))
      }
      end += length
      madeCounts[Int(pair)] = 0
    }
    places.append(contentsOf: repeatElement(0, count: end - places.count))
    for (pair, word) in made {
      guard let place = nextPlace[pair] else { continue }
      places[place] = word
      nextPlace[pair] = place + 1
    }
  }

  private mutating func mergeWord(
    _ word: UInt32, _ left: UInt32, _ right: UInt32, _ merged: UInt32
  ) {
    let symbols = words.symbols + words.starts[Int(word)]
    let length = Int(words.lengths[Int(word)])
    let count = words.counts[Int(word)]
    var (read, write) = (0, 0)
    while read < length {
      guard symbols[read] == left, read + 1 < length, symbols[read + 1] == right else {
        symbols[write] = symbols[read]
        read += 1
        write += 1
        continue
      }
      if write > 0 {
        pairs.counts[Int(pairs.index(symbols[write - 1], left))] -= count
        make(symbols[write - 1], merged, word, count)
      }
      if read + 2 < length {
        pairs.counts[Int(pairs.index(right, symbols[read + 2]))] -= count
        make(merged, symbols[read + 2], word, count)
      }
      symbols[write] = merged
      read += 2
      write += 1
    }
    words.lengths[Int(word)] = UInt32(write)
  }

  private mutating func make(_ left: UInt32, _ right: UInt32, _ word: UInt32, _ count: Int) {
    let pair = pairs.index(left, right)
    pairs.counts[Int(pair)] += count
    made.append((pair, word))
  }
}

/// Counts of pairs of tokens: a pair gets a small number when it is first seen.
struct PairCounts {
  private var keys: [UInt64] = []
  var counts: [Int] = []
  /// Open addressing: numbers of pairs, -1 where there is none.
  private var slots = [Int32](repeating: -1, count: 1 << 12)

  func left(_ pair: Int) -> UInt32 { UInt32(truncatingIfNeeded: keys[pair] >> 32) }
  func right(_ pair: Int) -> UInt32 { UInt32(truncatingIfNeeded: keys[pair]) }

  /// The number of the pair; a new one where it was not seen before.
  mutating func index(_ left: UInt32, _ right: UInt32) -> Int32 {
    let key = UInt64(left) << 32 | UInt64(right)
    var slot = Self.start(key, slots.count)
    while slots[slot] >= 0 {
      if keys[Int(slots[slot])] == key { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    if keys.count * 2 >= slots.count {
      grow()
      return index(left, right)
    }
    slots[slot] = Int32(keys.count)
    keys.append(key)
    counts.append(0)
    return slots[slot]
  }

  private static func start(_ key: UInt64, _ capacity: Int) -> Int {
    let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 24) & (capacity - 1)
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for (index, key) in keys.enumerated() {
      var slot = Self.start(key, slots.count)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(index)
    }
  }
}
