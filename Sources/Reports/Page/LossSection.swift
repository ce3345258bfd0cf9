import Runs

/// Loss and learning rate over the tokens of all stages.
struct LossSection: PageSection {
  let anchor = "loss"
  let title = "Loss"
  let training: [TrainingRecord]

  /// Points a stage shows in its table.
  private static let rowLimit = 16

  var body: HTML {
    if training.isEmpty {
      return Page.missing(TrainingRecord.path(stage: "*"), "the loss curves")
    }
    let drawn = training.filter { !$0.curve.isEmpty }
    if drawn.isEmpty { return Page.nothing("No step was recorded.") }
    let offsets = Self.offsets(training)
    let marks = drawn.compactMap { stage -> LineChart.Mark? in
      let begin = offsets[stage.stage] ?? 0
      return begin > 0 ? LineChart.Mark(x: Double(begin), label: "\(stage.stage) begins") : nil
    }
    func series(_ value: (TrainingPoint) -> Double) -> [LineChart.Series] {
      drawn.map { stage in
        let begin = Double(offsets[stage.stage] ?? 0)
        return LineChart.Series(
          label: stage.stage,
          points: stage.curve.map { .init(x: begin + Double($0.tokens), y: value($0)) })
      }
    }
    var loss = LineChart(
      id: "loss-chart", title: "Training loss in nats a token", xTitle: "tokens seen",
      series: series(\.loss), marks: marks)
    let rate = LineChart(
      id: "rate-chart", title: "Learning rate", xTitle: "tokens seen",
      series: series(\.learningRate), marks: [], isSmoothed: false, startsAtZero: true,
      plotHeight: 60, yTickCount: 2)
    let picture = Page.figure(
      "Nats a token: each step thin, smoothed thick. Below, the learning rate", loss.svg(),
      rate.svg())
    loss.id = "loss-logarithmic"
    loss.title += ", tokens on a logarithmic axis"
    loss.scale = .logarithmic
    return """
      \(picture)
      <details><summary>The same with tokens on a logarithmic axis</summary>
      \(Page.figure("Nats a token; tokens on a logarithmic axis", loss.svg()))
      </details>
      \(notFinite(drawn))
      \(drawn.map { table($0) })
      """
  }

  /// Where each stage begins: after the tokens of the stages that it continues.
  static func offsets(_ stages: [TrainingRecord]) -> [String: Int] {
    var ends: [String: Int] = [:]
    var begins: [String: Int] = [:]
    for stage in stages {
      let begin = ends[stage.from] ?? 0
      begins[stage.stage] = begin
      ends[stage.stage] = [begin, stage.curve.last?.tokens ?? 0].total()
    }
    return begins
  }

  private func notFinite(_ stages: [TrainingRecord]) -> HTML {
    let count = stages.flatMap(\.curve).count { !$0.loss.isFinite }
    if count == 0 { return "" }
    return """
      <p class="missing">The loss of \(NumberText.count(count, "step")) is not a number; the \
      smoothed line leaves \(count == 1 ? "it" : "them") out.</p>
      """
  }

  private func table(_ stage: TrainingRecord) -> HTML {
    let last = stage.curve.count - 1
    let rows = min(Self.rowLimit, stage.curve.count)
    let indices = (0..<rows).map { rows == 1 ? 0 : last * $0 / (rows - 1) }
    return HTMLTable(
      caption: "Loss of \(stage.stage)",
      columns: [
        .number("Tokens"), .number("Loss"), .number("Learning rate"), .number("Gradient norm"),
      ],
      rows: indices.map { index in
        let point = stage.curve[index]
        return [
          "\(NumberText.count(point.tokens))", "\(NumberText.rounded(point.loss, 4))",
          "\(NumberText.trimmed(point.learningRate))",
          "\(NumberText.rounded(point.gradientNorm, 3))",
        ]
      }
    ).folded(
      "\(stage.stage): \(rows) of \(NumberText.count(stage.curve.count, "step")) as a table")
  }
}
