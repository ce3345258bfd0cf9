import Streams

/// When a training document counts as contaminated by an item of an evaluation set.
public struct ContaminationSettings: Sendable, Equatable {
  /// How a part of an item is looked for.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// Runs of at least `words` units, joined over small gaps.
    case ngram
    /// One run of units without a gap.
    case substring
    /// The Jaccard similarity of the part and a window of its size.
    case minhash
  }

  public var method = Method.ngram
  /// What runs are counted in: words, or tokens of the folded words with a space in front of each.
  /// Case, diacritics, punctuation and white space make no difference to either.
  public var unit = ShingleUnit.word
  /// The least run, in units; a shorter part must be there from its first to its last word.
  public var words = 8
  /// The least share of a part's units that must be found; for MinHash the least similarity.
  public var overlap = 0.8
  /// An answer or a choice of so many units is evidence without its question.
  public var answerWords = 13
  /// How improbable what was found must be, as a power of one half, if words came by chance. Words,
  /// whatever the unit.
  public var evidenceBits = 45.0

  public init() {}

  /// The range of `words`.
  public static let wordRange = 2...100

  /// - Throws: an input fault where a setting is out of its range.
  public func check() throws {
    guard unit.name != "character" else {
      throw Fault(
        .input, "decontamination does not compare characters", found: "the unit 'character'",
        expected: "words or tokens")
    }
    guard Self.wordRange.contains(words), overlap > 0, overlap <= 1, answerWords >= words,
      answerWords <= 1000, evidenceBits >= 0, evidenceBits.isFinite
    else {
      throw Fault(
        .input, "decontamination cannot work with these settings",
        found: "\(words) words, overlap \(overlap), \(answerWords) words of an answer, "
          + "\(evidenceBits) bits",
        expected: "\(Self.wordRange.lowerBound) to \(Self.wordRange.upperBound) words, an overlap "
          + "above 0 and up to 1, at least as many words of an answer as of a run")
    }
  }
}
