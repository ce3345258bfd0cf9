import Runs

/// Bits per byte by domain, what changed, and whether the change is resolved.
struct AnswerSection: PageSection {
  let anchor = "answer"
  let title: String
  let evaluation: EvaluationRecord?

  var body: HTML {
    guard let evaluation else {
      return Page.missing(EvaluationRecord.path, "bits per byte by domain")
    }
    let answer = Answer(evaluation)
    if evaluation.domains.isEmpty { return "<p class=\"answer\">\(answer.sentence)</p>" }
    return """
      <p class="answer">\(answer.sentence)</p>
      \(table(answer))
      \(intervals(answer))
      <p class="note">Fewer bits per byte are better. A change is the last checkpoint minus the \
      first, paired over documents, with a 95% bootstrap interval; where the interval contains 0 \
      the change is not resolved. Each interval stands alone: of 20 domains without any change, \
      about one would still be called resolved.</p>
      """
  }

  private func table(_ answer: Answer) -> HTML {
    let rows = answer.domains.map { domain -> [HTML] in
      let verdict = Answer.Verdict(domain.change)
      let scores = answer.models.indices.map { index -> HTML in
        index < domain.scores.count
          ? "\(NumberText.bitsPerByte(domain.scores[index].bitsPerByte))" : "\(NumberText.none)"
      }
      let change: [HTML] =
        domain.change.map {
          ["\(NumberText.signed($0.mean, 4))", "\($0.interval)"]
        } ?? ["\(NumberText.none)", "\(NumberText.none)"]
      let sign = verdict.html
      return ["\(domain.domain)<span class=\"narrow\">\(sign)</span>"]
        + scores + [
          "\(change[0])<span class=\"narrow note\">\(change[1])</span>",
          change[1], sign,
        ]
    }
    return HTMLTable(
      caption: "Bits per byte by domain",
      columns: [.text("Domain")] + answer.models.map { .number($0) }
        + [
          .number("Change"), .number("95% interval", onlyWide: true),
          .text("Verdict", onlyWide: true),
        ],
      rows: rows
    ).html()
  }

  private func intervals(_ answer: Answer) -> HTML {
    let rows = answer.domains.compactMap { domain -> DotPlot.Row? in
      guard let change = domain.change, Answer.Verdict(change) != .notMeasured else { return nil }
      let verdict = Answer.Verdict(change)
      return DotPlot.Row(
        label: domain.domain, text: "\(NumberText.signed(change.mean, 4)) \(verdict.words)",
        lanes: [
          .init(
            value: change.mean, interval: change.low...change.high,
            tone: verdict == .notResolved ? .first : .second)
        ])
    }
    if rows.isEmpty { return "" }
    let plot = DotPlot(
      id: "changes", title: "Change in bits per byte by domain", rows: rows, reference: 0,
      axisTitle: "change in bits per byte")
    return Page.figure(
      "Change with its 95% interval; left of 0 is better, a hollow dot is not resolved",
      plot.svg())
  }
}
