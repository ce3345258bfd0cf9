import Streams

/// What a running stage writes down: a line a step, a line a measure, and both for TensorBoard.
final class StageRecord {
  private let steps: MetricsLog<StepMetrics>
  private let points: MetricsLog<EvaluationPoint>
  private let events: TensorBoardEvents
  private(set) var evaluations: [EvaluationPoint]

  /// Opens the record of a stage that has done `step` steps and `evaluations` measures.
  init(_ folder: String, step: Int, evaluations: Int, _ note: (String) -> Void) throws {
    steps = try MetricsLog(folder + "/" + MetricsFile.steps) { $0.step <= step }
    var count = 0
    points = try MetricsLog(folder + "/" + MetricsFile.evaluations) { _ in
      count += 1
      return count <= evaluations
    }
    self.evaluations = points.kept
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
    evaluations.append(point)
    try points.append(point)
    try events.append(point)
  }

  func sync() throws {
    try steps.sync()
    try points.sync()
  }
}
