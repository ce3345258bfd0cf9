import Streams

/// What a running stage writes down: a line a step, a line a measure, and both for TensorBoard.
final class StageRecord {
  private let steps: MetricsLog<StepMetrics>
  private let points: MetricsLog<EvaluationPoint>
  private let events: TensorBoardEvents
  /// Measures of the stage so far.
  private(set) var evaluationCount: Int

  /// Opens the record of a stage that goes on after `step` steps and `evaluations` measures; -1 and 0
  /// where it begins. Lines of later steps, which are repeated, go.
  init(_ folder: String, step: Int, evaluations: Int, _ note: (String) -> Void) throws {
    var last = 0
    steps = try MetricsLog(folder + "/" + MetricsFile.steps) {
      guard $0.step > last, $0.step <= step else { return false }
      last = $0.step
      return true
    }
    last = -1
    points = try MetricsLog(folder + "/" + MetricsFile.evaluations) {
      guard $0.step > last, $0.step <= step else { return false }
      last = $0.step
      return true
    }
    evaluationCount = evaluations
    for (name, damaged, missing) in [
      (MetricsFile.steps, steps.damaged, step - steps.kept.count),
      (MetricsFile.evaluations, points.damaged, evaluations - points.kept.count),
    ] where missing > 0 {
      let lines =
        damaged.isEmpty ? "" : ", damaged: \(damaged.map(String.init).joined(separator: ", "))"
      note("'\(folder)/\(name)' lacks \(missing) lines of earlier steps\(lines)")
    }
    events = try TensorBoardEvents(folder)
    for metrics in steps.kept { try events.append(metrics) }
    for point in points.kept { try events.append(point) }
  }

  func append(_ metrics: StepMetrics) throws {
    try steps.append(metrics)
    try events.append(metrics)
  }

  func append(_ point: EvaluationPoint) throws {
    evaluationCount += 1
    try points.append(point)
    try events.append(point)
  }

  func sync() throws {
    try steps.sync()
    try points.sync()
  }
}
