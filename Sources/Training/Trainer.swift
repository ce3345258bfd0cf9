import Evaluation
import LanguageModel
import Streams

/// Runs one stage of training on one machine.
///
/// The final bytes depend on the stage, the model it begins with and the samples: not on the number
/// of workers, and not on where a run was interrupted and begun again.
public final class Trainer {
  public enum Outcome: Sendable, Equatable {
    case completed
    /// Stopped on request after `step` steps; a checkpoint holds them.
    case interrupted(step: Int)
    /// Ended after `step` steps because a limit was crossed; the checkpoint holds them.
    case stopped(step: Int, reason: String)
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
  ///   - matrixProductRate: what these workers' matrix products reach, in operations a second; nil:
  ///     it is measured, which takes a fifth of a second and wants the machine for itself.
  public init(
    _ model: LlamaModel, stage: TrainingStage, workers: Int, optimizer: AdamW? = nil,
    matrixProductRate: Double? = nil
  ) throws {
    try stage.validate(for: model.configuration)
    self.model = model
    self.stage = stage
    self.workers = Workers(workers)
    self.optimizer = try optimizer ?? AdamW(for: model.layout)
    if stage.moments == .reset { self.optimizer.reset() }
    sample = .allocate(capacity: stage.sequenceLength + 1)
    batch = try BatchGradient(model, stage: stage, workers: self.workers)
    self.matrixProductRate =
      try matrixProductRate ?? MachineRate.matrixProducts(workers: self.workers)
    initialParameters =
      model.parameters.digest
      + (self.optimizer.stepCount == 0
        ? "" : self.optimizer.moment1.digest + self.optimizer.moment2.digest)
  }

  deinit { sample.deallocate() }

  /// Runs the stage to its end, or goes on where an interrupted run of it stopped.
  ///
  /// - Parameters:
  ///   - folder: gets `metrics.jsonl`, `evaluations.jsonl`, TensorBoard's event file and `checkpoint`,
  ///     a Hugging Face folder that also holds the optimiser's state and the stage's progress;
  ///     `checkpoints/step-N` while the stage runs.
  ///   - extraFiles: for the checkpoint, such as the tokenizer's.
  ///   - evaluation: measures along the way; nil for none.
  ///   - note: gets what a user should know, such as a damaged checkpoint that was passed over.
  ///   - afterStep: sees each step's measures; may look at `model`, for example to evaluate it.
  ///   - shouldStop: asked before each step; a checkpoint is saved when it says true.
  /// - Throws: `Divergence` at the first loss or gradient that is not finite, and a `Fault` where the
  ///   folder's checkpoints are of another stage, model or data, or none of them can be read.
  public func run(
    folder: String, extraFiles: [Checkpoint.File] = [], source: SampleSource,
    evaluation: InLoopEvaluation? = nil, note: (String) -> Void = { _ in },
    afterStep: (StepMetrics) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    let checkpoints = StageCheckpoints(folder: folder, policy: stage.checkpoints)
    try checkpoints.removeUnfinished()
    let state = try resume(from: checkpoints, source, evaluation, note)
    if let state {
      let hasEnded = state.stopped != nil || step == stage.steps
      if hasEnded { try checkpoints.removeOutdated(step: step, isFinal: true) }
      if let reason = state.stopped { return .stopped(step: step, reason: reason) }
      if hasEnded { return .completed }
    }
    let record = try StageRecord(
      folder, step: step > 0 ? step : state?.step ?? -1, evaluations: state?.evaluations ?? 0, note)
    let monitor = try evaluation.map {
      try Monitor($0, model, workers: workers, start: state?.start)
    }
    var savedStep = state?.step
    func save(isFinal: Bool, stopped: String? = nil) throws {
      if !isFinal && savedStep == step { return }
      try record.sync()
      let state = TrainerState(
        stage: stage, initialParameters: initialParameters,
        parameters: model.parameters.digest, moments: optimizer.momentsDigest, step: step,
        evaluations: record.evaluationCount, start: monitor?.start,
        evaluation: evaluation?.fingerprint ?? "", source: source.fingerprint,
        tokenizer: source.tokenizer,
        sampler: source.state(stage.firstSample + step * stage.batchSequences), stopped: stopped)
      let own = [optimizer.checkpointFile(), try state.checkpointFile()]
      try checkpoints.save(model, files: own + extraFiles, step: step, isFinal: isFinal)
      savedStep = step
    }
    if state == nil, step == 0, let monitor {
      try record.append(try monitor.measure(step: 0, tokens: 0))
    }
    while step < stage.steps {
      if shouldStop() {
        try save(isFinal: false)
        return .interrupted(step: step)
      }
      let metrics = try takeStep(source)
      try record.append(metrics)
      try afterStep(metrics)
      if let monitor, monitor.isDue(step, of: stage.steps) {
        let point = try monitor.measure(step: step, tokens: metrics.tokens)
        try record.append(point)
        if let mark = monitor.newMark(point) { note(mark) }
        if step < stage.steps, let reason = monitor.reasonToStop(point) {
          try save(isFinal: true, stopped: reason)
          return .stopped(step: step, reason: reason)
        }
      }
      if let every = stage.checkpoints.every, step % every == 0, step < stage.steps {
        try save(isFinal: false)
      }
    }
    try save(isFinal: true)
    return .completed
  }

  /// One step: gradient of a batch, clipping, update.
  public func takeStep(_ source: SampleSource) throws -> StepMetrics {
    let start = ContinuousClock.now
    let domains = try fillBatch(source)
    batch.compute()
    let loss = batch.sequenceLosses.reduce(0, +) / Double(stage.batchSequences)
    let norm = batch.norm()
    guard loss.isFinite, norm.isFinite else {
      let names = Set(domains).sorted().map { source.name(of: $0) }
      throw Divergence(
        step: step + 1,
        fault: Fault(
          .failure, "training became unstable at step \(step + 1): a number is not finite",
          found: "loss \(loss), gradient norm \(norm), batch of the domains "
            + names.joined(separator: ", "), expected: "finite numbers",
          hint:
            "lower the peak learning rate, lengthen the warm-up, or look at these domains' data"))
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
      domains: lossesByDomain(domains, source))
  }

  /// Asks for each sequence's tokens, checks them, and returns the sequences' domains.
  private func fillBatch(_ source: SampleSource) throws -> [Int] {
    let length = stage.sequenceLength
    return try (0..<stage.batchSequences).map { sequence in
      let index = stage.firstSample + step * stage.batchSequences + sequence
      let domain = try source.fill(index, sample)
      do {
        try model.check(tokens: UnsafeBufferPointer(sample))
      } catch var fault as Fault {
        fault.place = "sample \(index) of domain \(source.name(of: domain)), " + (fault.place ?? "")
        throw fault
      }
      for t in 0..<length {
        batch.inputs[sequence * length + t] = sample[t]
        batch.targets[sequence * length + t] = sample[t + 1]
      }
      return domain
    }
  }

  private func lossesByDomain(_ domains: [Int], _ source: SampleSource) -> [StepMetrics.Domain] {
    var sums: [Int: (sequences: Int, loss: Double)] = [:]
    for (domain, loss) in zip(domains, batch.sequenceLosses) {
      sums[domain, default: (0, 0)].sequences += 1
      sums[domain, default: (0, 0)].loss += loss
    }
    return sums.keys.sorted().map { domain in
      let (sequences, loss) = sums[domain] ?? (1, 0)
      return StepMetrics.Domain(
        domain: domain, name: source.domains.isEmpty ? nil : source.name(of: domain),
        sequences: sequences, loss: loss / Double(sequences))
    }
  }

  /// Takes over the newest checkpoint that can be read.
  private func resume(
    from checkpoints: StageCheckpoints, _ source: SampleSource, _ evaluation: InLoopEvaluation?,
    _ note: (String) -> Void
  ) throws -> TrainerState? {
    guard step == 0 else { return nil }
    let paths = try checkpoints.newestFirst()
    var unreadable: [Fault] = []
    for path in paths {
      do {
        let state = try TrainerState.read(path)
        let saved = try Checkpoint.load(path)
        // Another stage is the user's mistake, not damage: it must not be passed over.
        try requireSame(state, saved, source, evaluation, at: path)
        try take(state, saved, from: path)
        return state
      } catch let other as OtherStage {
        throw other.fault
      } catch let fault as Fault {
        unreadable.append(fault)
        let place = fault.place.map { ", at \($0)" } ?? ""
        let found = fault.found.map { ", found \($0)" } ?? ""
        note("the checkpoint '\(path)' is passed over: \(fault.message)\(place)\(found)")
      }
    }
    guard var fault = unreadable.first else { return nil }
    if unreadable.count > 1 {
      fault.message = "none of \(unreadable.count) checkpoints can be used: \(fault.message)"
    }
    fault.kind = .input
    fault.hint = fault.hint ?? "remove '\(checkpoints.folder)' to begin the stage again"
    throw fault
  }

  private func take(_ state: TrainerState, _ saved: LlamaModel, from path: String) throws {
    func damaged(_ what: String, _ file: String) -> Fault {
      Fault(
        .input, "\(what) of the checkpoint are not those that were saved", at: path + "/" + file,
        found: "other numbers")
    }
    guard saved.parameters.digest == state.parameters else {
      throw damaged("the weights", "model.safetensors")
    }
    do {
      try optimizer.load(from: path)
      guard optimizer.momentsDigest == state.moments else {
        throw damaged("the optimiser's moments", AdamW.fileName)
      }
    } catch {
      optimizer.reset()
      throw error
    }
    withExtendedLifetime(saved) {
      model.parameters.base.update(from: saved.parameters.base, count: model.parameters.count)
    }
    step = state.step
  }

  private struct OtherStage: Error { var fault: Fault }

  private func requireSame(
    _ state: TrainerState, _ saved: LlamaModel, _ source: SampleSource,
    _ evaluation: InLoopEvaluation?, at path: String
  ) throws {
    guard saved.configuration == model.configuration else {
      throw OtherStage(
        fault: Fault(
          .input, "the checkpoint in '\(path)' is of a model of another shape",
          at: path + "/config.json", found: "\(saved.configuration.parameterCount) parameters",
          expected: "\(model.configuration.parameterCount) parameters of the recipe's shape"))
    }
    do {
      try state.requireSame(
        stage, initialParameters: initialParameters, source: source,
        evaluation: evaluation?.fingerprint ?? "", at: path)
    } catch let fault as Fault { throw OtherStage(fault: fault) }
  }
}

extension FloatBuffer {
  /// Of the numbers' bits.
  var digest: String {
    withExtendedLifetime(self) { ContentDigest(UnsafeRawBufferPointer(numbers)).hex }
  }
}
