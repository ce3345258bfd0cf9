/// A part of an evaluation item that stands in a training document.
public struct ContaminationFinding: Sendable, Equatable {
  /// The place of the set, and of the item in it.
  public var set: Int
  public var item: Int
  /// The place of the part in its item.
  public var part: Int
  public var kind: EvaluationItem.Kind
  /// The share of the part's words, or tokens, that was found; for MinHash the similarity.
  public var share: Double
  /// Words, or tokens, of the longest run without a gap.
  public var longestRun: Int
  /// Words, or tokens, of the part.
  public var partWords: Int
  /// Where it stands in the text of the document, from its first word to the end of its last one.
  public var bytes: Range<Int>
  /// Whether its item is held to be in the document.
  public var decides: Bool
}
