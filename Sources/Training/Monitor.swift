import Evaluation
import Foundation
import LanguageModel

/// Measures the model of a running stage, and watches the general domain.
final class Monitor {
  private let evaluation: InLoopEvaluation
  private let scorer: DocumentScorer

  init(_ evaluation: InLoopEvaluation, _ model: LlamaModel, workers: Workers) throws {
    self.evaluation = evaluation
    scorer = try DocumentScorer(model, workers: workers)
  }

  func isDue(_ step: Int, of steps: Int) -> Bool {
    step % evaluation.every == 0 || step == steps
  }

  /// - Parameter start: the measure before the first step.
  func measure(step: Int, tokens: Int, since start: EvaluationPoint?) throws -> EvaluationPoint {
    let documents = evaluation.documents
    let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
    var point = EvaluationPoint(
      step: step, tokens: tokens,
      domains: zip(documents.measuredDomains, documents.bitsPerByte(nats)).map {
        .init(domain: $0.name, bitsPerByte: $1)
      })
    point.mark = crossed(point, since: start)
    return point
  }

  /// What is to be said where the limit is crossed.
  private func crossed(_ point: EvaluationPoint, since start: EvaluationPoint?) -> String? {
    guard let limit = evaluation.limit,
      let now = point.domains.first(where: { $0.domain == limit.domain })?.bitsPerByte,
      let before = start?.domains.first(where: { $0.domain == limit.domain })?.bitsPerByte,
      now - before > limit.rise
    else { return nil }
    return String(
      format: "%@ rose by %.4f bits per byte over the start by step %ld, more than %.4f",
      "'\(limit.domain)'", now - before, point.step, limit.rise)
  }

  func reasonToStop(_ point: EvaluationPoint) -> String? {
    evaluation.limit?.action == .stop ? point.mark : nil
  }
}
