import Runs

/// The page's head: which run, when, on what machine, and where the time went.
struct HeaderSection {
  let name: String
  let run: RunRecord?

  func html() -> HTML {
    guard let run else {
      return "<h1>\(name)</h1>\n\(Page.missing(RunRecord.path, "what ran, when and where"))"
    }
    let machine = run.machine
    return """
      <h1>\(name)</h1>
      <dl class="facts">
      <dt>Date</dt><dd>\(NumberText.date(run.started)), \(duration(run))</dd>
      <dt>Machine</dt><dd>\(machine.processor), \(NumberText.count(machine.cores, "core")), \
      \(NumberText.bytes(machine.memoryBytes)) of memory</dd>
      <dt>Recipe</dt><dd><code>\(run.recipe)</code></dd>
      </dl>
      \(stages(run.stages))
      """
  }

  private func duration(_ run: RunRecord) -> String {
    guard let finished = run.finished else { return "not finished" }
    return "finished after " + NumberText.duration(finished - run.started)
  }

  private func stages(_ stages: [StageRecord]) -> HTML {
    if stages.isEmpty { return Page.nothing("No stage has finished yet.") }
    let chart = BarChart(
      id: "stages", title: "Seconds a stage",
      rows: stages.map { stage in
        .init(
          label: stage.name,
          bars: [.init(stage.seconds, text: NumberText.duration(stage.seconds))])
      }, isCompact: true)
    let table = HTMLTable(
      caption: "Stages", columns: [.text("Stage"), .number("Time"), .number("What went in")],
      rows: stages.map {
        ["\($0.name)", "\(NumberText.duration($0.seconds))", "\(Self.work($0))"]
      })
    return """
      \(Page.figure("Time by stage, as it last ran", chart.svg()))
      \(table.folded())
      """
  }

  private static func work(_ stage: StageRecord) -> String {
    stage.unit == "B"
      ? NumberText.bytes(stage.work) : "\(NumberText.count(stage.work)) \(stage.unit)"
  }
}
