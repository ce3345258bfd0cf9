import Runs

/// What each training stage was meant to read, and what it read.
struct MixtureSection: PageSection {
  let anchor = "mixture"
  let title = "Mixture, planned and realised"
  let training: [TrainingRecord]

  var body: HTML {
    if training.isEmpty {
      return Page.missing(TrainingRecord.path(stage: "*"), "the training stages")
    }
    return HTML(lines: training.enumerated().map { stage($1, index: $0) })
  }

  private func stage(_ record: TrainingRecord, index: Int) -> HTML {
    """
    <h3>\(record.stage)</h3>
    \(facts(record))
    \(record.mixture.isEmpty ? Page.nothing("No mixture was recorded.") : mixture(record, index))
    """
  }

  private func facts(_ record: TrainingRecord) -> HTML {
    let origin: HTML =
      record.from == "initial" ? "fresh weights" : "the weights of <em>\(record.from)</em>"
    return """
      <p>\(NumberText.count(record.parameters, "parameter")), from \(origin): \
      \(NumberText.count(record.steps, "step")), \
      \(NumberText.count(record.tokens, "token")) in \(NumberText.duration(record.seconds)), \
      \(NumberText.rounded(record.tokensPerSecond, 0)) tokens a second, \
      \(NumberText.share(record.shareOfPeak)) of the machine's matrix-product rate.</p>
      """
  }

  private func mixture(_ record: TrainingRecord, _ index: Int) -> HTML {
    let chart = BarChart(
      id: "mixture-\(index)", title: "Planned and realised mixture of \(record.stage)",
      rows: record.mixture.map { row in
        .init(
          label: row.domain,
          bars: [
            .init(
              row.plannedShare, text: NumberText.share(row.plannedShare) + " planned", tone: .first),
            .init(row.realisedShare, text: NumberText.share(row.realisedShare) + " realised"),
          ])
      })
    let table = HTMLTable(
      caption: "Mixture of \(record.stage)",
      columns: [
        .text("Domain"), .number("Planned"), .number("Realised"), .number("Tokens"),
        .number("Epochs"),
      ],
      rows: record.mixture.map { row in
        [
          "\(row.domain)", "\(NumberText.share(row.plannedShare, places: 2))",
          "\(NumberText.share(row.realisedShare, places: 2))", "\(NumberText.count(row.tokens))",
          "\(NumberText.rounded(row.epochs, 2))",
        ]
      })
    return """
      \(Page.figure("Share of samples: outlined planned, filled realised", chart.svg()))
      \(table.html())
      <p class="note">The sampler's bound: no prefix of the stage was further than \
      \(NumberText.rounded(record.mixtureBound, 3)) samples from the plan.</p>
      """
  }
}
