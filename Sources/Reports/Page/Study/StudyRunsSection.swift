import Runs

/// Every run of the study.
struct StudyRunsSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-runs" }
  let title = "Runs"

  /// Rows that stand open.
  private static let openLimit = 24
  /// Characters of a key that name its folder clearly.
  private static let keyLength = 12

  var body: HTML {
    let runs = study.record.members
    if runs.isEmpty { return Page.nothing("The study has no run.") }
    let table = HTMLTable(
      caption:
        "Runs: tokens trained on, and the largest distance of a prefix from the plan, in samples",
      columns: [
        .name(study.noun.capitalized), .number("Seed"), .name("Status"), .number("Tokens"),
        .number("Steps"), .number("Time"), .number("Bound"), .text("Key"),
      ], rows: runs.map(row))
    return """
      <p>\(study.effort)</p>
      \(runs.count > Self.openLimit ? table.folded("All runs as a table") : table.html())
      """
  }

  private func row(_ run: StudyMemberRecord) -> [HTML] {
    let branch = study.branch(named: run.branch).map(study.title) ?? run.branch
    let isMeasured = run.tokens > 0
    let sign = run.status == .completed ? "✓" : "✕"
    let style = run.status == .completed ? "verdict" : "verdict worse"
    let remark: HTML = run.remark.map { "<br><span class=\"note\">\($0)</span>" } ?? ""
    return [
      "\(branch)", "\(String(run.seed))",
      "<span class=\"\(style)\">\(sign)\u{A0}\(run.status.rawValue)</span>\(remark)",
      "\(isMeasured ? NumberText.count(run.tokens) : NumberText.none)",
      "\(isMeasured ? NumberText.count(run.steps) : NumberText.none)",
      "\(isMeasured ? NumberText.duration(run.seconds) : NumberText.none)",
      "\(run.mixture.isEmpty ? NumberText.none : NumberText.rounded(run.mixtureBound, 3))",
      "<code title=\"\(run.key)\">\(PlainText.cut(run.key, to: Self.keyLength))</code>",
    ]
  }
}
