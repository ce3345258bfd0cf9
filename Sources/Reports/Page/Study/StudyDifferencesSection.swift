import Runs

/// The differences that the verdict on mixtures rests on.
struct StudyDifferencesSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-answers" }
  let title = "Differences"

  /// Rows that stand open.
  private static let openLimit = 12

  var body: HTML {
    let contrasts = study.record.contrasts
    if contrasts.isEmpty { return Page.nothing("No two mixtures could be compared.") }
    let differences = ContrastTable(study)
    let summary = "All \(NumberText.count(contrasts.count, "difference")) as a table"
    let table = differences.table
    return """
      \(differences.figure(limit: Self.openLimit))
      \(contrasts.count > Self.openLimit ? table.folded(summary) : table.html())
      \(differences.note)
      """
  }
}
