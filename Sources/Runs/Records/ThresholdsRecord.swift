/// `records/thresholds.json`: for each rule that compares one signal with one number, how the signal
/// is spread over the documents, so that a page can tell what another threshold would change.
public struct ThresholdsRecord: Codable, Sendable, Equatable {
  public static let path = "records/thresholds.json"

  public var format = 1
  /// Documents that were judged, and those that no rule fails.
  public var judged: DocumentVolume
  public var kept: DocumentVolume
  /// In the order of the packs and of their rules.
  public var rules: [ThresholdRule]

  public init(judged: DocumentVolume, kept: DocumentVolume, rules: [ThresholdRule]) {
    self.judged = judged
    self.kept = kept
    self.rules = rules
  }
}

/// Documents and their size.
public struct DocumentVolume: Codable, Sendable, Equatable {
  public var documents: Int
  public var bytes: Int
  /// Tokens of the user's tokenizer, where they were counted.
  public var tokens: Int?

  public init(documents: Int = 0, bytes: Int = 0, tokens: Int? = nil) {
    self.documents = documents
    self.bytes = bytes
    self.tokens = tokens
  }

  /// The sum, held at the largest number; tokens only where both sides have them.
  public static func + (a: Self, b: Self) -> Self {
    Self(
      documents: sum(a.documents, b.documents), bytes: sum(a.bytes, b.bytes),
      tokens: a.tokens.flatMap { a in b.tokens.map { sum(a, $0) } })
  }

  /// What is left of the first without the second; tokens only where both sides have them.
  public static func - (a: Self, b: Self) -> Self {
    Self(
      documents: a.documents - min(a.documents, b.documents),
      bytes: a.bytes - min(a.bytes, b.bytes),
      tokens: a.tokens.flatMap { a in b.tokens.map { a - min(a, $0) } })
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflows) = a.addingReportingOverflow(b)
    return overflows ? .max : sum
  }
}

/// A rule of one comparison: a document fails where `signal comparison threshold` holds.
public struct ThresholdRule: Codable, Sendable, Equatable {
  public var pack: String
  public var rule: String
  public var signal: String
  public var unit: String
  /// "<", "<=", ">" or ">=".
  public var comparison: String
  public var threshold: Float
  /// Documents that fail it, and those that fail no other rule.
  public var failing: DocumentVolume
  public var alone: DocumentVolume
  /// Documents without a value: the rule removes none of them.
  public var undecided: Int
  /// Thresholds to choose from, rising; the present one is among them. They part the values into one
  /// bin more than there are of them: on which side a value that equals one falls is for the
  /// comparison to say, so that a bin passes or fails as a whole whichever of them is chosen.
  public var edges: [Float]
  /// By bin, of the documents that no other rule fails: these flip when the threshold moves.
  public var free: ThresholdBins
  /// By bin, of the documents that other rules fail too: these stay removed.
  public var bound: ThresholdBins
  /// Documents near the threshold that no other rule fails, by rising value.
  public var samples: [ThresholdSample]

  public init(
    pack: String, rule: String, signal: String, unit: String, comparison: String,
    threshold: Float, failing: DocumentVolume, alone: DocumentVolume, undecided: Int,
    edges: [Float], free: ThresholdBins, bound: ThresholdBins, samples: [ThresholdSample]
  ) {
    self.pack = pack
    self.rule = rule
    self.signal = signal
    self.unit = unit
    self.comparison = comparison
    self.threshold = threshold
    self.failing = failing
    self.alone = alone
    self.undecided = undecided
    self.edges = edges
    self.free = free
    self.bound = bound
    self.samples = samples
  }

  /// Whether documents with low values fail.
  public var failsBelow: Bool { comparison.hasPrefix("<") }
}

/// What is in each bin.
public struct ThresholdBins: Codable, Sendable, Equatable {
  public var documents: [Int]
  public var bytes: [Int]
  public var tokens: [Int]?

  public init(documents: [Int], bytes: [Int], tokens: [Int]? = nil) {
    self.documents = documents
    self.bytes = bytes
    self.tokens = tokens
  }

  /// What is in some bins together; bins that do not exist are empty.
  public func volume(_ bins: Range<Int>) -> DocumentVolume {
    bins.clamped(to: 0..<documents.count).reduce(
      DocumentVolume(tokens: tokens == nil ? nil : 0)
    ) { $0 + self[$1] }
  }

  /// What is in one bin, nothing where it does not exist.
  private subscript(bin: Int) -> DocumentVolume {
    func value(_ values: [Int]) -> Int { values.indices.contains(bin) ? max(0, values[bin]) : 0 }
    return DocumentVolume(
      documents: value(documents), bytes: value(bytes), tokens: tokens.map(value))
  }
}

/// A document near a threshold, for a person to judge.
public struct ThresholdSample: Codable, Sendable, Equatable {
  public var id: String
  public var value: Float
  /// The bin of its value.
  public var bin: Int
  /// The start of its text.
  public var excerpt: String

  public init(id: String, value: Float, bin: Int, excerpt: String) {
    self.id = id
    self.value = value
    self.bin = bin
    self.excerpt = excerpt
  }
}
