import Corpora
import Streams
import Synchronization

/// How much of a training document stands in the evaluation set.
public struct Contamination: Sendable, Equatable {
  /// Runs of words of the document, and how many of them stand in an evaluation document.
  public var passages: Int
  public var hits: Int
  /// The first hit, joined with those that overlap it: where it stands in the text.
  public var firstHit: Range<Int>?
  /// The evaluation document of the first hit.
  public var evaluationID: String?
  /// A document too short for one run of words was compared as a whole.
  public var isWholeText: Bool

  /// Hits by passages, 0 without any.
  public var share: Double { passages == 0 ? 0 : Double(hits) / Double(passages) }
}

/// Finds training documents that repeat whole evaluation documents, by exact runs of words. For the
/// items of benchmarks see ``EvaluationIndexes``: there the share is that of the item, here it is that
/// of the training document.
///
/// Words are compared without their case, diacritics and punctuation; a run is 13 words by default, as
/// in GPT-3 (Brown et al. 2020, arXiv:2005.14165, appendix C). An evaluation document of fewer words is
/// taken as a whole and found only in training documents that are equal to it in words: the words of a
/// short question turn up by chance too often. What was added is counted.
///
/// A document is contaminated where at least `shareLimit` of its runs hit; 0.2 by default. A lower
/// limit also drops long documents that quote one evaluation item among much else (a hit of 13 words
/// may be a common phrase or a licence line); a higher one keeps documents with an evaluation item
/// in them. Where the evaluation set must stay unseen, use 0 and read the evidence: any hit decides.
public struct Decontamination: Sendable {
  public let words: Int
  public let shareLimit: Double
  private var held = EvaluationSet(name: "", items: [])
  private var made = IndexOfDocuments()

  /// - Throws: an input fault unless words are 2 to 100 and the limit is in 0...1.
  public init(words: Int = 13, shareLimit: Double = 0.2) throws {
    guard ContaminationSettings.wordRange.contains(words), (0...1).contains(shareLimit) else {
      throw Fault(
        .input, "decontamination cannot work with these settings",
        found: "\(words) words, share \(shareLimit)",
        expected: "2 to 100 words, a share from 0 to 1")
    }
    self.words = words
    self.shareLimit = shareLimit
  }

  /// Evaluation documents added so far.
  public var documentCount: Int { held.items.count }

  /// Adds the texts of an evaluation set.
  public mutating func add(_ evaluation: DocumentBatch) {
    for index in 0..<evaluation.count {
      held.items.append(
        EvaluationItem(
          id: evaluation.ids.string(index),
          parts: [.init(.passage, evaluation.texts.string(index))]))
    }
    made = IndexOfDocuments()
  }

  /// Measures every document of a batch.
  public func measure(_ batch: DocumentBatch) -> [Contamination] {
    let finder = RunFinder(made.index(of: held, words: words))
    return (0..<batch.count).map { index in
      batch.texts.withBytes(index) { measure($0, finder) }
    }
  }

  /// Whether what was measured reaches the limit; never without a hit.
  public func isContaminated(_ measured: Contamination) -> Bool {
    measured.hits > 0 && measured.share >= shareLimit
  }

  /// Why the document at `ordinal` with this text goes: how much was found, where, and the passage.
  public func decision(
    on ordinal: UInt64, _ measured: Contamination, text: ArraySlice<UInt8>
  ) -> Decision {
    let passage = measured.firstHit.map {
      String(decoding: text.dropFirst($0.lowerBound).prefix(min($0.count, 200)), as: UTF8.self)
    }
    return Decision(
      ordinal: ordinal, stage: "decontamination", rule: "evaluation-passage",
      value: Float(measured.share),
      evidence: "\(measured.hits) of \(measured.passages) passages of \(words) words"
        + " are in \(measured.evaluationID ?? "?"), first: \(passage ?? "")")
  }

  private func measure(_ text: UnsafeRawBufferPointer, _ finder: RunFinder) -> Contamination {
    finder.read(text)
    let count = finder.words.count
    guard count >= words else { return measureWhole(finder, byteCount: text.count) }
    let runs = finder.runs.filter { $0.count >= words }.sorted { $0.word < $1.word }
    var hits = 0
    var seen = 0
    var first: Range<Int>?
    for run in runs {
      // The runs of `words` words that start in it.
      let end = run.word + run.count - words + 1
      hits += max(0, end - max(seen, run.word))
      seen = max(seen, end)
      guard let open = first else {
        first = run.word..<run.word + run.count
        continue
      }
      // Two hits are one passage where the second starts in the first or right behind it.
      if run.word <= open.upperBound {
        first = open.lowerBound..<max(open.upperBound, run.word + run.count)
      }
    }
    let start = first?.lowerBound
    let owner = runs.filter { $0.word == start }.flatMap { owners(of: $0, finder) }.min()
    return Contamination(
      passages: count - words + 1, hits: hits,
      firstHit: first.map { bytes($0, finder, text.count) },
      evaluationID: owner.map { held.items[$0].id }, isWholeText: false)
  }

  private func measureWhole(_ finder: RunFinder, byteCount: Int) -> Contamination {
    let count = finder.words.count
    let whole = finder.runs.first {
      $0.count == count && Int(finder.index.sequences[Int($0.sequence)].count) == count
    }
    return Contamination(
      passages: count > 0 ? 1 : 0, hits: whole == nil ? 0 : 1,
      firstHit: whole.map { _ in bytes(0..<count, finder, byteCount) },
      evaluationID: whole.flatMap { owners(of: $0, finder).min() }.map { held.items[$0].id },
      isWholeText: true)
  }

  private func owners(of run: RunFinder.Run, _ finder: RunFinder) -> [Int] {
    finder.index.owners(of: Int(run.sequence)).map { Int(finder.index.parts[Int($0)].item) }
  }

  /// The bytes that a range of words covers, up to the next word.
  private func bytes(_ range: Range<Int>, _ finder: RunFinder, _ byteCount: Int) -> Range<Int> {
    let end =
      range.upperBound < finder.words.count
      ? Int(finder.words.starts[range.upperBound]) : byteCount
    return Int(finder.words.starts[range.lowerBound])..<end
  }
}

/// The index of held-out documents, made when it is first asked for. Copies share it.
private final class IndexOfDocuments: Sendable {
  private let made = Mutex<EvaluationIndex?>(nil)

  func index(of held: EvaluationSet, words: Int) -> EvaluationIndex {
    made.withLock { made in
      if let made { return made }
      var settings = ContaminationSettings()
      settings.words = words
      settings.answerWords = max(settings.answerWords, words)
      let index = EvaluationIndex([held], settings, coverage: .everyRun)
      made = index
      return index
    }
  }
}
