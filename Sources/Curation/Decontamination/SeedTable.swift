import TextKernels

/// Which seeds there are, and where each one stands.
struct SeedTable: Sendable {
  /// For the longest seeds, and for the shorter ones.
  private(set) var filter: [UInt64] = [0, 0]
  private(set) var shortFilter: [UInt64] = [0, 0]
  private(set) var keys: [UInt64] = [0, 0]
  private(set) var values: [UInt32] = [0, 0]
  private(set) var filterBits: UInt32 = 1
  private(set) var shortFilterBits: UInt32 = 1
  private(set) var slotBits: UInt32 = 1
  private(set) var lengths: UInt32 = 0
  /// The postings of seed i: `postings[offsets[i]..<offsets[i + 1]]`.
  private(set) var postings: [EvaluationIndex.Posting] = []
  private(set) var offsets: [UInt32] = [0]

  /// Distinct seeds.
  var count: Int { offsets.count - 1 }

  func postings(of seed: UInt32) -> ArraySlice<EvaluationIndex.Posting> {
    postings[Int(offsets[Int(seed)])..<Int(offsets[Int(seed) + 1])]
  }

  /// Looks up the runs of a text that start at `first..<first + count`; see `seed_scan`.
  func scan(
    _ words: UnsafeBufferPointer<UInt64>, first: Int, count: Int,
    into hits: UnsafeMutablePointer<seed_hit>
  ) -> Int {
    guard let base = words.baseAddress else { return 0 }
    return filter.withUnsafeBufferPointer { filter in
      shortFilter.withUnsafeBufferPointer { shortFilter in
        keys.withUnsafeBufferPointer { keys in
          values.withUnsafeBufferPointer { values in
            var table = seed_table(
              filter: filter.baseAddress, short_filter: shortFilter.baseAddress,
              keys: keys.baseAddress, values: values.baseAddress, filter_bits: filterBits,
              short_filter_bits: shortFilterBits, slot_bits: slotBits, lengths: lengths)
            return seed_scan(&table, base, words.count, first, count, hits)
          }
        }
      }
    }
  }

  struct Builder {
    private struct Entry {
      var key: UInt64
      var length: UInt32
      var posting: EvaluationIndex.Posting
    }

    private var entries: [Entry] = []
    private var lengths: UInt32 = 0

    /// Places that one seed may have; a phrase that more items share tells none of them from another.
    private static let postingLimit = 64
    /// 1 << 16 words of 64 bits are the 512 KB that a second-level cache holds.
    private static let filterBitsLimit = 16

    mutating func add(
      _ words: UnsafeBufferPointer<UInt64>, _ at: Int, _ length: Int,
      _ posting: EvaluationIndex.Posting
    ) {
      guard let base = words.baseAddress else { return }
      entries.append(
        Entry(key: seed_key(base + at, length), length: UInt32(length), posting: posting))
      lengths |= 1 << UInt32(length)
    }

    consuming func finish() -> SeedTable {
      var table = SeedTable()
      table.lengths = lengths
      entries.sort {
        ($0.key, $0.posting.sequence, $0.posting.at) < ($1.key, $1.posting.sequence, $1.posting.at)
      }
      let longest = UInt32(UInt32.bitWidth - 1 - max(lengths, 1).leadingZeroBitCount)
      var distinct: [(key: UInt64, isLongest: Bool)] = []
      for entry in entries {
        if distinct.last?.key != entry.key {
          distinct.append((entry.key, entry.length == longest))
          table.offsets.append(table.offsets[table.offsets.count - 1])
        }
        let seed = table.offsets.count - 2
        guard table.offsets[seed + 1] - table.offsets[seed] < Self.postingLimit else { continue }
        table.postings.append(entry.posting)
        table.offsets[seed + 1] += 1
      }
      func bits(_ number: Int) -> Int { Int.bitWidth - max(number, 1).leadingZeroBitCount }
      table.slotBits = UInt32(bits(distinct.count) + 1)
      let long = distinct.lazy.filter(\.isLongest).count
      table.filterBits = UInt32(min(Self.filterBitsLimit, max(4, bits(long * 16 / 64))))
      table.shortFilterBits = UInt32(
        min(Self.filterBitsLimit, max(4, bits((distinct.count - long) * 64 / 64))))
      table.keys = [UInt64](repeating: 0, count: 1 << Int(table.slotBits))
      table.values = [UInt32](repeating: 0, count: table.keys.count)
      table.filter = [UInt64](repeating: 0, count: 1 << Int(table.filterBits))
      table.shortFilter = [UInt64](repeating: 0, count: 1 << Int(table.shortFilterBits))
      for (seed, entry) in distinct.enumerated() {
        let slot = seed_slot(table.keys, table.slotBits, entry.key)
        table.keys[slot] = entry.key
        table.values[slot] = UInt32(seed)
        if entry.isLongest {
          seed_filter_add(&table.filter, table.filterBits, entry.key)
        } else {
          seed_filter_add(&table.shortFilter, table.shortFilterBits, entry.key)
        }
      }
      return table
    }
  }
}

/// How often runs of words stand in the evaluation sets; runs whose hashes fall together are counted
/// together, which only makes them seem more common.
struct SeedFrequency {
  private var counts: [UInt16]
  private static let bits = 22

  init() { counts = [UInt16](repeating: 0, count: 1 << Self.bits) }

  private static func place(_ key: UInt64) -> Int { Int(key >> UInt64(64 - bits)) }

  mutating func add(_ words: UnsafeBufferPointer<UInt64>, _ length: Int) {
    guard let base = words.baseAddress else { return }
    for at in 0...words.count - length {
      let place = Self.place(seed_key(base + at, length))
      if counts[place] < .max { counts[place] += 1 }
    }
  }

  /// Places at most `gap` apart, such that `gap` starts in a row have one among them; each the rarest
  /// that could be taken, of equally rare ones the last. The rarest of all is among them too: what
  /// tells a sequence from others that begin like it may stand at its end only.
  func places(_ words: UnsafeBufferPointer<UInt64>, _ length: Int, gap: Int) -> [Int] {
    guard let base = words.baseAddress else { return [] }
    let last = words.count - length
    func count(_ at: Int) -> UInt16 { counts[Self.place(seed_key(base + at, length))] }
    var places: [Int] = []
    var next = 0
    while next <= last {
      // The next `gap` starts have a seed among them; where fewer are left, none is due.
      if !places.isEmpty, last - next + 1 < gap { break }
      var best = next
      var bestCount = UInt16.max
      for at in next...min(next + gap - 1, last) {
        let count = count(at)
        if count <= bestCount { (best, bestCount) = (at, count) }
      }
      places.append(best)
      next = best + 1
    }
    let rarestTaken = places.lazy.map(count).min() ?? .max
    if let rarest = (0...last).min(by: { count($0) < count($1) }), count(rarest) < rarestTaken {
      places.append(rarest)
      places.sort()
    }
    return places
  }
}
