import LanguageModel
import Streams

/// Fills `into`, which has room for the stage's sequence length and one token more, with the tokens
/// of a global sample index, and returns the index of the sample's domain.
public typealias BatchSource = (
  _ sampleIndex: Int, _ into: UnsafeMutableBufferPointer<UInt32>
) throws -> Int

/// Runs one stage of training on one machine.
///
/// The final bytes depend on the stage, the model it begins with and the samples: not on the number
/// of workers, and not on where a run was interrupted and begun again.
public final class Trainer {
  public enum Outcome: Sendable, Equatable {
    case completed
    /// Stopped on request after `step` steps; the checkpoint holds them.
    case interrupted(step: Int)
  }

  public let model: LlamaModel
  public let stage: TrainingStage
  public let optimizer: AdamW
  /// Steps done.
  public private(set) var step = 0

  private let workers: Workers
  private let batch: BatchGradient
  private let matrixProductRate: Double
  private let initialParameters: String
  /// One sample: a sequence and the token after it.
  private let sample: UnsafeMutableBufferPointer<UInt32>

  /// Takes all memory that the stage needs.
  ///
  /// - Parameters:
  ///   - model: changed in place by each step.
  ///   - optimizer: the moments of an earlier stage; `stage.moments` says what becomes of them.
  ///   - workers: threads, usually one for each core.
  public init(
    _ model: LlamaModel, stage: TrainingStage, workers: Int, optimizer: AdamW? = nil
  ) throws {
    try stage.validate(for: model.configuration)
    self.model = model
    self.stage = stage
    self.workers = Workers(workers)
    self.optimizer = try optimizer ?? AdamW(for: model.layout)
    if stage.moments == .reset { self.optimizer.reset() }
    sample = .allocate(capacity: stage.sequenceLength + 1)
    batch = try BatchGradient(model, stage: stage, workers: self.workers)
    matrixProductRate = try MachineRate.matrixProducts(workers: self.workers)
    initialParameters =
      ContentDigest(UnsafeRawBufferPointer(UnsafeBufferPointer(model.parameters.numbers))).hex
  }

  deinit { sample.deallocate() }

  /// Runs the stage to its end, or goes on where an interrupted run of it stopped.
  ///
  /// - Parameters:
  ///   - folder: gets `metrics.jsonl` and `checkpoint`, a Hugging Face folder that also holds the
  ///     optimiser's state and the stage's progress.
  ///   - extraFiles: for the checkpoint, such as the tokenizer's.
  ///   - afterStep: sees each step's measures; may look at `model`, for example to evaluate it.
  ///   - shouldStop: asked before each step; a checkpoint is saved when it says true.
  /// - Throws: a `Fault` at the first loss or gradient that is not finite, with the step and the
  ///   domains of its batch; the last checkpoint stays as it was.
  public func run(
    folder: String, extraFiles: [Checkpoint.File] = [], source: BatchSource,
    afterStep: (StepMetrics) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    let checkpoint = folder + "/checkpoint"
    try resume(from: checkpoint)
    if step == stage.steps { return .completed }
    let log = try MetricsLog(folder + "/metrics.jsonl", after: step)
    while step < stage.steps {
      if shouldStop() {
        try save(to: checkpoint, extraFiles)
        return .interrupted(step: step)
      }
      let metrics = try takeStep(source)
      try log.append(metrics)
      try afterStep(metrics)
      if let distance = stage.stepsBetweenCheckpoints, step % distance == 0, step < stage.steps {
        try save(to: checkpoint, extraFiles)
      }
    }
    try save(to: checkpoint, extraFiles)
    return .completed
  }

  /// One step: gradient of a batch, clipping, update.
  public func takeStep(_ source: BatchSource) throws -> StepMetrics {
    let start = ContinuousClock.now
    let domains = try fillBatch(source)
    batch.compute()
    let loss = batch.sequenceLosses.reduce(0, +) / Double(stage.batchSequences)
    let norm = batch.norm()
    guard loss.isFinite, norm.isFinite else {
      throw Fault(
        .failure, "training became unstable at step \(step + 1): a number is not finite",
        found: "loss \(loss), gradient norm \(norm), batch of the domains "
          + Set(domains).sorted().map(String.init).joined(separator: ", "),
        expected: "finite numbers",
        hint: "lower the peak learning rate, lengthen the warm-up, or look at these domains' data")
    }
    let learningRate =
      stage.peakLearningRate * stage.schedule.factor(atStep: step, of: stage.steps)
    let scale = stage.clipNorm.map { norm > $0 ? $0 / norm : 1 } ?? 1
    optimizer.update(
      model.parameters, gradient: batch.gradient, gradientScale: scale, learningRate: learningRate,
      settings: stage.optimizer, workers: workers)
    step += 1
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let tokensPerSecond = Double(stage.tokensPerStep) / seconds
    let flops = model.configuration.trainingFLOPsPerToken(sequenceLength: stage.sequenceLength)
    return StepMetrics(
      step: step, tokens: step * stage.tokensPerStep, loss: loss, gradientNorm: norm,
      learningRate: learningRate, tokensPerSecond: tokensPerSecond,
      shareOfMatrixProductRate: flops * tokensPerSecond / matrixProductRate,
      domains: lossesByDomain(domains))
  }

  /// Asks for each sequence's tokens, checks them, and returns the sequences' domains.
  private func fillBatch(_ source: BatchSource) throws -> [Int] {
    let length = stage.sequenceLength
    return try (0..<stage.batchSequences).map { sequence in
      let index = stage.firstSample + step * stage.batchSequences + sequence
      let domain = try source(index, sample)
      do {
        try model.check(tokens: UnsafeBufferPointer(sample))
      } catch var fault as Fault {
        fault.place = "sample \(index) of domain \(domain), " + (fault.place ?? "")
        throw fault
      }
      for t in 0..<length {
        batch.inputs[sequence * length + t] = sample[t]
        batch.targets[sequence * length + t] = sample[t + 1]
      }
      return domain
    }
  }

  private func lossesByDomain(_ domains: [Int]) -> [StepMetrics.Domain] {
    var sums: [Int: (sequences: Int, loss: Double)] = [:]
    for (domain, loss) in zip(domains, batch.sequenceLosses) {
      sums[domain, default: (0, 0)].sequences += 1
      sums[domain, default: (0, 0)].loss += loss
    }
    return sums.keys.sorted().map { domain in
      let (sequences, loss) = sums[domain] ?? (1, 0)
      return StepMetrics.Domain(
        domain: domain, sequences: sequences, loss: loss / Double(sequences))
    }
  }

  private func save(to path: String, _ extraFiles: [Checkpoint.File]) throws {
    let state = TrainerState(stage: stage, initialParameters: initialParameters, step: step)
    let own = [optimizer.checkpointFile(), try state.checkpointFile()]
    try Checkpoint.write(model, files: own + extraFiles, to: path)
  }

  private func resume(from path: String) throws {
    guard step == 0, let state = try TrainerState.read(path) else { return }
    try state.requireSame(stage, initialParameters: initialParameters, at: path)
    guard state.step >= 0, state.step <= stage.steps else {
      throw Fault(
        .input, "the stage's progress is out of range", at: path + "/" + TrainerState.fileName,
        found: "step \(state.step)", expected: "0 to \(stage.steps)")
    }
    let saved = try Checkpoint.load(path)
    guard saved.configuration == model.configuration else {
      throw Fault(
        .input, "the checkpoint is of a model of another shape", at: path + "/config.json")
    }
    try optimizer.load(from: path)
    withExtendedLifetime(saved) {
      model.parameters.base.update(from: saved.parameters.base, count: model.parameters.count)
    }
    step = state.step
  }
}
