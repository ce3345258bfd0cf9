import Runs

/// How far the evaluation shards of a domain lie apart.
struct SpreadSection: PageSection {
  let anchor = "spread"
  let title = "Bits per byte, shard by shard"
  let evaluation: EvaluationRecord?

  var body: HTML {
    guard let evaluation else {
      return Page.missing(EvaluationRecord.path, "bits per byte by domain")
    }
    let domains = evaluation.domains.filter { !$0.scores.isEmpty }
    if domains.isEmpty { return Page.nothing("No domain was evaluated.") }
    return """
      \(Page.figure(caption(evaluation.models), plot(evaluation.models, domains).svg()))
      \(table(evaluation.models, domains).folded())
      """
  }

  private func caption(_ models: [String]) -> HTML {
    guard models.count > 1, let first = models.first, let last = models.last else {
      return "Large dots: the whole domain. Small dots: each of its evaluation shards"
    }
    return """
      Upper, hollow dots: \(first). Lower, filled dots: \(last). Large: the whole domain; small: \
      each of its evaluation shards
      """
  }

  private func plot(_ models: [String], _ domains: [DomainEvaluation]) -> DotPlot {
    DotPlot(
      id: "spread-chart", title: "Bits per byte by domain and evaluation shard",
      rows: domains.map { domain in
        .init(
          label: domain.domain,
          text: domain.scores.map { NumberText.rounded($0.bitsPerByte, 3) }
            .joined(separator: " → "),
          lanes: domain.scores.enumerated().map { index, score in
            .init(
              value: score.bitsPerByte, spread: score.byShard,
              tone: index == domain.scores.count - 1 ? .second : .first)
          })
      }, axisTitle: "bits per byte")
  }

  private func table(_ models: [String], _ domains: [DomainEvaluation]) -> HTMLTable {
    HTMLTable(
      caption: "Evaluation shards",
      columns: [
        .text("Domain"), .text("Checkpoint"), .number("Documents"), .number("Bytes"),
        .number("Bits per byte"), .number("Standard deviation"), .number("By shard"),
      ],
      rows: domains.flatMap { domain in
        domain.scores.enumerated().map { index, score -> [HTML] in
          [
            "\(domain.domain)", "\(index < models.count ? models[index] : NumberText.none)",
            "\(NumberText.count(domain.documents))", "\(NumberText.count(domain.bytes))",
            "\(NumberText.bitsPerByte(score.bitsPerByte))",
            "\(NumberText.rounded(score.spread, 4))",
            "\(score.byShard.map(NumberText.bitsPerByte).joined(separator: "  "))",
          ]
        }
      })
  }
}
