import Runs

/// What stages measured on the way, and those that ended before their last step.
struct MeasuresSection: PageSection {
  let anchor = "measures"
  let title = "Bits per byte along the way"
  let training: [TrainingRecord]

  /// Nothing of the kind was recorded, so the page does without this part.
  var isEmpty: Bool { training.allSatisfy { $0.measures == nil && $0.stopped == nil } }

  var body: HTML {
    let stages = training.enumerated().filter { $1.measures != nil || $1.stopped != nil }
    return HTML(lines: stages.map { stage($1, index: $0) })
  }

  private func stage(_ record: TrainingRecord, index: Int) -> HTML {
    let measures = record.measures ?? []
    let marks = measures.compactMap { measure in
      measure.mark.map { "Step \(NumberText.count(measure.step)): \(PlainText.oneLine($0))" }
    }
    let ending = record.stopped.map { ["Stopped early: \(PlainText.oneLine($0))"] } ?? []
    return """
      <h3>\(record.stage)</h3>
      \((ending + marks).map { "<p class=\"missing\">\($0)</p>" as HTML })
      \(measures.isEmpty ? Page.nothing("Nothing was measured along the way.") : curves(measures, index))
      """
  }

  private func curves(_ measures: [TrainingMeasure], _ index: Int) -> HTML {
    var domains: [String] = []
    for domain in measures.flatMap(\.domains).map(\.domain) where !domains.contains(domain) {
      domains.append(domain)
    }
    func value(_ measure: TrainingMeasure, _ domain: String) -> Double? {
      measure.domains.first { $0.domain == domain }?.bitsPerByte
    }
    let series = domains.enumerated().map { place, domain in
      BandChart.Series(
        label: domain,
        points: measures.compactMap { measure in
          value(measure, domain).map {
            .init(x: Double(measure.tokens), low: $0, mean: $0, high: $0)
          }
        }, isQuiet: place >= BandChart.distinctLines)
    }
    let chart = BandChart(
      id: "measures-\(index)", title: "Bits per byte of the monitoring documents", xTitle: "tokens",
      series: series)
    let table = HTMLTable(
      caption: "Bits per byte of the monitoring documents",
      columns: [.number("Step"), .number("Tokens")] + domains.map { .number($0) },
      rows: measures.map { measure in
        ["\(NumberText.count(measure.step))", "\(NumberText.count(measure.tokens))"]
          + domains.map {
            "\(value(measure, $0).map(NumberText.bitsPerByte) ?? NumberText.none)"
          }
      })
    return """
      \(Page.figure("Bits per byte of documents that no result is judged on", chart.svg()))
      \(table.folded())
      """
  }
}
