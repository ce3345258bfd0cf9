/// `records/curation.json`: what curation read, removed and kept. Everything in it can be computed
/// again from the columns and decisions of the run.
public struct CurationRecord: Codable, Sendable, Equatable {
  public static let path = "records/curation.json"

  public var format = 1
  /// From the raw input to the survivors, in the stream's order.
  public var funnel: [FunnelStep]
  /// In the order in which they act.
  public var rules: [RuleRemovals]
  public var duplicates: DuplicateSummary
  /// In the domains' fixed order.
  public var domains: [DomainComposition]
  /// Inputs that could not be read, by kind.
  public var problems: [ProblemCount]

  public init(
    funnel: [FunnelStep], rules: [RuleRemovals], duplicates: DuplicateSummary,
    domains: [DomainComposition], problems: [ProblemCount]
  ) {
    self.funnel = funnel
    self.rules = rules
    self.duplicates = duplicates
    self.domains = domains
    self.problems = problems
  }
}

/// What is left after a step of the stream.
public struct FunnelStep: Codable, Sendable, Equatable {
  /// "raw", "extracted", "training", "filtered", "deduplicated", "decontaminated".
  public var name: String
  public var documents: Int
  public var bytes: Int
  /// Tokens of the run's tokenizer, where they were counted.
  public var tokens: Int?

  public init(name: String, documents: Int, bytes: Int, tokens: Int? = nil) {
    self.name = name
    self.documents = documents
    self.bytes = bytes
    self.tokens = tokens
  }
}

/// What one rule removed.
public struct RuleRemovals: Codable, Sendable, Equatable {
  /// "gopher-quality", "near-duplicates" …
  public var stage: String
  public var rule: String
  /// Documents that fail this rule, whatever else they fail.
  public var documents: Int
  public var bytes: Int
  /// Documents that fail no other rule.
  public var alone: Int
  public var aloneBytes: Int?
  /// Tokens of the texts after the last edit, where they were counted.
  public var tokens: Int?
  public var aloneTokens: Int?
  /// Documents that the rule could not decide, because a signal is not a number there.
  public var undecided: Int?
  public var examples: [RemovalExample]

  public init(
    stage: String, rule: String, documents: Int, bytes: Int, alone: Int,
    examples: [RemovalExample]
  ) {
    self.stage = stage
    self.rule = rule
    self.documents = documents
    self.bytes = bytes
    self.alone = alone
    self.examples = examples
  }
}

/// A removed document as a person sees it.
public struct RemovalExample: Codable, Sendable, Equatable {
  public var id: String
  /// "word_count 12 (rule: word_count < 50)" or "92% like postgresql/…".
  public var evidence: String
  /// The start of the text, or the passage that the rule is about.
  public var excerpt: String

  public init(id: String, evidence: String, excerpt: String) {
    self.id = id
    self.evidence = evidence
    self.excerpt = excerpt
  }
}

/// Clusters of equal and near-equal documents.
public struct DuplicateSummary: Codable, Sendable, Equatable {
  public var exactRemoved: Int
  public var nearRemoved: Int
  /// Training documents that equal or resemble an evaluation document.
  public var evaluationOverlapRemoved: Int
  /// How many clusters have how many members, by rising size.
  public var sizes: [ClusterSizeCount]
  /// The clusters with most members.
  public var largest: [DuplicateCluster]

  public init(
    exactRemoved: Int, nearRemoved: Int, evaluationOverlapRemoved: Int,
    sizes: [ClusterSizeCount], largest: [DuplicateCluster]
  ) {
    self.exactRemoved = exactRemoved
    self.nearRemoved = nearRemoved
    self.evaluationOverlapRemoved = evaluationOverlapRemoved
    self.sizes = sizes
    self.largest = largest
  }
}

public struct ClusterSizeCount: Codable, Sendable, Equatable {
  public var size: Int
  public var clusters: Int

  public init(size: Int, clusters: Int) {
    self.size = size
    self.clusters = clusters
  }
}

public struct DuplicateCluster: Codable, Sendable, Equatable {
  public var kept: String
  public var keptExcerpt: String
  /// Members beside the kept one.
  public var removedCount: Int
  /// A few of them, with the Jaccard similarity that was measured.
  public var members: [ClusterMember]

  public init(kept: String, keptExcerpt: String, removedCount: Int, members: [ClusterMember]) {
    self.kept = kept
    self.keptExcerpt = keptExcerpt
    self.removedCount = removedCount
    self.members = members
  }
}

public struct ClusterMember: Codable, Sendable, Equatable {
  public var id: String
  public var similarity: Double
  public var excerpt: String

  public init(id: String, similarity: Double, excerpt: String) {
    self.id = id
    self.similarity = similarity
    self.excerpt = excerpt
  }
}

/// A domain's share before and after curation; evaluation slices are in neither.
public struct DomainComposition: Codable, Sendable, Equatable {
  public var domain: String
  public var documentsBefore: Int
  public var bytesBefore: Int
  public var documentsAfter: Int
  public var bytesAfter: Int
  /// Tokens of the survivors.
  public var tokensAfter: Int
  /// Mean quality score before and after, 0 to 1.
  public var qualityBefore: Double
  public var qualityAfter: Double

  public init(
    domain: String, documentsBefore: Int, bytesBefore: Int, documentsAfter: Int, bytesAfter: Int,
    tokensAfter: Int, qualityBefore: Double, qualityAfter: Double
  ) {
    self.domain = domain
    self.documentsBefore = documentsBefore
    self.bytesBefore = bytesBefore
    self.documentsAfter = documentsAfter
    self.bytesAfter = bytesAfter
    self.tokensAfter = tokensAfter
    self.qualityBefore = qualityBefore
    self.qualityAfter = qualityAfter
  }
}

/// Inputs that were skipped or repaired, of one kind.
public struct ProblemCount: Codable, Sendable, Equatable {
  /// "binary file", "invalid UTF-8 repaired", "empty document", "truncated gzip" …
  public var kind: String
  public var count: Int
  /// The first places: file, record, offset.
  public var places: [String]

  public init(kind: String, count: Int, places: [String]) {
    self.kind = kind
    self.count = count
    self.places = places
  }
}
