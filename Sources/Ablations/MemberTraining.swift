import Evaluation
import Foundation
import LanguageModel
import Mixtures
import Runs
import Streams
import Training

/// Trains one run of a study and measures it.
struct MemberTraining {
  let study: StudyRunner
  let member: StudyPlan.Member
  let workers: Int
  let matrixProductRate: Double

  private var plan: StudyPlan { study.plan }
  private var branch: StudyPlan.Branch { plan.branches[member.branch] }

  func run() throws -> TaskOutcome {
    let folder = study.folder(of: member.key)
    let source = try branch.source(plan.stage, seed: member.seed)
    let (model, optimizer) = try start()
    let trainer = try Trainer(
      model, stage: plan.stage, workers: workers, optimizer: optimizer,
      matrixProductRate: matrixProductRate)
    var status = StudyMemberRecord.Status.completed
    var remark: String?
    do {
      let outcome = try trainer.run(
        folder: study.run.file(folder), extraFiles: tokenizerFiles(),
        source: SampleSource(source),
        evaluation: InLoopEvaluation(
          documents: study.monitor, every: plan.evaluateEvery ?? measureDistance,
          limit: plan.limit),
        note: { study.runner.progress.note("\(branch.name), seed \(member.seed): \($0)") },
        afterStep: report(trainer), shouldStop: { Interruption.isRequested })
      switch outcome {
      case .interrupted: throw Interruption.Interrupted()
      case .stopped(_, let reason): (status, remark) = (.stopped, reason)
      case .completed: break
      }
    } catch let divergence as Divergence {
      (status, remark) = (.diverged, divergence.fault.description)
    }
    return try finish(trainer, source, status, remark, in: folder)
  }

  private func start() throws -> (LlamaModel, AdamW?) {
    switch plan.trunk {
    case .initial(let configuration):
      return (try LlamaModel(configuration, seed: UInt64(member.seed)), nil)
    case .checkpoint(_, let folder):
      let model = try Checkpoint.load(folder)
      guard plan.stage.moments == .keep else { return (model, nil) }
      let optimizer = try AdamW(for: model.layout)
      try optimizer.load(from: folder)
      return (model, optimizer)
    }
  }

  /// A limit that is watched only at the end would watch nothing.
  private var measureDistance: Int {
    plan.limit == nil ? plan.stage.steps : max(1, plan.stage.steps / 10)
  }

  private func tokenizerFiles() -> [Checkpoint.File] {
    plan.tokenizerFolder.map { Checkpoint.tokenizerFiles(in: $0) } ?? []
  }

  private func report(_ trainer: Trainer) -> (StepMetrics) -> Void {
    { metrics in
      study.runner.progress.add(
        trainer.stage.tokensPerStep,
        detail: "\(branch.name) seed \(member.seed) loss \(String(format: "%.3f", metrics.loss))")
    }
  }

  /// Measures the run and writes its record.
  private func finish(
    _ trainer: Trainer, _ source: MixtureSource, _ status: StudyMemberRecord.Status,
    _ remark: String?, in folder: String
  ) throws -> TaskOutcome {
    let whole = study.run.file(folder)
    let steps = try MetricsFile.read(StepMetrics.self, from: whole + "/" + MetricsFile.steps).lines
    let points = try MetricsFile.read(
      EvaluationPoint.self, from: whole + "/" + MetricsFile.evaluations
    ).lines
    var outputs = [folder + "/member.json"]
    var bitsPerByte: [Double] = []
    var status = status
    var remark = remark ?? points.compactMap(\.mark).first
    if status == .completed {
      let sequences = StepMetrics.sequences(steps, domains: source.plan.domains.count)
      // Lines that a damaged disk took are no deviation from the plan.
      if steps.count == trainer.stage.steps { try source.ledger(of: sequences).check() }
      let scorer = try DocumentScorer(trainer.model, workers: Workers(workers))
      let nats = try scorer.nats(
        tokens: study.documents.tokens, offsets: study.documents.offsets)
      bitsPerByte = study.documents.bitsPerByte(nats)
      if bitsPerByte.allSatisfy(\.isFinite) {
        try MemberScores.write(nats, to: whole + "/scores.columns")
        outputs.append(folder + "/scores.columns")
      } else {
        (status, bitsPerByte) = (.diverged, [])
        remark = "the trained model's bits per byte are not finite"
      }
    }
    let seconds = steps.reduce(0) {
      $0 + Double(trainer.stage.tokensPerStep) / max($1.tokensPerSecond, 1e-9)
    }
    let record = StudyMemberRecord(
      branch: branch.name, seed: member.seed, key: member.key, status: status, remark: remark,
      steps: steps.last?.step ?? 0, tokens: steps.last?.tokens ?? 0, seconds: seconds,
      bitsPerByte: bitsPerByte, mixture: source.rows(realised: steps),
      mixtureBound: source.bound(),
      curve: StudyCurve.points(
        of: steps, points, domains: study.documents.measuredDomains.map(\.name)))
    try RecordFile.write(record, to: whole + "/member.json")
    if !plan.keepsCheckpoints { try StageCheckpoints.removeAll(in: whole) }
    return TaskOutcome(outputs: outputs, counts: ["tokens": record.tokens])
  }
}
