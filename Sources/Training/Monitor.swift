import Evaluation
import Foundation
import LanguageModel
import Streams

/// Measures the model of a running stage, and watches the domain that must not be forgotten.
final class Monitor {
  private let evaluation: InLoopEvaluation
  private let scorer: DocumentScorer
  /// The measure before the first step, which the limit counts from.
  private(set) var start: EvaluationPoint?
  private var wasCrossed = false

  /// - Parameter start: of a stage that goes on.
  init(
    _ evaluation: InLoopEvaluation, _ model: LlamaModel, workers: Workers, start: EvaluationPoint?
  ) throws {
    self.evaluation = evaluation
    self.start = start
    try evaluation.check()
    scorer = try DocumentScorer(model, workers: workers)
  }

  func isDue(_ step: Int, of steps: Int) -> Bool {
    step % evaluation.every == 0 || step == steps
  }

  /// - Throws: a `Divergence` where the measure is not finite.
  func measure(step: Int, tokens: Int) throws -> EvaluationPoint {
    let documents = evaluation.documents
    let nats = try scorer.nats(tokens: documents.tokens, offsets: documents.offsets)
    var point = EvaluationPoint(
      step: step, tokens: tokens,
      domains: zip(documents.measuredDomains, documents.bitsPerByte(nats)).map {
        .init(domain: $0.name, bitsPerByte: $1)
      })
    if let broken = point.domains.first(where: { !$0.bitsPerByte.isFinite }) {
      throw Divergence(
        step: step,
        fault: Fault(
          .failure, "training became unstable by step \(step): a measure is not finite",
          found: "\(broken.bitsPerByte) bits per byte of '\(broken.domain)'",
          expected: "finite numbers",
          hint: "lower the peak learning rate, or lengthen the warm-up"))
    }
    if step == 0 { start = point }
    point.mark = crossed(point)
    return point
  }

  /// What is to be said where the limit is crossed.
  private func crossed(_ point: EvaluationPoint) -> String? {
    guard let limit = evaluation.limit, let now = point[limit.domain],
      let before = start?[limit.domain], now - before > limit.rise
    else { return nil }
    let numbers = String(
      format: "%.4f bits per byte over the start by step %ld, more than %.4f", now - before,
      point.step, limit.rise)
    return "'\(limit.domain)' rose by \(numbers)"
  }

  /// The mark of a measure that is the first beyond the limit, where that does not end the stage.
  func newMark(_ point: EvaluationPoint) -> String? {
    defer { wasCrossed = point.mark != nil }
    return wasCrossed || evaluation.limit?.action == .stop ? nil : point.mark
  }

  func reasonToStop(_ point: EvaluationPoint) -> String? {
    evaluation.limit?.action == .stop ? point.mark : nil
  }
}

extension EvaluationPoint {
  /// Bits per byte of a domain; nil where it was not measured.
  public subscript(domain: String) -> Double? {
    domains.first { $0.domain == domain }?.bitsPerByte
  }
}
