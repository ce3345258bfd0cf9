/// What one measurement of a document means.
public struct SignalDescription: Sendable, Equatable {
  /// What its column holds.
  public enum Kind: String, Sendable {
    /// A float32 column; NaN where a document has nothing to measure (a ratio of no words).
    case number
    /// A column of UTF-8 texts.
    case text
  }

  /// The name of the column and in rules, for example `mean_word_length`.
  public var name: String
  public var kind: Kind
  /// For example `words` or `share of lines`.
  public var unit: String
  /// One sentence.
  public var meaning: String
  /// Where the measurement comes from: a paper, or nil.
  public var paper: String?
  /// Whether it says something of the document that no edit of its text changes, such as its URL.
  public var survivesEdits: Bool

  public init(
    _ name: String, _ unit: String, _ meaning: String, kind: Kind = .number, paper: String? = nil,
    survivesEdits: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.unit = unit
    self.meaning = meaning
    self.paper = paper
    self.survivesEdits = survivesEdits
  }
}
