import Runs

/// Bits per byte of every branch, by domain.
struct StudyScoresSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-scores" }
  var title: String { "Bits per byte by \(study.noun)" }

  /// Rows that stand open.
  private static let openLimit = 17

  var body: HTML {
    if study.record.branches.isEmpty { return Page.nothing("The study has no \(study.noun).") }
    if !study.record.branches.indices.contains(where: { study.spread($0, .target) != nil }) {
      return "\(table)\n\(Page.nothing("No run was completed, so there is no figure."))"
    }
    let order =
      study.record.kind == .mixtures ? "The rows stand by the target, lowest mean first. " : ""
    return """
      \(table)
      <p class="note">\(order)Mean ± standard deviation over seeds. A figure is marked \
      <strong class="best">★</strong> only where its \(study.noun) is resolved to be better than \
      each other one: where a column has no mark, its order is within what documents or seeds may \
      change, or was not tested.</p>
      """
  }

  private var table: HTML {
    let best = study.measures.map(study.best)
    var rows: [[HTML]] = []
    if study.measures.contains(where: { study.trunk($0) != nil }) {
      rows.append(
        ["<em>\(StudyReading.base)</em>"]
          + study.measures.map { measure in
            "\(study.trunk(measure).map(NumberText.bitsPerByte) ?? NumberText.none)"
          })
    }
    rows += study.order.map { branch in
      let scores = zip(study.measures, best).map { measure, best -> HTML in
        guard let spread = study.spread(branch, measure) else { return "\(NumberText.none)" }
        return best == branch
          ? "<strong class=\"best\">★\u{A0}\(spread.text())</strong>" : "\(spread.text())"
      }
      return [name(branch)] + scores
    }
    let table = HTMLTable(
      caption: "Bits per byte; fewer are better",
      columns: [.name(study.noun.capitalized)] + study.measures.map { .number(title($0)) },
      rows: Array(rows.prefix(Self.openLimit)))
    if rows.count <= Self.openLimit { return table.html() }
    var whole = table
    whole.rows = rows
    return """
      \(table.html())
      \(whole.folded("All \(NumberText.count(study.record.branches.count, study.noun))"))
      """
  }

  /// With the number of its runs where not all of them take part.
  private func name(_ branch: Int) -> HTML {
    let (all, completed) = (study.members(branch).count, study.completed(branch).count)
    let note: HTML =
      all == completed
      ? ""
      : "<br><span class=\"note\">\(NumberText.count(completed)) of \(NumberText.count(all, "run"))</span>"
    return "\(study.title(branch))\(note)"
  }

  private func title(_ measure: StudyReading.Measure) -> String {
    measure == .target ? "Target" : study.name(of: measure)
  }
}
