import TextKernels

/// How much of a sequence stands at one place of a text.
struct SequenceMatch {
  /// Words of the text, from the first to the last one that was found.
  var words: Range<Int>
  /// Words of the sequence that were found.
  var matched: Int
  /// Words of the longest run without a gap.
  var longest: Int
}

/// Joins runs of a sequence over small gaps: what stands between them was changed, left out or
/// added.
struct PartMatcher {
  let text: UnsafeBufferPointer<UInt64>
  let sequence: UnsafeBufferPointer<UInt64>

  /// Words on either side that a gap may have.
  static let gapLimit = 11
  /// Words that must be equal behind a gap.
  private static let rejoining = 3

  /// The run with all that can be joined to it.
  func joined(_ run: RunFinder.Run) -> SequenceMatch {
    var match = SequenceMatch(
      words: run.word..<run.word + run.count, matched: run.count, longest: run.count)
    var (word, at) = (run.word + run.count, run.at + run.count)
    while let next = ahead(word, at) {
      match.matched += next.count
      match.longest = max(match.longest, next.count)
      (word, at) = (next.word + next.count, next.at + next.count)
    }
    let end = word
    (word, at) = (run.word, run.at)
    while let next = behind(word, at) {
      match.matched += next.count
      match.longest = max(match.longest, next.count)
      (word, at) = (next.word, next.at)
    }
    match.words = word..<end
    return match
  }

  /// The next equal words behind those that end before `word` and `at`.
  private func ahead(_ word: Int, _ at: Int) -> (word: Int, at: Int, count: Int)? {
    let left = sequence.count - at
    guard left > 0 else { return nil }
    for step in 1...2 * Self.gapLimit {
      for skipped in max(0, step - Self.gapLimit)...min(step, Self.gapLimit) {
        let (w, a) = (word + step - skipped, at + skipped)
        var count = 0
        while w + count < text.count, a + count < sequence.count,
          text[w + count] == sequence[a + count]
        { count += 1 }
        if count >= Self.rejoining || (count > 0 && count == sequence.count - a) {
          return (w, a, count)
        }
      }
    }
    return nil
  }

  /// The same in front of those that start at `word` and `at`.
  private func behind(_ word: Int, _ at: Int) -> (word: Int, at: Int, count: Int)? {
    guard at > 0 else { return nil }
    for step in 1...2 * Self.gapLimit {
      for skipped in max(0, step - Self.gapLimit)...min(step, Self.gapLimit) {
        let (w, a) = (word - (step - skipped), at - skipped)
        var count = 0
        while w - count > 0, a - count > 0, text[w - count - 1] == sequence[a - count - 1] {
          count += 1
        }
        if count >= Self.rejoining || (count > 0 && count == a) {
          return (w - count, a - count, count)
        }
      }
    }
    return nil
  }
}
