import Runs

/// What each branch was meant to read, and what its runs read.
struct StudyPlansSection: PageSection {
  let study: StudyReading

  var anchor: String { "\(study.id)-plans" }
  var title: String { "\(study.noun.capitalized)s, planned and realised" }

  /// Branches whose whole tables stand open.
  private static let openLimit = 6

  var body: HTML {
    let branches = study.record.branches
    if branches.isEmpty { return Page.nothing("The study has no \(study.noun).") }
    if branches.allSatisfy({ $0.mixture.isEmpty }) {
      return Page.nothing("No plan was recorded.")
    }
    let summary =
      "Tokens and epochs of all \(NumberText.count(branches.count, study.noun)), planned and realised"
    return """
      \(weights)
      \(warnings)
      \(branches.count > Self.openLimit ? details.folded(summary) : details.html())
      \(bound)
      """
  }

  /// The weights alone, a row a branch.
  private var weights: HTML {
    let domains = study.trainingDomains
    return HTMLTable(
      caption: "Planned shares of a run's tokens",
      columns: [.name(study.noun.capitalized)] + domains.map { .number($0) },
      rows: study.order.map { branch in
        let plan = study.record.branches[branch].mixture
        return ["\(study.title(branch))"]
          + domains.map { domain in
            "\(plan.first { $0.domain == domain }.map { NumberText.share($0.share) } ?? NumberText.none)"
          }
      }
    ).html()
  }

  private var warnings: HTML {
    let lines = study.order.flatMap { branch in
      study.record.branches[branch].warnings.map { warning -> HTML in
        "<li><strong>\(study.title(branch))</strong>: \(PlainText.oneLine(warning))</li>"
      }
    }
    if lines.isEmpty { return "<p class=\"note\">No plan warned of anything.</p>" }
    return """
      <p class="missing">\(NumberText.count(lines.count, "warning")) of the plans:</p>
      <ul class="warnings">
      \(lines)
      </ul>
      """
  }

  private var details: HTMLTable {
    HTMLTable(
      caption: "Plan of a run, and what the runs read: lowest to highest of the seeds",
      columns: [
        .text("Training domain"), .number("Planned share"), .number("Planned tokens"),
        .number("Planned epochs"), .number("Realised share"), .number("Realised tokens"),
        .number("Realised epochs"),
      ],
      groups: study.order.map { branch in
        let record = study.record.branches[branch]
        let stream = record.stream.map { record.meaning.contains($0) ? "" : ", \($0) text" } ?? ""
        return .init(
          heading: """
            <strong>\(study.title(branch))</strong> <span class="note">\(record.meaning)\(stream)\
            </span>
            """,
          rows: record.mixture.map { row($0, study.members(branch)) })
      })
  }

  private func row(_ plan: PlannedShare, _ runs: [StudyMemberRecord]) -> [HTML] {
    let realised = runs.flatMap(\.mixture).filter { $0.domain == plan.domain }
    return [
      "\(plan.domain)", "\(NumberText.share(plan.share, places: 2))",
      "\(plan.tokens > 0 ? NumberText.count(plan.tokens) : NumberText.none)",
      "\(plan.tokens > 0 ? NumberText.rounded(plan.epochs, 2) : NumberText.none)",
      "\(Self.range(realised.map(\.realisedShare)) { NumberText.share($0, places: 2) })",
      "\(Self.range(realised.map { Double($0.tokens) }) { NumberText.rounded($0, 0) })",
      "\(Self.range(realised.map(\.epochs)) { NumberText.rounded($0, 2) })",
    ]
  }

  /// "24.98% to 25.02%", or one where both ends read alike.
  private static func range(_ values: [Double], _ text: (Double) -> String) -> String {
    guard let low = values.min(), let high = values.max() else { return NumberText.none }
    let (first, last) = (text(low), text(high))
    return first == last ? first : "\(first) to \(last)"
  }

  private var bound: HTML {
    let runs = study.record.members.filter { !$0.mixture.isEmpty }
    let bounds = runs.map(\.mixtureBound).filter(\.isFinite)
    guard let largest = bounds.max() else {
      return Page.nothing("No run recorded what it read.")
    }
    return """
      <p class="note">The sampler's bound: of \(NumberText.count(runs.count, "run")), no prefix was \
      further than \(NumberText.rounded(largest, 3)) samples from its plan; the bound of each run \
      stands in the table of runs.</p>
      """
  }
}
