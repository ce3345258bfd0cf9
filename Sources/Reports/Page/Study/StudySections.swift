import Runs

/// The parts of the page that a study has: what it comes to, and what it was made of.
struct StudySections {
  let results: [any PageSection]
  let details: [any PageSection]

  /// Arms first: they are the answer of a run.
  static func ordered(_ records: [StudyRecord]) -> [StudyRecord] {
    records.filter { $0.kind == .arms } + records.filter { $0.kind != .arms }
  }

  static func all(_ records: [StudyRecord]) -> [StudySections] {
    let ordered = ordered(records)
    return ordered.enumerated().map { index, record in
      StudySections(
        StudyReading(record, id: ordered.count == 1 ? "study" : "study-\(index + 1)"),
        name: ordered.count == 1 ? nil : record.name)
    }
  }

  private init(_ study: StudyReading, name: String?) {
    let answer = StudyAnswerSection(study: study, name: name)
    let scores = StudyScoresSection(study: study)
    let tradeoff = StudyTradeoffSection(study: study)
    let curves = StudyCurvesSection(study: study)
    switch study.record.kind {
    case .arms: results = [answer, scores, tradeoff, curves]
    case .mixtures:
      results = [
        answer, scores, StudyDifferencesSection(study: study), StudyWeightsSection(study: study),
        tradeoff, curves,
      ]
    }
    details = [
      StudyNoiseSection(study: study), StudyPlansSection(study: study),
      StudyRunsSection(study: study),
    ]
  }
}
