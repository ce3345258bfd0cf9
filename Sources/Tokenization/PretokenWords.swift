/// The different pre-tokens of a corpus as sequences of token ids, in one buffer; merges shorten
/// them in place.
struct PretokenWords: ~Copyable {
  let symbols: UnsafeMutablePointer<UInt32>
  /// Where each word starts.
  let starts: [Int]
  var lengths: [UInt32]
  /// How often each word occurs.
  let counts: [Int]

  /// Words of one byte have no pairs and are left out.
  init(_ pretokens: PretokenCounts, byteIDs: [UInt32]) {
    var starts: [Int] = []
    var lengths: [UInt32] = []
    var counts: [Int] = []
    var total = 0
    pretokens.forEach { bytes, count in
      guard bytes.count > 1 else { return }
      starts.append(total)
      lengths.append(UInt32(bytes.count))
      counts.append(count)
      total += bytes.count
    }
    let symbols = UnsafeMutablePointer<UInt32>.allocate(capacity: max(total, 1))
    var at = 0
    pretokens.forEach { bytes, _ in
      guard bytes.count > 1 else { return }
      for byte in bytes {
        symbols[at] = byteIDs[Int(byte)]
        at += 1
      }
    }
    self.symbols = symbols
    self.starts = starts
    self.lengths = lengths
    self.counts = counts
  }

  deinit { symbols.deallocate() }

  var count: Int { starts.count }
}
