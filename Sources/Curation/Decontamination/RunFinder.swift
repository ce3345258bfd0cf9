import TextKernels

/// Finds the runs of words that a text has in common with the sequences of an index. Owns its
/// scratch memory: one for each thread.
final class RunFinder {
  /// A run of equal words that cannot be made longer at either end.
  struct Run {
    var sequence: UInt32
    /// Where it starts in the text, and in the sequence.
    var word: Int
    var at: Int
    var count: Int
    /// The run of the same sequence that was found before it, or -1.
    fileprivate var before: Int32
  }

  let index: EvaluationIndex
  let words: FoldedWords
  private(set) var runs: [Run] = []
  /// The sequences that have runs, in the order of their first ones.
  private(set) var found: [UInt32] = []
  private var hits: [seed_hit]
  /// The last run of a sequence, where `textOf` says that it is of this text.
  private var lastRun: [Int32]
  private var textOf: [UInt32]
  private var text: UInt32 = 0
  /// Comparisons of words that are left for this text.
  private var budget = 0

  init(_ index: EvaluationIndex) {
    self.index = index
    words = FoldedWords(index.settings.unit)
    hits = [seed_hit](repeating: seed_hit(), count: Int(seed_scan_hits))
    lastRun = [Int32](repeating: -1, count: index.sequences.count)
    textOf = [UInt32](repeating: 0, count: index.sequences.count)
  }

  /// Reads a text; `runs` are then those that hold a seed.
  func read(_ bytes: UnsafeRawBufferPointer) {
    runs.removeAll(keepingCapacity: true)
    found.removeAll(keepingCapacity: true)
    if text == .max {
      text = 0
      for sequence in textOf.indices { textOf[sequence] = 0 }
    }
    text += 1
    words.read(bytes)
    // A text that repeats a repetitive item has more pairs of places than anybody could compare.
    budget = 1 << 20 + 64 * words.count
    let hashes = UnsafeBufferPointer(rebasing: words.hashes[..<words.count])
    index.words.withUnsafeBufferPointer { sequenceWords in
      var first = 0
      while first < hashes.count {
        let count = min(Int(seed_scan_words), hashes.count - first)
        let hitCount = hits.withUnsafeMutableBufferPointer { hits in
          hits.baseAddress.map {
            index.seeds.scan(hashes, first: first, count: count, into: $0)
          } ?? 0
        }
        for hit in hits[..<hitCount] {
          for posting in index.seeds.postings(of: hit.value) {
            extend(posting, Int(hit.word), hashes, sequenceWords)
          }
        }
        first += count
      }
    }
  }

  /// The runs of a sequence, the last one first.
  func forEachRun(of sequence: UInt32, _ body: (Run) -> Void) {
    var next = lastRun[Int(sequence)]
    while next >= 0 {
      let run = runs[Int(next)]
      body(run)
      next = run.before
    }
  }

  private func extend(
    _ posting: EvaluationIndex.Posting, _ word: Int, _ text: UnsafeBufferPointer<UInt64>,
    _ all: UnsafeBufferPointer<UInt64>
  ) {
    let number = Int(posting.sequence)
    let sequence = index.sequences[number]
    let base = Int(sequence.start)
    let length = Int(sequence.count)
    let at = Int(posting.at)
    let isKnown = textOf[number] == self.text
    if isKnown, isCovered(word, at, after: lastRun[number]) { return }
    var back = 0
    while back < at, back < word, text[word - back - 1] == all[base + at - back - 1] { back += 1 }
    var ahead = 0
    let limit = min(length - at, text.count - word)
    while ahead < limit, text[word + ahead] == all[base + at + ahead] { ahead += 1 }
    budget -= back + ahead
    // Seeds with one hash need not be equal.
    guard ahead >= min(index.seedWords, length) else { return }
    if !isKnown { found.append(posting.sequence) }
    runs.append(
      Run(
        sequence: posting.sequence, word: word - back, at: at - back, count: back + ahead,
        before: isKnown ? lastRun[number] : -1))
    lastRun[number] = Int32(runs.count - 1)
    textOf[number] = self.text
  }

  /// Whether a run that is known holds this place of the text on this place of the sequence; any
  /// place of the sequence where the text has been compared too often.
  private func isCovered(_ word: Int, _ at: Int, after last: Int32) -> Bool {
    var next = last
    while next >= 0 {
      let run = runs[Int(next)]
      budget -= 1
      let isInside = word >= run.word && word < run.word + run.count
      if isInside, budget < 0 || run.word - run.at == word - at { return true }
      // Runs come by their seeds, so an earlier one may still reach farther.
      if budget < 0 { return word < run.word + run.count }
      next = run.before
    }
    return false
  }
}
