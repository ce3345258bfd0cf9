/// `records/sample.json`: what a run on a sample of a corpus says of the whole corpus.
public struct SampleRecord: Codable, Sendable, Equatable {
  public static let path = "records/sample.json"

  public var format = 1
  /// The share that was asked for.
  public var share: Double
  /// Files that are one document, and records of other files: in the corpus and in the sample.
  public var candidates: Int
  public var sampled: Int
  /// Of all intervals.
  public var confidence: Double
  /// Documents and bytes, from what is read to what is kept.
  public var quantities: [SampleEstimate]
  /// What is kept by domain, in the domains' fixed order.
  public var domains: [SampleDomain]
  /// The run's folder: its parts and, last, all of it at the peak, which is the end.
  public var disk: [SampleEstimate]
  public var stages: [SampleStage]
  public var partners: SamplePartners
  /// Threads that the seconds are for.
  public var threads: Int
  /// What does not grow with the corpus in proportion, and how the intervals were made.
  public var notes: [String]

  public init(
    share: Double, candidates: Int, sampled: Int, confidence: Double,
    quantities: [SampleEstimate], domains: [SampleDomain], disk: [SampleEstimate],
    stages: [SampleStage], partners: SamplePartners, threads: Int, notes: [String]
  ) {
    self.share = share
    self.candidates = candidates
    self.sampled = sampled
    self.confidence = confidence
    self.quantities = quantities
    self.domains = domains
    self.disk = disk
    self.stages = stages
    self.partners = partners
    self.threads = threads
    self.notes = notes
  }
}

/// A quantity of the sample and of the whole.
public struct SampleEstimate: Codable, Sendable, Equatable {
  /// How the interval was made.
  public enum Method: String, Codable, Sendable {
    /// Counted, not estimated.
    case exact
    /// Wilson's interval for a proportion.
    case binomial
    case bootstrap
  }

  public var name: String
  /// "documents", "bytes" or "tokens".
  public var unit: String
  public var sample: Int
  public var whole: Int
  public var low: Int
  public var high: Int
  public var method: Method

  public init(
    name: String, unit: String, sample: Int, whole: Int, low: Int, high: Int, method: Method
  ) {
    self.name = name
    self.unit = unit
    self.sample = sample
    self.whole = whole
    self.low = low
    self.high = high
    self.method = method
  }
}

/// What is kept of one domain.
public struct SampleDomain: Codable, Sendable, Equatable {
  public var domain: String
  public var documents: SampleEstimate
  public var bytes: SampleEstimate
  public var tokens: SampleEstimate
  /// Bytes of the curated shards.
  public var diskBytes: SampleEstimate

  public init(
    domain: String, documents: SampleEstimate, bytes: SampleEstimate, tokens: SampleEstimate,
    diskBytes: SampleEstimate
  ) {
    self.domain = domain
    self.documents = documents
    self.bytes = bytes
    self.tokens = tokens
    self.diskBytes = diskBytes
  }
}

/// The time of one stage.
public struct SampleStage: Codable, Sendable, Equatable {
  public var name: String
  /// Seconds of the run on the sample.
  public var sampleSeconds: Double
  /// Seconds on the whole; an interval where the stage has several tasks to tell it from.
  public var wholeSeconds: Double
  public var low: Double?
  public var high: Double?
  /// How the whole follows from the sample, in words.
  public var growth: String

  public init(
    name: String, sampleSeconds: Double, wholeSeconds: Double, low: Double?, high: Double?,
    growth: String
  ) {
    self.name = name
    self.sampleSeconds = sampleSeconds
    self.wholeSeconds = wholeSeconds
    self.low = low
    self.high = high
    self.growth = growth
  }
}

/// What goes because of another document does not grow in proportion: both of a pair are in a sample
/// much more rarely than one.
public struct SamplePartners: Codable, Sendable, Equatable {
  /// Documents of the sample that the filters left; of them, those that overlap with evaluation
  /// documents and those that are duplicates.
  public var compared: Int
  public var overlapping: Int
  public var duplicates: Int
  /// The share of both in the whole: as in the sample, and where each one that was found has only one
  /// partner in the whole. Where none was found, the most is that of three: with more, one would have
  /// been found in 95 of 100 samples.
  public var leastShare: Double
  public var mostShare: Double
  /// Documents that are kept of the whole then.
  public var leastKept: Int
  public var mostKept: Int

  public init(
    compared: Int, overlapping: Int, duplicates: Int, leastShare: Double, mostShare: Double,
    leastKept: Int,
    mostKept: Int
  ) {
    self.compared = compared
    self.overlapping = overlapping
    self.duplicates = duplicates
    self.leastShare = leastShare
    self.mostShare = mostShare
    self.leastKept = leastKept
    self.mostKept = mostKept
  }
}
