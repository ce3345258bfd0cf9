import Runs

/// What each branch gained in the target against what it lost in the general domain.
struct StudyTradeoffSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-tradeoff" }
  let title = "Gain against forgetting"

  /// Branches whose dots are labelled with their names, not with their tags alone.
  private static let namedLimit = 6
  /// Branches whose seeds are drawn: those of more would cover the means.
  private static let seedLimit = 12

  var body: HTML {
    let tradeoff = Tradeoff(study)
    if let missing = tradeoff.missing { return Page.nothing(missing) }
    let dots =
      tradeoff.branches.count <= Self.seedLimit
      ? "large dots are means, small ones seeds" : "the means over its seeds"
    let caption: HTML = """
      Each \(study.noun)'s change against \(StudyReading.base): \(dots). Down is better in the \
      target, right is forgotten. Filled, on the dashed stair: the Pareto front, which no other \
      \(study.noun) beats in both
      """
    let table = table(tradeoff)
    return """
      \(Page.figure(caption, plot(tradeoff).svg()))
      \(tradeoff.branches.count > 12 ? table.folded() : table.html())
      <p class="note">The exchange rate is the gain in the target for each bit lost in general \
      text: −Δ target / Δ \(study.record.general ?? ""). It is \(NumberText.none) where no loss of \
      general ability is resolved. The front is drawn by the means alone, so neighbours on it may be \
      within the noise.\(mixedNote)</p>
      """
  }

  /// A target that holds the general domain counts a loss there twice.
  private var mixedNote: String {
    guard let general = study.record.general, study.targetDomains.contains(general) else {
      return ""
    }
    return " The target holds the general domain as well."
  }

  private func plot(_ tradeoff: Tradeoff) -> ScatterPlot {
    let isNamed = tradeoff.branches.count <= Self.namedLimit
    let hasSeeds = tradeoff.branches.count <= Self.seedLimit
    return ScatterPlot(
      id: "\(study.id)-tradeoff-chart",
      title: "Change of the target against change in general text",
      xTitle: "change in \(PlainText.cut(PlainText.oneLine(study.record.general ?? ""), to: 24))",
      yTitle: "change of the target, bits per byte",
      points: tradeoff.branches.map { branch in
        ScatterPlot.Point(
          place: .init(x: branch.general.mean, y: branch.target.mean),
          spread: !hasSeeds
            ? [] : zip(branch.general.values, branch.target.values).map { .init(x: $0, y: $1) },
          label: isNamed
            ? PlainText.cut(PlainText.oneLine(study.title(branch.index)), to: 16)
            : study.tag(branch.index), name: study.title(branch.index),
          tone: branch.isOnFront ? .second : .first)
      }, xReference: 0, yReference: 0,
      front: tradeoff.branches.filter(\.isOnFront).map {
        .init(x: $0.general.mean, y: $0.target.mean)
      }, plotHeight: 260, left: 14)
  }

  private func table(_ tradeoff: Tradeoff) -> HTMLTable {
    HTMLTable(
      caption: "Change against \(StudyReading.base) in bits per byte, mean ± deviation of seeds",
      columns: [
        .name(study.noun.capitalized), .number("Δ target"),
        .number("Δ \(study.record.general ?? "")"), .number("Exchange rate"), .text("Pareto front"),
      ],
      rows: tradeoff.branches.map { branch in
        [
          "\(study.title(branch.index))", cell(branch.target, branch.targetResolution),
          cell(branch.general, branch.generalResolution),
          "\(branch.exchangeRate.map { NumberText.rounded($0, 2) } ?? NumberText.none)",
          branch.isOnFront ? "●\u{A0}on it" : "",
        ]
      })
  }

  private func cell(_ spread: SeedSpread, _ resolution: StudyContrast.Resolution?) -> HTML {
    let verdict: HTML =
      resolution.map { Answer.Verdict($0).html } ?? "<span class=\"note\">not tested</span>"
    return "\(spread.text(signed: true))<br>\(verdict)"
  }
}
