import Runs

/// What the seeds alone change.
struct StudyNoiseSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-noise" }
  let title = "Noise floor"

  var body: HTML {
    let noise = study.record.noise
    if noise.isEmpty { return Page.nothing("No noise floor was recorded.") }
    let table = HTMLTable(
      caption: "What another seed changes when nothing else does, in bits per byte",
      columns: [
        .text("Domain"), .number("Standard deviation"), .number("Degrees of freedom"),
      ],
      rows: noise.map { floor in
        [
          "\(floor.domain)",
          "\(floor.deviation.map { NumberText.rounded($0, 5) } ?? "not known: one seed")",
          "\(NumberText.count(floor.degreesOfFreedom))",
        ]
      })
    return """
      \(table.html())
      <p class="note">Pooled over the \(study.noun)s; the degrees of freedom are the completed runs \
      less their \(study.noun)s. The fewer they are, the wider are the intervals over seeds.</p>
      """
  }
}
