import Runs

/// Bits per byte against the weight of each training domain: a dot a mixture.
struct StudyWeightsSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-weights" }
  let title = "Bits per byte against weight"

  /// Pictures that stand open; the others are behind a fold for each training domain.
  private static let openLimit = 12

  var body: HTML {
    let measured = study.order.filter { study.spread($0, .target) != nil }
    if measured.isEmpty { return Page.nothing("No run was completed, so there is no dot.") }
    let domains = study.trainingDomains
    if domains.isEmpty { return Page.nothing("No mixture names a training domain.") }
    let varying = domains.filter { domain in
      Set(measured.map { share($0, domain) }).count > 1
    }
    let constant = domains.filter { !varying.contains($0) }
    let isOpen = varying.count * study.measures.count <= Self.openLimit
    let figures = varying.enumerated().map { index, domain -> HTML in
      let panels = study.measures.enumerated().compactMap { number, measure in
        panel("\(study.id)-weight-\(index)-\(number)", domain, measure, measured)
      }
      let first: HTML = isOpen ? "\(panels)" : "\(Array(panels.prefix(1)))"
      let rest: HTML =
        isOpen || panels.count < 2
        ? ""
        : """
        <details><summary>The same by evaluation domain</summary>
        <div class="panels">
        \(Array(panels.dropFirst()))
        </div></details>
        """
      return """
        <h3>Weight of \(domain)</h3>
        <div class="panels">
        \(first)
        </div>
        \(rest)
        """
    }
    let note: HTML =
      constant.isEmpty
      ? ""
      : """
      <p class="note">Of one weight in all mixtures, so without a picture: \
      \(constant.joined(separator: ", ")).</p>
      """
    let trunk =
      study.trunk(.target) == nil ? "" : " The dashed line is \(StudyReading.base)."
    let leading = leaders.isEmpty ? "" : " Filled: the mixtures that lead."
    return """
      <p class="note">A dot is a mixture's mean, its bar reaches from the lowest to the highest \
      seed.\(trunk) The other weights change along with the one that is shown, so a slope is no proof \
      of a cause.\(leading)</p>
      \(figures)
      \(note)
      """
  }

  private func share(_ branch: Int, _ domain: String) -> Double {
    study.record.branches[branch].mixture.first { $0.domain == domain }?.share ?? 0
  }

  private func panel(
    _ id: String, _ domain: String, _ measure: StudyReading.Measure, _ branches: [Int]
  ) -> HTML? {
    let points = branches.compactMap { branch -> ScatterPlot.Point? in
      let share = share(branch, domain)
      guard let spread = study.spread(branch, measure), share.isFinite else { return nil }
      return ScatterPlot.Point(
        place: .init(x: share * 100, y: spread.mean), bar: spread.range,
        label: branches.count <= 8 ? study.tag(branch) : nil,
        name: "\(study.title(branch)): \(NumberText.share(share)), \(spread.text())",
        tone: leaders.contains(branch) ? .second : .first)
    }
    if points.isEmpty { return nil }
    let name = measure == .target ? "Target" : study.name(of: measure)
    let plot = ScatterPlot(
      id: id, title: "\(name): bits per byte against the weight of \(domain)",
      xTitle: "weight of \(PlainText.cut(PlainText.oneLine(domain), to: 20)), %",
      yTitle: "bits per byte", points: points, yReference: study.trunk(measure), xValues: [0],
      plotHeight: 150, left: 15)
    return """
      <div class="panel"><h4>\(name)</h4>
      \(plot.svg())
      </div>
      """
  }

  private var leaders: Set<Int> {
    Set(study.record.verdict.best.compactMap(study.branch(named:)))
  }
}
