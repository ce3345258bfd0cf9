import TextKernels

extension SignalEvidence {
  /// Where the most frequent n-gram of words stands: of equally frequent ones the first, as it is
  /// measured, also where none occurs twice.
  static func topGram(_ n: Int) -> SignalEvidence {
    SignalEvidence(needsWords: true) { anatomy, places in
      guard let words = anatomy.parts.pointee.words, anatomy.wordCount >= n else { return }
      let grams = 0...anatomy.wordCount - n
      func hash(_ index: Int) -> UInt64 {
        (index..<index + n).reduce(0) { ($0 ^ words[$1].hash) &* 0xD6E8_FEB8_6659_FD93 }
      }
      var counts = HashCounts()
      var best = (count: 0, first: 0)
      for index in grams {
        let gram = counts.count(hash(index), at: index)
        if gram.count > best.count || (gram.count == best.count && gram.first < best.first) {
          best = gram
        }
      }
      let wanted = hash(best.first)
      for index in grams where hash(index) == wanted {
        if !places.add(range(anatomy, index, n)) { return }
      }
    }
  }

  /// N-grams of words that occurred before, scanned without overlap. As they are measured, words are
  /// joined without spaces: "to day" repeats "today" with the words around.
  static func duplicateGrams(_ n: Int) -> SignalEvidence {
    SignalEvidence(needsWords: true) { anatomy, places in
      guard let words = anatomy.parts.pointee.words, let text = anatomy.parts.pointee.text,
        anatomy.wordCount >= n
      else { return }
      var seen = HashCounts()
      // Numbers that the bytes before the last n + 1 words are in an odd base, modulo 2^64.
      var prefixes = [UInt64](repeating: 0, count: n + 1)
      var number: UInt64 = 0
      var next = 0
      for end in 1...anatomy.wordCount {
        for at in anatomy.wordRange(end - 1) { number = number &* base &+ UInt64(text[at]) }
        prefixes[end % (n + 1)] = number
        let index = end - n
        guard index >= next else { continue }
        let length = UInt64(words[end].joined - words[index].joined)
        let hash = number &- prefixes[index % (n + 1)] &* power(length)
        // A zero byte in front changes the length only.
        guard seen.count(hash &+ length << 32, at: index).count > 1 else { continue }
        if !places.add(range(anatomy, index, n)) { return }
        next = end
      }
    }
  }

  private static let base: UInt64 = 0xD134_2543_DE82_EF95

  /// The base to a power, modulo 2^64.
  private static func power(_ exponent: UInt64) -> UInt64 {
    var (result, square, exponent): (UInt64, UInt64, UInt64) = (1, base, exponent)
    while exponent > 0 {
      if exponent & 1 == 1 { result = result &* square }
      square = square &* square
      exponent >>= 1
    }
    return result
  }

  private static func range(_ anatomy: TextAnatomy, _ index: Int, _ n: Int) -> Range<Int> {
    anatomy.wordRange(index).lowerBound..<anatomy.wordRange(index + n - 1).upperBound
  }
}
