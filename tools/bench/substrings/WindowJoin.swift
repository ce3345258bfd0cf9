/// The truth that the engine is compared with, made another way: every window of every text by a
/// hash of its own, sorted, and compared symbol by symbol.
struct WindowJoin {
  /// A range of a text that goes, and where its first window stands first.
  struct Range: Equatable {
    var document: Int
    var symbols: Swift.Range<Int>
    var keptDocument: Int
    var keptSymbol: Int
  }

  private struct Window {
    var hash: UInt64
    var place: Int
  }

  private let symbols: [UInt32]
  /// Where each document ends.
  private let ends: [Int]
  private let length: Int

  init(symbols: [UInt32], ends: [Int], length: Int) {
    self.symbols = symbols
    self.ends = ends
    self.length = length
  }

  /// Covered is what lies in a window that stands at an earlier place too and ends there before it
  /// begins here.
  func ranges() -> [Range] {
    var first = [Int32](repeating: -1, count: symbols.count)
    let hashes = windowHashes()
    let passes: UInt64 = 16
    for pass in 0..<passes {
      var windows: [Window] = []
      for (place, hash) in hashes.enumerated() where hash != 0 && hash % passes == pass {
        windows.append(Window(hash: hash, place: place))
      }
      windows.sort { ($0.hash, $0.place) < ($1.hash, $1.place) }
      var start = 0
      while start < windows.count {
        var end = start + 1
        while end < windows.count, windows[end].hash == windows[start].hash { end += 1 }
        // Equal hashes of different windows are told apart.
        var firsts: [Int] = []
        if end - start > 1 {
          for window in windows[start..<end] {
            if let known = firsts.first(where: { areEqual($0, window.place) }) {
              if known + length <= window.place { first[window.place] = Int32(known) }
            } else {
              firsts.append(window.place)
            }
          }
        }
        start = end
      }
    }
    return joined(first)
  }

  /// 0 where no window begins.
  private func windowHashes() -> [UInt64] {
    var hashes = [UInt64](repeating: 0, count: symbols.count)
    let factor: UInt64 = 0xd134_2543_de82_ef95
    var top: UInt64 = 1
    for _ in 0..<length { top = top &* factor }
    var start = 0
    for end in ends {
      if end - start >= length {
        var hash: UInt64 = 0
        for place in start..<start + length { hash = hash &* factor &+ UInt64(symbols[place]) &+ 1 }
        for place in start...end - length {
          hashes[place] = max(1, (hash ^ hash >> 31) &* 0x9fb2_1c65_1e98_df25)
          if place + length < end {
            hash = hash &* factor &+ UInt64(symbols[place + length]) &+ 1
            hash = hash &- top &* (UInt64(symbols[place]) &+ 1)
          }
        }
      }
      start = end
    }
    return hashes
  }

  private func areEqual(_ a: Int, _ b: Int) -> Bool {
    for index in 0..<length where symbols[a + index] != symbols[b + index] { return false }
    return true
  }

  private func joined(_ first: [Int32]) -> [Range] {
    var ranges: [Range] = []
    var document = 0
    for (place, kept) in first.enumerated() where kept >= 0 {
      while ends[document] <= place { document += 1 }
      let start = document == 0 ? 0 : ends[document - 1]
      let own = place - start..<place - start + length
      if let last = ranges.last, last.document == document,
        own.lowerBound <= last.symbols.upperBound
      {
        ranges[ranges.count - 1].symbols = last.symbols.lowerBound..<own.upperBound
        continue
      }
      let keptDocument = documentOf(Int(kept))
      ranges.append(
        Range(
          document: document, symbols: own, keptDocument: keptDocument,
          keptSymbol: Int(kept) - (keptDocument == 0 ? 0 : ends[keptDocument - 1])))
    }
    return ranges
  }

  private func documentOf(_ place: Int) -> Int {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
