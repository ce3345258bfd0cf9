import TextKernels

/// Collects the distinct sequences of words of the evaluation sets.
struct SequenceBuilder {
  private let reader: FoldedWords
  private let modes: [folded_words_mode]
  private var words: [UInt64] = []
  private var starts = [0]
  /// Sequences by a hash of their words.
  private var known: [UInt64: [UInt32]] = [:]

  /// - Parameter plainOnly: whether punctuation separates words, and nothing else is tried.
  init(_ unit: ShingleUnit = .word, plainOnly: Bool) {
    reader = FoldedWords(unit)
    modes =
      plainOnly
      ? [folded_words_apart]
      : [folded_words_apart, folded_words_joined, folded_words_joined_at_underscores]
  }

  /// The sequences of a text, the plain one first; none where it has no word.
  mutating func readings(of text: String) -> [UInt32] {
    var found: [UInt32] = []
    for mode in modes {
      reader.read(text, mode)
      guard reader.count > 0 else { return found }
      let sequence = place(of: UnsafeBufferPointer(rebasing: reader.hashes[..<reader.count]))
      if !found.contains(sequence) { found.append(sequence) }
    }
    return found
  }

  /// The number of distinct sequences.
  var count: Int { starts.count - 1 }

  func sequence(_ number: Int) -> ArraySlice<UInt64> { words[starts[number]..<starts[number + 1]] }

  func wordCount(_ sequence: UInt32) -> Int {
    starts[Int(sequence) + 1] - starts[Int(sequence)]
  }

  private mutating func place(of sequence: UnsafeBufferPointer<UInt64>) -> UInt32 {
    let digest = sequence.reduce(UInt64(sequence.count)) {
      ($0 ^ $1) &* 0x9e37_79b9_7f4a_7c15 ^ ($0 >> 29)
    }
    for candidate in known[digest] ?? [] {
      let range = starts[Int(candidate)]..<starts[Int(candidate) + 1]
      if words[range].elementsEqual(sequence) { return candidate }
    }
    let place = UInt32(starts.count - 1)
    known[digest, default: []].append(place)
    words += sequence
    starts.append(words.count)
    return place
  }

  /// The sequences, their words, and the parts that own them.
  func finish(
    parts: [EvaluationIndex.Part], readings: [UInt32]
  ) -> ([EvaluationIndex.Sequence], [UInt64], owners: [UInt32]) {
    let count = starts.count - 1
    var ends = [UInt32](repeating: 0, count: count + 1)
    for reading in readings { ends[Int(reading) + 1] += 1 }
    for index in 0..<count { ends[index + 1] += ends[index] }
    let sequences = (0..<count).map {
      EvaluationIndex.Sequence(
        start: UInt32(starts[$0]), count: UInt32(starts[$0 + 1] - starts[$0]),
        firstOwner: ends[$0], ownerCount: ends[$0 + 1] - ends[$0])
    }
    var owners = [UInt32](repeating: 0, count: readings.count)
    for (number, part) in parts.enumerated() {
      for reading in Int(part.firstReading)..<Int(part.firstReading + part.readingCount) {
        let sequence = Int(readings[reading])
        owners[Int(ends[sequence])] = UInt32(number)
        ends[sequence] += 1
      }
    }
    return (sequences, words, owners)
  }
}
