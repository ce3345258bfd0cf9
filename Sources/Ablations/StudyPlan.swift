import LanguageModel
import Mixtures
import Runs
import Streams
import Training

/// What a study trains: branches off one trunk, each once a seed.
public struct StudyPlan: Sendable {
  /// The checkpoint that every run begins with.
  public enum Trunk: Sendable {
    /// A Hugging Face folder; `name` stands in the record.
    case checkpoint(name: String, folder: String)
    /// Fresh weights, drawn from each run's own seed.
    case initial(LlamaConfiguration)

    public var name: String {
      switch self {
      case .checkpoint(let name, _): name
      case .initial: "fresh weights"
      }
    }
  }

  /// One mixture to train on.
  public struct Branch: Sendable {
    public var name: String
    /// One line for a reader.
    public var meaning: String
    /// "unfiltered" or "curated"; nil where the shards are the user's own.
    public var stream: String?
    public var shards: [DomainShards]
    /// The weights over the steps of the stage.
    public var schedule: [MixtureSegment]
    /// Epochs above which the plan acts as `overCap` says, by domain.
    public var mostEpochs: [String: Double]
    public var overCap: OverCap

    public init(
      name: String, meaning: String, stream: String?, shards: [DomainShards],
      schedule: [MixtureSegment], mostEpochs: [String: Double], overCap: OverCap
    ) {
      self.name = name
      self.meaning = meaning
      self.stream = stream
      self.shards = shards
      self.schedule = schedule
      self.mostEpochs = mostEpochs
      self.overCap = overCap
    }

    /// The samples of one run.
    public func source(_ stage: TrainingStage, seed: Int) throws -> MixtureSource {
      do {
        return try MixtureSource(
          shards: shards, schedule: schedule, samplesPerStep: stage.batchSequences,
          sequenceLength: stage.sequenceLength, mostEpochs: mostEpochs, overCap: overCap,
          seed: UInt64(seed))
      } catch var fault as Fault {
        fault.place = fault.place ?? "the mixture '\(name)'"
        throw fault
      }
    }
  }

  public var name: String
  public var trunk: Trunk
  /// Steps, batch, schedule and optimiser of every run.
  public var stage: TrainingStage
  public var branches: [Branch]
  public var seeds: [Int]
  /// Steps between measures on the monitoring documents; nil: only at both ends.
  public var evaluateEvery: Int?
  /// How far the general domain may fall behind.
  public var limit: GeneralLimit?
  /// Whether the checkpoints of ended runs stay.
  public var keepsCheckpoints: Bool
  /// Copied into each checkpoint, such as the tokenizer's.
  public var tokenizerFolder: String?

  public init(
    name: String, trunk: Trunk, stage: TrainingStage, branches: [Branch], seeds: [Int],
    evaluateEvery: Int? = nil, limit: GeneralLimit? = nil, keepsCheckpoints: Bool = false,
    tokenizerFolder: String? = nil
  ) {
    self.name = name
    self.trunk = trunk
    self.stage = stage
    self.branches = branches
    self.seeds = seeds
    self.evaluateEvery = evaluateEvery
    self.limit = limit
    self.keepsCheckpoints = keepsCheckpoints
    self.tokenizerFolder = tokenizerFolder
  }

  /// One run: a branch and a seed.
  public struct Member: Sendable, Equatable {
    public var branch: Int
    public var seed: Int
    /// Digest of all settings and data that the run depends on.
    public var key: String
  }

  /// All runs, branch by branch.
  ///
  /// - Parameters:
  ///   - trunkDigest: of all that the trunk brings with it.
  ///   - documents: digest of the documents that runs are measured on.
  ///   - program: digest of the program that trains; other code may give other bits.
  public func members(trunkDigest: String, documents: String, program: String) throws -> [Member] {
    var decisive = stage
    decisive.checkpoints = CheckpointPolicy()  // What is kept changes nothing that is trained.
    var members: [Member] = []
    for (index, branch) in branches.enumerated() {
      for seed in seeds {
        let source = try branch.source(stage, seed: seed)
        let key = RunFolder.digest(
          of: [
            program, trunkDigest, documents, source.fingerprint, "\(decisive)", "\(seed)",
            "\(evaluateEvery ?? 0)", "\(limit.map { "\($0)" } ?? "")",
          ])
        members.append(Member(branch: index, seed: seed, key: String(key.prefix(16))))
      }
    }
    return members
  }
}
