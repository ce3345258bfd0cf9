import Runs
import Streams

/// One part of the page.
protocol PageSection {
  /// Names the part in the page's address.
  var anchor: String { get }
  var title: String { get }
  var body: HTML { get }
}

/// The whole page. It allows itself no picture, no connection, and no script but, where thresholds can
/// be moved, the one that moves them.
struct Page {
  let report: RunReport

  init(_ report: RunReport) { self.report = report }

  private var sections: [any PageSection] {
    let studies = StudySections.all(report.studies)
    let problems = ProblemsSection(curation: report.curation, faults: report.faults)
    let ending: [any PageSection] = [
      ReproductionSection(
        run: report.run, folder: report.folder, command: report.isStudyAlone ? "ablate" : "run"),
      GlossarySection(hasStudy: !studies.isEmpty),
    ]
    if report.isStudyAlone {
      return studies.flatMap { $0.results + $0.details }
        + (report.faults.isEmpty ? [] : [problems]) + ending
    }
    if report.areDecisionsAlone {
      let decisions: [any PageSection] =
        report.curation == nil
        ? []
        : [FunnelSection(curation: report.curation)] + removals
      let duplicates: [any PageSection] =
        report.curation?.duplicates.sizes.isEmpty ?? true
        ? [] : [DuplicatesSection(curation: report.curation)]
      return decisions + repeats + duplicates + thresholds + contamination
        + (report.curation?.problems.isEmpty == false || !report.faults.isEmpty ? [problems] : [])
    }
    let measures = MeasuresSection(training: report.training)
    let isEvaluated = report.evaluation != nil || studies.isEmpty
    // One checkpoint alone has no before and after; the study tells more of it.
    let isCompared = studies.isEmpty || (report.evaluation?.models.count ?? 0) > 1
    let answer = AnswerSection(
      title: studies.isEmpty ? "Won and lost" : "Before and after", evaluation: report.evaluation)
    return studies.flatMap(\.results) + (isCompared ? [answer] : [])
      + [
        FunnelSection(curation: report.curation),
        RemovalsSection(curation: report.curation),
      ] + thresholds + [
        DuplicatesSection(curation: report.curation)
      ] + contamination + [
        CompositionSection(curation: report.curation),
        ShardsSection(shards: report.shards),
        MixtureSection(training: report.training),
        LossSection(training: report.training),
      ] + (measures.isEmpty ? [] : [measures]) + studies.flatMap(\.details)
      + (isEvaluated ? [SpreadSection(evaluation: report.evaluation)] : []) + [problems] + ending
  }

  /// Where text was cut out, a document that goes for it is no rule's removal unless there is one.
  private var removals: [any PageSection] {
    report.repeats != nil && report.curation?.rules.isEmpty == true
      ? [] : [RemovalsSection(curation: report.curation)]
  }

  private var repeats: [any PageSection] {
    report.repeats.map { [RepeatsSection(repeats: $0)] } ?? []
  }

  private var thresholds: [any PageSection] {
    report.thresholds.map { [ThresholdSection(thresholds: $0)] } ?? []
  }

  private var contamination: [any PageSection] {
    report.contamination.map { [ContaminationSection(contamination: $0)] } ?? []
  }

  private var name: String { report.run?.name ?? Folder.name(of: report.folder) }

  func html() -> HTML {
    let header =
      report.areDecisionsAlone
      ? "<h1>\(name)</h1>" : HeaderSection(name: name, run: report.run).html()
    let policy = report.thresholds == nil ? "" : "; " + ThresholdScript.policy
    let script: HTML = report.thresholds == nil ? "" : ThresholdScript.element + "\n"
    let links = sections.map { "<a href=\"#\($0.anchor)\">\($0.title)</a>" as HTML }
    let parts = sections.map { section -> HTML in
      """
      <section id="\(section.anchor)" aria-labelledby="\(section.anchor)-heading">
      <h2 id="\(section.anchor)-heading">\(section.title)</h2>
      \(section.body)
      </section>
      """
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" \
      content="default-src 'none'; style-src 'unsafe-inline'\(policy)">
      <title>\(name) – Midstream report</title>
      <style>
      \(Stylesheet.text)
      </style>
      </head>
      <body>
      <header>
      \(header)
      <nav aria-label="Parts of this report">
      \(links)
      </nav>
      </header>
      <main>
      \(parts)
      </main>
      \(script)</body>
      </html>

      """
  }

  /// What stands in place of a part whose record does not exist.
  static func missing(_ path: String, _ meaning: String) -> HTML {
    "<p class=\"missing\">Not in this run: \(meaning) (<code>\(path)</code> is missing).</p>"
  }

  /// What stands in place of a list that is empty.
  static func nothing(_ sentence: String) -> HTML { "<p class=\"missing\">\(sentence)</p>" }

  /// A picture with its explanation above it.
  static func figure(_ caption: HTML, _ pictures: HTML...) -> HTML {
    "<figure><figcaption>\(caption)</figcaption>\n\(pictures)\n</figure>"
  }

  /// Text of a document, as it is.
  static func excerpt(_ text: String) -> HTML {
    let limit = 1500
    let shown = text.prefix(limit)
    let rest = text.count - shown.count
    let more: HTML =
      rest == 0
      ? "" : "\n<span class=\"note\">… \(NumberText.count(rest, "more character"))</span>"
    return "<pre class=\"excerpt\" dir=\"auto\">\(String(shown))\(more)</pre>"
  }
}
