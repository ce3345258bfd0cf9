import Corpora
import Curation
import Runs

/// What other thresholds of the packs' rules would keep of a run's training documents, before
/// duplicates and what overlaps the evaluation slices go.
struct RunThresholds {
  let tasks: [MeasuredTask]
  let chain: FilterChain
  let settings: CurationSettings

  private static let excerptBytes = 300

  func record() throws -> ThresholdsRecord {
    var survey = ThresholdSurvey(chain)
    for task in tasks { try survey.add(try ColumnFile.read(task.columns)) }
    var summary = ThresholdsSummary(chain, survey: survey)
    let judged = settings.packs.map { pack in StreamRecipe.domains.map(pack.domains.contains) }
    for (index, task) in tasks.enumerated() {
      let rows = try RunColumns(task)
      try summary.add(
        .init(
          signals: rows.table, ids: rows.ids, bytes: rows.bytes,
          first: .init(file: index, document: 0)),
        takes: { !rows.isEvaluation[$0] },
        judges: { judged[$0][Int(rows.domain[$1])] })
    }
    let places = summary.samplePlaces.map { DocumentPlace(task: $0.file, document: $0.document) }
    let excerpts = try Excerpts(places, in: tasks, byteCount: Self.excerptBytes)
    return summary.record {
      excerpts[DocumentPlace(task: $0.file, document: $0.document)]
    }
  }
}
