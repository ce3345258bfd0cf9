import TextKernels

/// The parts of all items of all evaluation sets, ready to be found in texts.
///
/// A part is a sequence of words, or of their tokens, in up to three readings: punctuation separates
/// words, or is as if it were not there (with `_` one way or the other), so that a text from which
/// somebody deleted the punctuation is found as well as one in which it became spaces. A training
/// document is read once, with punctuation as spaces: its words are one of the three.
///
/// A reading is found by seeds, runs of 5 words. Seeds lie so close that each run of `words` words
/// has one in it, in long parts up to a quarter of the part or 24 words apart; of the possible places
/// those are taken whose run is rarest in the sets. Shorter readings are seeds as a whole.
struct EvaluationIndex: Sendable {
  struct Part: Sendable {
    var item: UInt32
    /// Its place in the item.
    var place: UInt32
    var kind: EvaluationItem.Kind
    /// Units of its plain reading.
    var words: UInt32
    /// Words of it, whatever the unit.
    var spokenWords: UInt32
    /// How improbable its words are, whatever the unit.
    var bits: Float
    /// Its sequences: `readings[firstReading..<firstReading + readingCount]`.
    var firstReading: UInt32
    var readingCount: UInt32
  }

  struct Item: Sendable {
    var set: UInt32
    var place: UInt32
    var firstPart: UInt32
    var partCount: UInt32
  }

  /// A distinct sequence of words, and the parts that read so.
  struct Sequence: Sendable {
    var start: UInt32
    var count: UInt32
    var firstOwner: UInt32
    var ownerCount: UInt32
  }

  /// Where a seed stands in a sequence.
  struct Posting: Sendable {
    var sequence: UInt32
    var at: UInt32
  }

  /// What is found of a sequence.
  enum Coverage: Sendable {
    /// Every run of at least `words` words.
    case everyRun
    /// Parts of which the most is there.
    case parts
  }

  private(set) var items: [Item] = []
  private(set) var parts: [Part] = []
  private(set) var readings: [UInt32] = []
  private(set) var sequences: [Sequence] = []
  private(set) var words: [UInt64] = []
  private(set) var owners: [UInt32] = []
  private(set) var seeds = SeedTable()
  let settings: ContaminationSettings
  let coverage: Coverage
  /// Items without any word, by set and place.
  private(set) var emptyItems: [(set: Int, item: Int)] = []

  /// Words of a seed.
  var seedWords: Int { min(Int(seed_words_limit), settings.words) }

  init(
    _ sets: [EvaluationSet], _ settings: ContaminationSettings, coverage: Coverage = .parts
  ) {
    self.settings = settings
    self.coverage = coverage
    var builder = SequenceBuilder(settings.unit, plainOnly: coverage == .everyRun)
    var evidence = PartEvidence()
    for (set, evaluation) in sets.enumerated() {
      for (place, item) in evaluation.items.enumerated() {
        add(item, set: set, place: place, &builder, &evidence)
      }
    }
    (sequences, words, owners) = builder.finish(parts: parts, readings: readings)
    for (index, bits) in evidence.bits().enumerated() { parts[index].bits = bits }
    makeSeeds()
  }

  private mutating func add(
    _ item: EvaluationItem, set: Int, place: Int, _ builder: inout SequenceBuilder,
    _ evidence: inout PartEvidence
  ) {
    let number = UInt32(items.count)
    let first = parts.count
    for (partPlace, part) in item.parts.enumerated() {
      let found = builder.readings(of: part.text)
      guard let plain = found.first else { continue }
      parts.append(
        Part(
          item: number, place: UInt32(partPlace), kind: part.kind,
          words: UInt32(builder.wordCount(plain)),
          spokenWords: UInt32(evidence.add(part.text)), bits: 0,
          firstReading: UInt32(readings.count), readingCount: UInt32(found.count)))
      readings += found
    }
    if parts.count == first { emptyItems.append((set, place)) }
    items.append(
      Item(
        set: UInt32(set), place: UInt32(place), firstPart: UInt32(first),
        partCount: UInt32(parts.count - first)))
  }

  func sequenceWords(_ sequence: Int) -> ArraySlice<UInt64> {
    let found = sequences[sequence]
    return words[Int(found.start)..<Int(found.start + found.count)]
  }

  func plainReading(of part: Part) -> Int { Int(readings[Int(part.firstReading)]) }

  func parts(of item: Item) -> Range<Int> {
    Int(item.firstPart)..<Int(item.firstPart + item.partCount)
  }

  func owners(of sequence: Int) -> ArraySlice<UInt32> {
    let found = sequences[sequence]
    return owners[Int(found.firstOwner)..<Int(found.firstOwner + found.ownerCount)]
  }

  // MARK: Seeds

  /// A sequence of fewer bits turns up in any text, and proves nothing.
  private static let leastSeedBits: Float = 8

  /// Whether the parts that read so are looked for; the others are looked at where their item's
  /// question was found.
  private func isSought(_ sequence: Int) -> Bool {
    owners(of: sequence).contains { owner in
      let part = parts[Int(owner)]
      if coverage == .everyRun { return true }
      switch part.kind {
      case .question: return part.bits >= Self.leastSeedBits
      case .passage: return Int(part.words) >= settings.words
      case .choice, .answer: return Int(part.words) >= settings.answerWords
      }
    }
  }

  /// The farthest that seeds of a sequence may lie apart.
  private func seedGap(_ count: Int) -> Int {
    if count < settings.words { return count }
    let everyRun = settings.words - seedWords + 1
    return coverage == .everyRun || settings.method == .substring
      ? everyRun : max(everyRun, min(24, count / 4))
  }

  private mutating func makeSeeds() {
    let sought = sequences.indices.filter(isSought)
    let length = seedWords
    var frequency = SeedFrequency()
    for sequence in sought {
      let words = sequenceWords(sequence)
      guard words.count >= length else { continue }
      words.withUnsafeBufferPointer { frequency.add($0, length) }
    }
    var builder = SeedTable.Builder()
    for sequence in sought {
      sequenceWords(sequence).withUnsafeBufferPointer { words in
        guard words.count >= length else {
          builder.add(words, 0, words.count, Posting(sequence: UInt32(sequence), at: 0))
          return
        }
        for at in frequency.places(words, length, gap: seedGap(words.count)) {
          builder.add(words, at, length, Posting(sequence: UInt32(sequence), at: UInt32(at)))
        }
      }
    }
    seeds = builder.finish()
  }
}
