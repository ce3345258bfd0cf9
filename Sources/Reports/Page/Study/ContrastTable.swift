import Runs

/// Differences between branches: a table with both intervals and the verdict, and a picture.
struct ContrastTable {
  let study: StudyReading
  let groups: [ContrastGroup]

  init(_ study: StudyReading) {
    self.study = study
    groups = ContrastGroup.all(study)
  }

  var table: HTMLTable {
    HTMLTable(
      caption: "Differences in bits per byte; fewer are better, so below 0 is a gain",
      columns: [
        .text("Difference"), .number("Effect"), .number("Interval over documents", onlyWide: true),
        .number("Interval over seeds", onlyWide: true), .text("Verdict", onlyWide: true),
      ],
      groups: groups.map { group in
        .init(heading: heading(group), rows: group.contrasts.map { row($0, group) })
      }
    )
  }

  private func heading(_ group: ContrastGroup) -> HTML {
    let explanation: HTML =
      group.explanation.map { "<br><span class=\"note\">\($0)</span>" } ?? ""
    return "<strong>\(group.heading)</strong>\(explanation)"
  }

  private func row(_ contrast: StudyContrast, _ group: ContrastGroup) -> [HTML] {
    let documents = contrast.documents?.text ?? NumberText.none
    let seeds = contrast.seeds?.text ?? NumberText.none
    let verdict = contrast.verdict.html
    return [
      "\(group.label(contrast))<span class=\"narrow\">\(verdict)</span>",
      """
      \(contrast.effect.map { NumberText.signed($0, 4) } ?? NumberText.none)\
      <span class="narrow note">documents \(documents)</span>\
      <span class="narrow note">seeds \(seeds)</span>
      """,
      "\(documents)", "\(seeds)", verdict,
    ]
  }

  /// All differences but the whole change against the trunk, which is of another size.
  func figure(limit: Int) -> HTML {
    let rows = groups.filter { $0.name != ContrastGroup.wholeChange }.flatMap { group in
      group.contrasts.compactMap { row(plotted: $0, group) }
    }
    if rows.isEmpty { return "" }
    let plot = DotPlot(
      id: "\(study.id)-differences", title: "Differences in bits per byte with their intervals",
      rows: Array(rows.prefix(limit)), reference: 0, axisTitle: "difference in bits per byte")
    let rest =
      rows.count > limit ? "; \(NumberText.count(rows.count - limit)) more in the table" : ""
    return Page.figure(
      """
      Each difference with its intervals over documents and over seeds in one; left of 0 is \
      better, a hollow dot is not resolved\(rest)
      """, plot.svg())
  }

  private func row(plotted contrast: StudyContrast, _ group: ContrastGroup) -> DotPlot.Row? {
    guard let effect = contrast.effect, effect.isFinite else { return nil }
    let isResolved = contrast.resolution == .better || contrast.resolution == .worse
    let words = "\(NumberText.signed(effect, 4)) \(contrast.verdict.words)"
    return DotPlot.Row(
      label: group.shortLabel(contrast), text: words,
      lanes: [.init(value: effect, interval: contrast.range, tone: isResolved ? .second : .first)])
  }

  /// What the intervals and the verdicts mean.
  var note: HTML {
    let levels = Set(study.record.contrasts.map(\.level)).filter(\.isFinite).sorted()
    let confidence =
      levels.isEmpty
      ? "" : " at " + levels.map(NumberText.confidence).joined(separator: " and ") + " confidence"
    let many =
      levels.contains { $0 > 0.9501 }
      ? " It is above 95% where many are compared at once, so that the chance of any wrong verdict "
        + "stays at 5%." : ""
    return """
      <p class="note">Intervals\(confidence): over documents, from drawing the evaluation documents \
      again (paired bootstrap); over seeds, from the noise floor by Student's t.\(many) A difference \
      is resolved only where both together leave out 0: otherwise other documents and seeds could \
      have made it.</p>
      """
  }
}

extension Answer.Verdict {
  var style: String {
    switch self {
    case .better: "better"
    case .worse: "worse"
    case .notResolved, .notMeasured: "open"
    }
  }

  /// The sign and the words, which do not break.
  var html: HTML {
    "<span class=\"verdict \(style)\">\(sign)\u{A0}\(words)</span>"
  }
}
