/// `records/study-NAME.json`: training runs that branch off one trunk, several seeds a branch, and
/// what can be said about their differences.
///
/// Bits per byte: fewer are better. All lists by domain follow `domains`.
public struct StudyRecord: Codable, Sendable, Equatable {
  public static func path(name: String) -> String { "records/study-\(name).json" }

  /// What the branches differ in.
  public enum Kind: String, Codable, Sendable {
    /// Filter and mixture against their controls: one report's experiment.
    case arms
    /// Candidate mixtures.
    case mixtures
  }

  public var format = 1
  public var name: String
  public var kind: Kind
  public var trunk: StudyTrunk
  /// The domains of the evaluation documents.
  public var domains: [String]
  /// Evaluation documents of each domain, and their UTF-8 bytes.
  public var documents: [Int]
  public var bytes: [Int]
  /// What is to be improved: the weight of each domain in the figure that branches are ranked by.
  public var target: [Double]
  /// The domain whose loss of ability is watched; nil where no such domain is evaluated.
  public var general: String?
  /// Tokens that each run was to train on.
  public var tokensPerRun: Int
  public var seeds: [Int]
  public var branches: [StudyBranchRecord]
  /// In the order of the branches, then of the seeds.
  public var members: [StudyMemberRecord]
  /// What the seeds alone change, for each domain and for the target.
  public var noise: [NoiseFloor]
  public var contrasts: [StudyContrast]
  public var verdict: StudyVerdict

  public init(
    name: String, kind: Kind, trunk: StudyTrunk, domains: [String], documents: [Int], bytes: [Int],
    target: [Double], general: String?, tokensPerRun: Int, seeds: [Int],
    branches: [StudyBranchRecord], members: [StudyMemberRecord], noise: [NoiseFloor],
    contrasts: [StudyContrast], verdict: StudyVerdict
  ) {
    self.name = name
    self.kind = kind
    self.trunk = trunk
    self.domains = domains
    self.documents = documents
    self.bytes = bytes
    self.target = target
    self.general = general
    self.tokensPerRun = tokensPerRun
    self.seeds = seeds
    self.branches = branches
    self.members = members
    self.noise = noise
    self.contrasts = contrasts
    self.verdict = verdict
  }
}

/// The checkpoint that all runs of a study begin with.
public struct StudyTrunk: Codable, Sendable, Equatable {
  /// Its name or folder.
  public var checkpoint: String
  /// Of its parameters; empty for imported runs.
  public var digest: String
  public var parameters: Int
  /// By domain; empty where it was not measured.
  public var bitsPerByte: [Double]

  public init(checkpoint: String, digest: String, parameters: Int, bitsPerByte: [Double]) {
    self.checkpoint = checkpoint
    self.digest = digest
    self.parameters = parameters
    self.bitsPerByte = bitsPerByte
  }
}

/// One branch: a mixture that is trained on once a seed.
public struct StudyBranchRecord: Codable, Sendable, Equatable {
  public var name: String
  /// One line for a reader, for example "curated text at the curated weights".
  public var meaning: String
  /// "unfiltered" or "curated"; nil where the shards are the user's own.
  public var stream: String?
  /// The plan over a whole run, by training domain.
  public var mixture: [PlannedShare]
  /// What the plan warned of, for example repetition over the cap.
  public var warnings: [String]
  /// Over the seeds that ended, by domain; empty where none did.
  public var bitsPerByte: [SeedSpread]
  /// The weighted mean over the target's domains; nil where no seed ended.
  public var target: SeedSpread?

  public init(
    name: String, meaning: String, stream: String?, mixture: [PlannedShare], warnings: [String],
    bitsPerByte: [SeedSpread], target: SeedSpread?
  ) {
    self.name = name
    self.meaning = meaning
    self.stream = stream
    self.mixture = mixture
    self.warnings = warnings
    self.bitsPerByte = bitsPerByte
    self.target = target
  }
}

/// What a plan wants of one training domain.
public struct PlannedShare: Codable, Sendable, Equatable {
  public var domain: String
  /// Of a run's tokens, 0 to 1.
  public var share: Double
  public var tokens: Int
  /// Passes over the domain's text.
  public var epochs: Double

  public init(domain: String, share: Double, tokens: Int, epochs: Double) {
    self.domain = domain
    self.share = share
    self.tokens = tokens
    self.epochs = epochs
  }
}

/// A figure over the seeds of one branch.
public struct SeedSpread: Codable, Sendable, Equatable {
  public var mean: Double
  /// Sample standard deviation; nil with one seed.
  public var deviation: Double?
  /// One a seed that ended, in the order of the seeds.
  public var values: [Double]

  public init(mean: Double, deviation: Double?, values: [Double]) {
    self.mean = mean
    self.deviation = deviation
    self.values = values
  }
}

/// One run of a study.
public struct StudyMemberRecord: Codable, Sendable, Equatable {
  public enum Status: String, Codable, Sendable {
    case completed
    /// A loss or gradient was not finite: the run takes part in no comparison.
    case diverged
    /// The general domain lost more than its limit: the run takes part in no comparison.
    case stopped
  }

  public var branch: String
  public var seed: Int
  /// Digest of all settings and data that the run depends on; names its folder.
  public var key: String
  public var status: Status
  /// Why it is not complete, or a mark on a complete run, such as a limit that was crossed.
  public var remark: String?
  public var steps: Int
  public var tokens: Int
  public var seconds: Double
  /// By domain; empty where the run is not complete.
  public var bitsPerByte: [Double]
  /// The realised mixture.
  public var mixture: [MixtureRow]
  /// The largest distance of any prefix of the samples from the plan, in samples.
  public var mixtureBound: Double
  public var curve: [StudyPoint]

  public init(
    branch: String, seed: Int, key: String, status: Status, remark: String?, steps: Int,
    tokens: Int, seconds: Double, bitsPerByte: [Double], mixture: [MixtureRow],
    mixtureBound: Double, curve: [StudyPoint]
  ) {
    self.branch = branch
    self.seed = seed
    self.key = key
    self.status = status
    self.remark = remark
    self.steps = steps
    self.tokens = tokens
    self.seconds = seconds
    self.bitsPerByte = bitsPerByte
    self.mixture = mixture
    self.mixtureBound = mixtureBound
    self.curve = curve
  }
}

/// A run as it was after some tokens.
public struct StudyPoint: Codable, Sendable, Equatable {
  public var tokens: Int
  /// Nats a token of the training batch, mean since the point before; nil at the start.
  public var loss: Double?
  /// By domain, on the monitoring documents (never those that the study is judged on); nil where it
  /// was not measured.
  public var bitsPerByte: [Double]?

  public init(tokens: Int, loss: Double?, bitsPerByte: [Double]?) {
    self.tokens = tokens
    self.loss = loss
    self.bitsPerByte = bitsPerByte
  }
}

/// What another seed changes when nothing else does.
public struct NoiseFloor: Codable, Sendable, Equatable {
  /// A domain, or "target".
  public var domain: String
  /// Standard deviation in bits per byte, pooled over the branches; nil without a second seed.
  public var deviation: Double?
  /// Seeds that ended less their branches.
  public var degreesOfFreedom: Int

  public init(domain: String, deviation: Double?, degreesOfFreedom: Int) {
    self.domain = domain
    self.deviation = deviation
    self.degreesOfFreedom = degreesOfFreedom
  }
}

/// One branch against another, or against the trunk, in one domain.
public struct StudyContrast: Codable, Sendable, Equatable {
  public enum Resolution: String, Codable, Sendable {
    case better, worse
    /// Inside what documents or seeds alone may change.
    case notResolved = "not resolved"
    case notMeasured = "not measured"
  }

  /// What the difference stands for: "filter gain", "mixture gain", "forgetting", "gain", …
  public var name: String
  public var branch: String
  /// A branch, or the trunk's name.
  public var against: String
  /// A domain, or "target".
  public var domain: String
  /// `branch` minus `against` in bits per byte, over the mean of the seeds; nil where not measured.
  public var effect: Double?
  /// From resampled documents, paired; nil for imported runs.
  public var documents: Interval?
  /// From the noise floor by Student's t; nil without a second seed.
  public var seeds: Interval?
  /// The confidence of both intervals: 0.95, or more where many branches are compared at once, so
  /// that the chance of any wrong resolution in the study is 5%.
  public var level: Double
  public var resolution: Resolution

  public init(
    name: String, branch: String, against: String, domain: String, effect: Double?,
    documents: Interval?, seeds: Interval?, resolution: Resolution, level: Double = 0.95
  ) {
    self.name = name
    self.branch = branch
    self.against = against
    self.domain = domain
    self.effect = effect
    self.documents = documents
    self.seeds = seeds
    self.level = level
    self.resolution = resolution
  }
}

extension StudyContrast {
  /// Both intervals in one: documents and seeds err independently, so their reaches add up as
  /// squares, on each side. The effect is resolved where this leaves out 0.
  public var combined: Interval? {
    guard let effect else { return nil }
    let intervals = [documents, seeds].compactMap { $0 }
    if intervals.isEmpty { return nil }
    func reach(_ sides: [Double]) -> Double {
      sides.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    return Interval(
      low: effect - reach(intervals.map { max(effect - $0.low, 0) }),
      high: effect + reach(intervals.map { max($0.high - effect, 0) }))
  }
}

/// A range that a figure lies in with a stated confidence.
public struct Interval: Codable, Sendable, Equatable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// What a study comes to.
public struct StudyVerdict: Codable, Sendable, Equatable {
  /// Plain words, made of the figures alone.
  public var sentence: String
  /// The branches that no other is resolved to be better than, best mean first; empty where nothing
  /// can be ranked.
  public var best: [String]
  /// Branches, or runs, that take no part, with the reason.
  public var leftOut: [String]

  public init(sentence: String, best: [String], leftOut: [String]) {
    self.sentence = sentence
    self.best = best
    self.leftOut = leftOut
  }
}
