import LanguageModel
import Streams

/// What one stage of training does, apart from its data: length, batch, schedule and optimiser.
public struct TrainingStage: Sendable, Equatable, Codable {
  /// What becomes of the optimiser's moments that an earlier stage left.
  public enum MomentPolicy: String, Sendable, Codable {
    case keep, reset
  }

  public var name: String
  public var steps: Int
  /// Sequences a step.
  public var batchSequences: Int
  /// Positions of a sequence, each with a target: a sample has one token more.
  public var sequenceLength: Int
  public var schedule: LearningRateSchedule
  public var peakLearningRate: Double
  public var optimizer = AdamWSettings()
  /// The greatest global norm of a gradient; larger ones are scaled down to it. Nil: no limit.
  public var clipNorm: Double? = 1
  public var moments = MomentPolicy.reset
  /// Into how many slices a batch is cut. Slices are summed in order, so that the result does not
  /// depend on the number of workers; more workers than slices have nothing to do.
  public var gradientSlices = 8
  /// The sample index of the first sequence.
  public var firstSample = 0
  public var checkpoints = CheckpointPolicy()

  public init(
    name: String, steps: Int, batchSequences: Int, sequenceLength: Int,
    schedule: LearningRateSchedule, peakLearningRate: Double
  ) {
    self.name = name
    self.steps = steps
    self.batchSequences = batchSequences
    self.sequenceLength = sequenceLength
    self.schedule = schedule
    self.peakLearningRate = peakLearningRate
  }

  /// The steps that see at least `tokens` tokens.
  public static func steps(
    forTokens tokens: Int, batchSequences: Int, sequenceLength: Int
  ) -> Int {
    let each = max(batchSequences * sequenceLength, 1)
    return tokens / each + (tokens % each > 0 ? 1 : 0)
  }

  public var tokensPerStep: Int { batchSequences * sequenceLength }

  /// Throws a `Fault` for the first setting that cannot be used with `model`.
  public func validate(for model: LlamaConfiguration) throws {
    func require(_ holds: Bool, _ what: String, _ found: Any, _ expected: String) throws {
      guard holds else {
        throw Fault(
          .input, "\(what) of the training stage '\(name)' cannot be used", found: "\(found)",
          expected: expected)
      }
    }
    try require(steps >= 1 && steps <= 1 << 40, "the number of steps", steps, "at least 1")
    try require(
      batchSequences >= 1 && batchSequences <= 1 << 20, "the batch", batchSequences,
      "1 to \(1 << 20) sequences")
    try require(
      sequenceLength >= 1 && sequenceLength <= model.maxPositions, "the sequence length",
      sequenceLength, "1 to \(model.maxPositions), the model's positions")
    try require(
      peakLearningRate.isFinite && peakLearningRate >= 0, "the peak learning rate",
      peakLearningRate, "a number from 0")
    try require(
      clipNorm.map { $0 > 0 } ?? true, "the clipping norm", clipNorm ?? 0, "a positive number")
    try require(gradientSlices >= 1, "the number of slices", gradientSlices, "at least 1")
    try require(firstSample >= 0, "the first sample", firstSample, "a number from 0")
    try require(
      (checkpoints.every ?? 1) >= 1 && (checkpoints.keepEvery ?? 1) >= 1
        && checkpoints.keepLast >= 1, "the distance or number of checkpoints", checkpoints,
      "at least 1")
    try require(
      optimizer.beta1 >= 0 && optimizer.beta1 < 1 && optimizer.beta2 >= 0 && optimizer.beta2 < 1,
      "a beta", "\(optimizer.beta1), \(optimizer.beta2)", "from 0 to below 1")
    try require(
      optimizer.epsilon > 0 && optimizer.weightDecay >= 0, "epsilon or the weight decay",
      "\(optimizer.epsilon), \(optimizer.weightDecay)", "a positive number, and one from 0")
  }
}
