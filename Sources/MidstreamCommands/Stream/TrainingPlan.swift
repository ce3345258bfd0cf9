import Foundation
import LanguageModel
import Runs
import Streams
import Training

/// What `midstream train` would do, and about how long it would take.
struct TrainingPlan: Encodable {
  struct Domain: Encodable {
    var domain: String
    var share: Double
    var tokens: Int
    var epochs: Double
  }

  struct Stage: Encodable {
    var stage: String
    var from: String
    var parameters: Int
    var steps: Int
    var sequences: Int
    var context: Int
    var tokens: Int
    var schedule: String
    var peakLearningRate: Double
    var mixture: [Domain]
    var warnings: [String]
    /// Floating-point operations.
    var operations: Double
    /// At half of what this machine's matrix products reach.
    var seconds: Double
  }

  var name: String
  var folder: String
  var stages: [Stage]
  /// Operations a second of large matrix products on this machine.
  var matrixProductRate: Double

  init(_ recipe: TrainRecipe, folder: String, threads: Int) throws {
    name = recipe.name
    self.folder = folder
    let rate = try MachineRate.matrixProducts(workers: Workers(threads))
    matrixProductRate = rate
    let tokenizer = try TokenizerOption.load(recipe.data.tokenizer)
    let fresh = try recipe.training.model.configuration(for: tokenizer)
    var shapes = ["initial": fresh]
    stages = try recipe.training.stages.map { stage in
      let shape =
        try shapes[stage.from] ?? Checkpoint.configuration(in: recipe.data.checkpoint(of: stage))
      shapes[stage.name] = shape
      let mixture = try recipe.source(stage)
      let training = stage.trainingStage(sequenceLength: recipe.training.model.context)
      try training.validate(for: shape)
      let planned = mixture.plan.plannedSamples(after: mixture.plan.sampleCount)
      let operations =
        shape.trainingFLOPsPerToken(sequenceLength: training.sequenceLength)
        * Double(mixture.tokenCount)
      return Stage(
        stage: stage.name, from: stage.from, parameters: shape.parameterCount,
        steps: training.steps, sequences: stage.batch, context: training.sequenceLength,
        tokens: mixture.tokenCount, schedule: stage.schedule.kind,
        peakLearningRate: stage.learningRate,
        mixture: zip(mixture.plan.domains, planned).enumerated().map { index, planned in
          Domain(
            domain: planned.0.name,
            share: planned.1 / Double(max(mixture.plan.sampleCount, 1)),
            tokens: Int(planned.1.rounded()) * training.sequenceLength,
            epochs: mixture.plan.plannedEpochs[index])
        }, warnings: mixture.plan.remarks, operations: operations,
        seconds: operations / (rate / 2))
    }
  }

  var text: String {
    var lines = ["\(name): \(folder)"]
    for stage in stages {
      lines += [
        "  \(stage.stage) from \(stage.from): \(grouped(stage.parameters)) parameters",
        "    \(grouped(stage.steps)) steps of \(stage.sequences) × \(stage.context) tokens, "
          + "\(grouped(stage.tokens)) in all; \(stage.schedule) from \(stage.peakLearningRate)",
      ]
      for domain in stage.mixture {
        let numbers = String(format: "%.1f%%, %.2f epochs", domain.share * 100, domain.epochs)
        lines.append("    \(domain.domain): \(numbers), \(grouped(domain.tokens)) tokens")
      }
      lines += stage.warnings.map { "    warning: \($0)" }
      lines.append(
        "    about \(time(stage.seconds)) at half of this machine's matrix products "
          + "(\(Int(matrixProductRate / 1e9)) GFLOP/s)")
    }
    return lines.joined(separator: "\n")
  }
}
