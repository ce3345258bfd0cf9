import Runs
import Training

/// A run's curve: some hundred points, each with the mean loss since the one before.
enum StudyCurve {
  private static let mostPoints = 100

  /// - Parameter domains: the study's; one that was not measured along the way is not a number.
  static func points(
    of steps: [StepMetrics], _ evaluations: [EvaluationPoint], domains: [String]
  ) -> [StudyPoint] {
    func point(_ loss: Double?, _ evaluation: EvaluationPoint) -> StudyPoint {
      StudyPoint(
        tokens: evaluation.tokens, loss: loss,
        bitsPerByte: domains.map { domain in
          evaluation.domains.first { $0.domain == domain }?.bitsPerByte ?? .nan
        })
    }
    let measured = Dictionary(
      evaluations.map { ($0.step, $0) }, uniquingKeysWith: { _, last in last })
    let distance = max(1, steps.count / mostPoints)
    var points = measured[0].map { [point(nil, $0)] } ?? []
    var losses: [Double] = []
    for (index, step) in steps.enumerated() {
      losses.append(step.loss)
      let evaluation = measured[step.step]
      let isDue = (index + 1) % distance == 0 || index == steps.count - 1
      guard evaluation != nil || isDue else { continue }
      let loss = losses.reduce(0, +) / Double(losses.count)
      points.append(
        evaluation.map { point(loss, $0) }
          ?? StudyPoint(tokens: step.tokens, loss: loss, bitsPerByte: nil))
      losses = []
    }
    return points
  }
}
