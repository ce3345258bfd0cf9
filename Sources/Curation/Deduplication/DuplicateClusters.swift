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

  /// One document that stays and stands for others.
  public struct Survivor: Sendable, Equatable {
    public var kept: DocumentAddress
    public var cluster: Int
    /// Documents of the cluster, this one among them.
    public var members: Int
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
    /// Documents that go and are equal to the one that stays, or resemble it.
    public var exactRemoved = 0
    public var nearRemoved = 0
    /// Clusters by their number of members.
    public var sizes: [Int: Int] = [:]
    /// The clusters with most members, the earlier one first where they are alike.
    public var largest: [LargeCluster] = []
    /// Documents whose text was read again.
    public var candidates = 0
    /// Pairs whose similarity was measured.
    public var comparisons = 0
    /// How often a document of a group of more than 64 was like none of the first 64.
    public var unrepresented = 0

    /// How many of the largest clusters are noted.
    public static let largestLimit = 20

    public struct LargeCluster: Sendable, Equatable {
      public var cluster: Int
      public var members: Int
    }

    public init() {}

    mutating func note(removed kind: Kind) {
      if kind == .exact { exactRemoved += 1 } else { nearRemoved += 1 }
    }

    /// Clusters come in order of their number.
    mutating func note(cluster: Int, members: Int) {
      sizes[members, default: 0] += 1
      if largest.count == Self.largestLimit, largest[largest.count - 1].members >= members {
        return
      }
      let place = largest.firstIndex { $0.members < members } ?? largest.count
      largest.insert(LargeCluster(cluster: cluster, members: members), at: place)
      if largest.count > Self.largestLimit { largest.removeLast() }
    }
  }
}
