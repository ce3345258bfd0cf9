/// `run.json`: what ran, from which recipe, on which machine.
public struct RunRecord: Codable, Sendable, Equatable {
  public static let path = "run.json"

  public var format = 1
  public var name: String
  /// What the folder is of, other than a whole run: "train" or "ablate".
  public var command: String?
  /// The recipe's path as it was given.
  public var recipe: String
  /// Digest of the recipe's text with its overrides.
  public var recipeDigest: String
  public var overrides: [String]
  public var version: String
  public var seed: Int
  /// The share of the corpus that was read; nil: all of it.
  public var sample: Double?
  public var machine: MachineRecord
  /// Seconds since 1970.
  public var started: Double
  public var finished: Double?
  public var stages: [StageRecord]

  public init(
    name: String, command: String? = nil, recipe: String, recipeDigest: String,
    overrides: [String], version: String, seed: Int, sample: Double? = nil,
    machine: MachineRecord, started: Double
  ) {
    self.name = name
    self.command = command
    self.recipe = recipe
    self.recipeDigest = recipeDigest
    self.overrides = overrides
    self.version = version
    self.seed = seed
    self.sample = sample
    self.machine = machine
    self.started = started
    stages = []
  }
}

/// The machine that a run, or a figure, comes from.
public struct MachineRecord: Codable, Sendable, Equatable {
  public var processor: String
  public var cores: Int
  public var memoryBytes: Int
  /// "portable", "avx2" or "avx512".
  public var kernels: String
  /// OpenBLAS's version and core type.
  public var blas: String
  public var system: String

  public init(
    processor: String, cores: Int, memoryBytes: Int, kernels: String, blas: String, system: String
  ) {
    self.processor = processor
    self.cores = cores
    self.memoryBytes = memoryBytes
    self.kernels = kernels
    self.blas = blas
    self.system = system
  }
}

/// One stage as it ran.
public struct StageRecord: Codable, Sendable, Equatable {
  public var name: String
  /// Seconds of the last time that the stage ran, whole or in part.
  public var seconds: Double
  /// What went in, in `unit`.
  public var work: Int
  public var unit: String

  public init(name: String, seconds: Double, work: Int, unit: String) {
    self.name = name
    self.seconds = seconds
    self.work = work
    self.unit = unit
  }
}
