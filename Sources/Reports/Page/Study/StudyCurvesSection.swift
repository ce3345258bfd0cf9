import Runs

/// Bits per byte and training loss over the tokens of a run, a band a branch.
struct StudyCurvesSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-curves" }
  let title = "Learning curves"

  var body: HTML {
    let charts = study.record.domains.indices.compactMap { domain in
      chart("\(study.id)-curve-\(domain)", study.record.domains[domain], "bits per byte") { point in
        point.bitsPerByte.flatMap { $0.indices.contains(domain) ? $0[domain] : nil }
      }
    }
    let loss = chart("\(study.id)-curve-loss", "Training loss", "nats a token", \.loss)
    if charts.isEmpty && loss == nil {
      return Page.nothing(
        study.record.members.contains { $0.status == .completed }
          ? "No completed run recorded a curve." : "No run was completed, so there is no curve.")
    }
    let bits: HTML =
      charts.isEmpty
      ? Page.nothing("Bits per byte were not measured while the runs trained.")
      : figure("Bits per byte of the monitoring documents against the tokens of a run", charts)
    return """
      \(bits)
      \(loss.map { figure(lossCaption, [$0]) } ?? Page.nothing("No training loss was recorded."))
      <p class="note">Lines are means over the completed runs of one \(study.noun), bands reach from \
      the lowest to the highest of them.\(oneRun)\(quiet)</p>
      \(ends)
      """
  }

  private let lossCaption: HTML = """
    Training loss. Each line is on the text that it was trained on, so their heights do not rank them
    """

  private func figure(_ caption: HTML, _ charts: [Panel]) -> HTML {
    let panels = charts.map { panel -> HTML in
      """
      <div class="panel"><h4>\(panel.title) <span class="note">\(panel.unit)</span></h4>
      \(panel.chart.svg())
      </div>
      """
    }
    return """
      <figure><figcaption>\(caption)</figcaption>
      <div class="panels">
      \(panels)
      </div></figure>
      """
  }

  private struct Panel {
    var title: String
    var unit: String
    var chart: BandChart
  }

  /// Nil where no branch has a point.
  private func chart(
    _ id: String, _ title: String, _ unit: String, _ value: @escaping (StudyPoint) -> Double?
  ) -> Panel? {
    let distinct = distinct
    let series = bands(value).map { band in
      BandChart.Series(
        label: study.title(band.branch), points: band.points,
        isQuiet: !distinct.contains(band.branch)
      )
    }
    if series.isEmpty { return nil }
    return Panel(
      title: title, unit: unit,
      chart: BandChart(
        id: id, title: "\(title), \(unit), against tokens", xTitle: "tokens", series: series))
  }

  private var distinct: Set<Int> { study.distinct(BandChart.distinctLines) }

  private func bands(_ value: (StudyPoint) -> Double?) -> [(branch: Int, points: [BandChart.Point])]
  {
    study.order.compactMap { branch in
      let points = CurveBand(study.completed(branch), value).points
      return points.isEmpty ? nil : (branch, points)
    }
  }

  private var oneRun: String {
    let single = study.record.branches.indices.filter { study.completed($0).count == 1 }
    if single.isEmpty { return "" }
    return single.count > 6
      ? " \(NumberText.count(single.count, study.noun)) with one completed run have no band."
      : " Without a band, because one run was completed: "
        + single.map(study.title).joined(separator: ", ") + "."
  }

  private var quiet: String {
    let count = study.record.branches.count - distinct.count
    return count > 0
      ? " Thick: the first \(distinct.count) by the target; thin: the other "
        + "\(NumberText.count(count, study.noun))." : ""
  }

  /// The last point of each curve.
  private var ends: HTML {
    let domains = study.record.domains
    let rows = study.order.compactMap { branch -> [HTML]? in
      let runs = study.completed(branch)
      let loss = CurveBand(runs, \.loss).points.last
      let bits = domains.indices.map { domain in
        CurveBand(runs) { point in
          point.bitsPerByte.flatMap { $0.indices.contains(domain) ? $0[domain] : nil }
        }.points.last
      }
      guard let last = (bits + [loss]).compactMap({ $0?.x }).max() else { return nil }
      return ["\(study.title(branch))", "\(NumberText.rounded(last, 0))"]
        + (bits + [loss]).map { point in
          "\(point.map { Self.range($0) } ?? NumberText.none)"
        }
    }
    return HTMLTable(
      caption: "Where the curves end: mean (lowest to highest)",
      columns: [.name(study.noun.capitalized), .number("Tokens")] + domains.map { .number($0) }
        + [.number("Training loss")], rows: rows
    ).folded("Where the curves end, as a table")
  }

  private static func range(_ point: BandChart.Point) -> String {
    let mean = NumberText.bitsPerByte(point.mean)
    return point.low == point.high
      ? mean
      : "\(mean) (\(NumberText.bitsPerByte(point.low)) to \(NumberText.bitsPerByte(point.high)))"
  }
}
