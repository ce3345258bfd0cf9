import Streams
import TextKernels

/// Finds the items of evaluation sets in training documents. Owns its scratch memory: one for each
/// thread, made by ``EvaluationIndexes/finder()``.
///
/// Each part of an item is looked for by itself. A part is found where at least `overlap` of its words
/// stand in runs that are close together, one of at least `words` words; a part of fewer words where
/// all of them stand in a row. Where the unit is a token, all of that is counted in tokens
/// (``ContaminationSettings/unit``); the evidence is that of the words all the same. What is found
/// decides
///
/// - where it is a question whose words are improbable enough by themselves: at least 4 words and
///   `evidenceBits` bits (``ContaminationSettings/evidenceBits``);
/// - where it is a question that is not, but an answer, choice or passage of its item stands near it,
///   and the bits of both reach the limit. From the bits of what is near the logarithm of the number
///   of words among which it was looked for is taken off;
/// - where it is an answer or a choice of at least `answerWords` words.
///
/// A passage alone never decides: passages are quoted from sources that training text has too. A
/// short answer alone never does.
public final class ContaminationFinder {
  private let index: EvaluationIndex
  private let finder: RunFinder
  private let windows: WindowSketches?

  /// Words on either side of a question among which its answers are looked for, besides as many as the
  /// item has.
  private static let nearWords = 64
  /// A question of fewer words never decides alone.
  private static let leastQuestionWords = 4
  /// Places of one part that are told apart in one document: a short question may stand at many
  /// before it stands at one with its answers.
  private static func placeLimit(isWhole: Bool) -> Int { isWhole ? 256 : 16 }

  init(_ index: EvaluationIndex, sketches: PartSketches?) {
    self.index = index
    finder = RunFinder(index)
    windows = sketches.map { WindowSketches($0) }
  }

  /// Where the matches of each part are among those of the document.
  private var placesOfParts: [Int: [Int]] = [:]

  /// A part that was found.
  private struct Match {
    var part: Int
    var share: Double
    var longest: Int
    var words: Range<Int>
    var decides = false
  }

  /// What stands in a document, by place; none that matters to nothing: parts that do not decide are
  /// there where another part of their item does, and passages.
  public func findings(in text: UnsafeRawBufferPointer) -> [ContaminationFinding] {
    finder.read(text)
    if !placesOfParts.isEmpty { placesOfParts.removeAll(keepingCapacity: true) }
    var matches: [Match] = []
    if let windows {
      for found in windows.matches(finder.words) {
        add(
          SequenceMatch(words: found.words, matched: 0, longest: 0), share: found.similarity,
          sequence: found.sequence, to: &matches)
      }
      // Parts that are too short for shingles are looked for as they are.
      addRuns(to: &matches) { !windows.covers($0) }
    } else {
      addRuns(to: &matches) { _ in true }
    }
    return matches.isEmpty ? [] : judged(matches)
  }

  // MARK: Matches of sequences

  private func addRuns(to matches: inout [Match], where isWanted: (UInt32) -> Bool) {
    let text = UnsafeBufferPointer(rebasing: finder.words.hashes[..<finder.words.count])
    for sequence in finder.found where isWanted(sequence) {
      index.sequenceWords(Int(sequence)).withUnsafeBufferPointer { words in
        for match in places(of: sequence, PartMatcher(text: text, sequence: words)) {
          add(
            match, share: Double(match.matched) / Double(words.count), sequence: sequence,
            to: &matches)
        }
      }
    }
  }

  /// Where enough of a sequence stands, the places apart from each other.
  private func places(of sequence: UInt32, _ matcher: PartMatcher) -> [SequenceMatch] {
    let settings = index.settings
    let count = matcher.sequence.count
    let least = min(settings.words, count)
    var runs: [RunFinder.Run] = []
    finder.forEachRun(of: sequence) { if $0.count >= least { runs.append($0) } }
    runs.sort { ($0.count, $1.word) > ($1.count, $0.word) }
    var found: [SequenceMatch] = []
    let limit = Self.placeLimit(isWhole: count < settings.words)
    for run in runs.prefix(1024) where found.count < limit {
      if found.contains(where: { $0.words.overlaps(run.word..<run.word + run.count) }) { continue }
      let match =
        settings.method == .substring || count < settings.words
        ? SequenceMatch(
          words: run.word..<run.word + run.count, matched: run.count, longest: run.count)
        : matcher.joined(run)
      if Double(match.matched) >= settings.overlap * Double(count) { found.append(match) }
    }
    return found
  }

  private func add(
    _ match: SequenceMatch, share: Double, sequence: UInt32, to matches: inout [Match]
  ) {
    for owner in index.owners(of: Int(sequence)) {
      let new = Match(
        part: Int(owner), share: share, longest: match.longest, words: match.words)
      // Readings of one part are found at the same place.
      let known = placesOfParts[new.part] ?? []
      if let same = known.last(where: { matches[$0].words.overlaps(new.words) }) {
        if matches[same].share < new.share { matches[same] = new }
      } else {
        placesOfParts[new.part, default: []].append(matches.count)
        matches.append(new)
      }
    }
  }

  // MARK: What decides

  private func judged(_ matches: [Match]) -> [ContaminationFinding] {
    var matches = matches
    matches.sort {
      (index.parts[$0.part].item, $0.words.lowerBound, $0.part)
        < (index.parts[$1.part].item, $1.words.lowerBound, $1.part)
    }
    var judged: [Match] = []
    var rest = matches[...]
    while let item = rest.first.map({ index.parts[$0.part].item }) {
      let group = rest.prefix { index.parts[$0.part].item == item }
      rest = rest.dropFirst(group.count)
      judged += self.judged(Array(group), of: index.items[Int(item)])
    }
    judged.sort {
      ($0.words.lowerBound, $0.part, $0.words.upperBound)
        < ($1.words.lowerBound, $1.part, $1.words.upperBound)
    }
    return judged.map(finding)
  }

  /// The matches of one item that matter.
  private func judged(_ matches: [Match], of item: EvaluationIndex.Item) -> [Match] {
    var matches = matches
    var near: [Match] = []
    for place in matches.indices {
      let part = index.parts[matches[place].part]
      let bits = Double(part.bits) * matches[place].share
      switch part.kind {
      case .passage: continue
      case .answer, .choice:
        matches[place].decides =
          Int(part.words) >= index.settings.answerWords && bits >= index.settings.evidenceBits
      case .question:
        let company = companions(of: matches[place], in: item, besides: matches)
        let alone =
          Double(part.spokenWords) * matches[place].share >= Double(Self.leastQuestionWords)
          && bits >= index.settings.evidenceBits
        matches[place].decides =
          alone || (company.bits > 0 && bits + company.bits >= index.settings.evidenceBits)
        if matches[place].decides { near += company.found }
      }
    }
    guard matches.contains(where: \.decides) else {
      return matches.filter { index.parts[$0.part].kind == .passage }
    }
    var kept = matches.filter {
      $0.decides || Int(index.parts[$0.part].words) >= index.settings.words
    }
    for match in near
    where !kept.contains(where: { $0.part == match.part && $0.words.overlaps(match.words) }) {
      kept.append(match)
    }
    return kept
  }

  /// The other parts of an item that stand near a question, and what they add to its evidence.
  private func companions(
    of question: Match, in item: EvaluationIndex.Item, besides known: [Match]
  ) -> (found: [Match], bits: Double) {
    let parts = index.parts(of: item)
    let reach =
      Self.nearWords + parts.reduce(0) { min(4096, $0 + Int(index.parts[$1].words)) }
    let low = max(0, question.words.lowerBound - reach)
    let high = min(finder.words.count, question.words.upperBound + reach)
    let text = UnsafeBufferPointer(rebasing: finder.words.hashes[..<finder.words.count])
    var found: [Match] = []
    var bits = 0.0
    for number in parts where number != question.part {
      let part = index.parts[number]
      if part.kind == .question { continue }
      if let match = known.first(where: {
        $0.part == number && $0.words.lowerBound < high && $0.words.upperBound > low
      }) {
        bits += gain(part, match.share, high - low)
        continue
      }
      let spans = [low..<question.words.lowerBound, question.words.upperBound..<high]
      guard let words = first(part, in: spans.reversed(), of: text) else { continue }
      found.append(
        Match(part: number, share: 1, longest: words.count, words: words, decides: false))
      bits += gain(part, 1, high - low)
    }
    return (found, bits)
  }

  private func gain(_ part: EvaluationIndex.Part, _ share: Double, _ among: Int) -> Double {
    let places = Double(Int.bitWidth - max(among, 1).leadingZeroBitCount)
    return max(0, Double(part.bits) * share - places)
  }

  /// Where all words of a part stand in a row.
  private func first(
    _ part: EvaluationIndex.Part, in spans: [Range<Int>], of text: UnsafeBufferPointer<UInt64>
  ) -> Range<Int>? {
    for reading in Int(part.firstReading)..<Int(part.firstReading + part.readingCount) {
      let words = index.sequenceWords(Int(index.readings[reading]))
      guard let start = words.first else { continue }
      for span in spans where span.count >= words.count {
        for word in span.lowerBound...span.upperBound - words.count where text[word] == start {
          if text[word..<word + words.count].elementsEqual(words) {
            return word..<word + words.count
          }
        }
      }
    }
    return nil
  }

  private func finding(_ match: Match) -> ContaminationFinding {
    let part = index.parts[match.part]
    let item = index.items[Int(part.item)]
    return ContaminationFinding(
      set: Int(item.set), item: Int(item.place), part: Int(part.place), kind: part.kind,
      share: match.share, longestRun: match.longest, partWords: Int(part.words),
      bytes: Int(
        finder.words.starts[match.words.lowerBound])..<Int(
          finder.words.ends[match.words.upperBound - 1]),
      decides: match.decides)
  }
}
