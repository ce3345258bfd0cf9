import Runs

/// From the raw input to the survivors.
struct FunnelSection: PageSection {
  let anchor = "funnel"
  let title = "Funnel"
  let curation: CurationRecord?

  var body: HTML {
    guard let curation else { return Page.missing(CurationRecord.path, "what curation kept") }
    let steps = curation.funnel
    if steps.isEmpty { return Page.nothing("Curation recorded no step.") }
    let funnel = Funnel(
      id: "funnel-chart", title: "Bytes and documents left after each step",
      steps: steps.map {
        .init(name: $0.title, documents: $0.documents, bytes: $0.bytes, tokens: $0.tokens)
      })
    let picture = Page.figure(
      "What is left after each step: thick bars are bytes, thin ones documents", funnel.svg())
    return """
      \(picture)
      \(table(steps).folded())
      """
  }

  private func table(_ steps: [FunnelStep]) -> HTMLTable {
    HTMLTable(
      caption: "Funnel",
      columns: [
        .text("Step"), .number("Documents"), .number("Bytes"), .number("Tokens"),
        .number("Documents of the first step"), .number("Bytes of the step before"),
      ],
      rows: steps.indices.map { index in
        let step = steps[index]
        let before = steps[max(0, index - 1)]
        return [
          "\(step.title)", "\(NumberText.count(step.documents))", "\(NumberText.count(step.bytes))",
          "\(step.tokens.map(NumberText.count) ?? NumberText.none)",
          "\(NumberText.share(of: step.documents, in: steps[0].documents))",
          "\(NumberText.share(of: step.bytes, in: before.bytes))",
        ]
      })
  }
}

extension FunnelStep {
  /// The step in a reader's words; an unknown one keeps its name.
  var title: String {
    switch name {
    case "raw": "Raw input"
    case "read": "Documents read"
    case "extracted": "Text extracted"
    case "training": "Training part"
    case "filtered": "Passed the filters"
    case "deduplicated": "Without duplicates"
    case "decontaminated": "Without evaluation overlap"
    default: PlainText.oneLine(name)
    }
  }
}
