/// Which documents repeat which, and what goes.
public struct DuplicateClusters: Sendable, Equatable {
  /// How a removed document relates to the one that stays.
  public enum Kind: UInt8, Sendable {
    /// The normalised texts are equal.
    case exact
    /// Linked by similar texts, in one or more steps.
    case near
  }

  /// One document that goes.
  public struct Removal: Sendable, Equatable {
    /// Clusters are numbered from 0 in the order of their first document.
    public var cluster: Int
    public var removed: DocumentAddress
    /// The document of the cluster that stays.
    public var kept: DocumentAddress
    /// The next document on the way of verified pairs from the removed to the kept one; often the
    /// kept one itself. It may have been removed too.
    public var partner: DocumentAddress
    /// The measured Jaccard similarity of shingles of the removed document and `partner`; 1 where
    /// their normalised texts are equal.
    public var similarity: Float
    public var kind: Kind
    /// Whether an evaluation document stays.
    public var keptIsEvaluation: Bool

    /// The stage that a decision names.
    public var stage: String {
      if keptIsEvaluation { return "evaluation-overlap" }
      return kind == .exact ? "exact-duplicates" : "near-duplicates"
    }
  }

  /// In order of the removed document.
  public var removals: [Removal]
  public var statistics: Statistics

  /// What the work came to.
  public struct Statistics: Sendable, Equatable {
    public var documents = 0
    /// Documents that the filters had dropped before.
    public var absent = 0
    public var clusters = 0
    /// Documents whose text was read again.
    public var candidates = 0
    /// Pairs whose similarity was measured.
    public var comparisons = 0
    /// How often a document of a band group of more than 64 clusters was not compared with all.
    public var unrepresented = 0
  }
}
