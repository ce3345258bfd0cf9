import Runs

/// What each rule removed, with documents that show it.
struct RemovalsSection: PageSection {
  let anchor = "removals"
  let title = "Removals by rule"
  let curation: CurationRecord?

  /// Bars in the picture; the table has all rules.
  private static let barLimit = 20

  var body: HTML {
    guard let curation else { return Page.missing(CurationRecord.path, "what rules removed") }
    let rules = curation.rules
    if rules.isEmpty { return Page.nothing("No rule was applied.") }
    let removing = rules.filter { $0.documents > 0 }.sorted { $0.documents > $1.documents }
    let shown = Array(removing.prefix(Self.barLimit))
    let rest = removing.count - shown.count
    let quiet = rules.count - removing.count
    var notes: [String] = []
    if rest > 0 { notes.append("\(NumberText.count(rest, "further rule")) in the table.") }
    if quiet > 0 { notes.append("\(NumberText.count(quiet, "rule")) removed nothing.") }
    var parts: [HTML] = []
    if !shown.isEmpty {
      let caption: HTML = """
        Documents that fail a rule, whatever else they fail; solid: those that fail no other rule
        """
      parts.append(Page.figure(caption, chart(shown).svg()))
    }
    if !notes.isEmpty { parts.append("<p class=\"note\">\(notes.joined(separator: " "))</p>") }
    parts.append(table(rules).folded("All \(NumberText.count(rules.count, "rule")) as a table"))
    parts.append(examples(removing))
    return HTML(lines: parts)
  }

  private func chart(_ rules: [RuleRemovals]) -> BarChart {
    BarChart(
      id: "rules", title: "Documents failing each rule, and failing it alone",
      rows: rules.map { rule in
        .init(
          label: "\(rule.rule) · \(rule.stage)",
          bars: [
            .init(
              Double(rule.documents), part: Double(rule.alone),
              text: "\(NumberText.count(rule.documents)) · \(NumberText.count(rule.alone)) alone")
          ])
      })
  }

  private func table(_ rules: [RuleRemovals]) -> HTMLTable {
    let hasTokens = rules.contains { $0.tokens != nil }
    let hasUndecided = rules.contains { $0.undecided != nil }
    func cell(_ count: Int?) -> HTML { "\(count.map(NumberText.count) ?? NumberText.none)" }
    return HTMLTable(
      caption: "Rules in the order in which they act",
      columns: [
        .text("Rule"), .text("Stage"), .number("Documents failing"), .number("By this rule alone"),
        .number("Bytes"),
      ] + (hasTokens ? [.number("Tokens")] : []) + (hasUndecided ? [.number("Undecided")] : []),
      rows: rules.map { rule in
        let cells: [HTML] = [
          "\(rule.rule)", "\(rule.stage)", "\(NumberText.count(rule.documents))",
          "\(NumberText.count(rule.alone))", "\(NumberText.count(rule.bytes))",
        ]
        return cells + (hasTokens ? [cell(rule.tokens)] : [])
          + (hasUndecided ? [cell(rule.undecided)] : [])
      })
  }

  private func examples(_ rules: [RuleRemovals]) -> HTML {
    let withExamples = rules.filter { !$0.examples.isEmpty }
    if withExamples.isEmpty { return "" }
    let folds = withExamples.map { rule -> HTML in
      let documents = rule.examples.prefix(3).map { example -> HTML in
        """
        <article class="document">
        <p class="id"><code>\(example.id)</code></p>
        <p class="evidence">\(example.evidence)</p>
        \(Page.excerpt(example.excerpt))
        </article>
        """
      }
      return """
        <details><summary>\(rule.rule) <span class="note">\(rule.stage) · \
        \(NumberText.count(rule.documents, "document"))</span></summary>
        \(documents)
        </details>
        """
    }
    return "<h3>Examples</h3>\n\(folds)"
  }
}
