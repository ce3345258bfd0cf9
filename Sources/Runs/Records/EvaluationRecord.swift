/// `records/evaluation.json`: bits per byte by domain, of each checkpoint.
public struct EvaluationRecord: Codable, Sendable, Equatable {
  public static let path = "records/evaluation.json"

  public var format = 1
  /// The checkpoints in order, for example "base", "continued".
  public var models: [String]
  public var domains: [DomainEvaluation]

  public init(models: [String], domains: [DomainEvaluation]) {
    self.models = models
    self.domains = domains
  }
}

public struct DomainEvaluation: Codable, Sendable, Equatable {
  public var domain: String
  public var documents: Int
  /// UTF-8 bytes that were scored.
  public var bytes: Int
  /// One a model, in the record's order.
  public var scores: [BitsPerByte]
  /// Last model minus first, paired over documents.
  public var change: PairedChange?

  public init(
    domain: String, documents: Int, bytes: Int, scores: [BitsPerByte], change: PairedChange?
  ) {
    self.domain = domain
    self.documents = documents
    self.bytes = bytes
    self.scores = scores
    self.change = change
  }
}

public struct BitsPerByte: Codable, Sendable, Equatable {
  public var bitsPerByte: Double
  /// The same over each evaluation shard: the spread.
  public var byShard: [Double]
  /// Standard deviation over the shards.
  public var spread: Double

  public init(bitsPerByte: Double, byShard: [Double], spread: Double) {
    self.bitsPerByte = bitsPerByte
    self.byShard = byShard
    self.spread = spread
  }
}

/// A difference in bits per byte with its 95% bootstrap interval over documents.
public struct PairedChange: Codable, Sendable, Equatable {
  public var mean: Double
  public var low: Double
  public var high: Double

  public init(mean: Double, low: Double, high: Double) {
    self.mean = mean
    self.low = low
    self.high = high
  }
}
