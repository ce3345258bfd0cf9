import Corpora
import Curation
import Reports
import Runs
import Streams
import TokenShards

/// Computes the records of curation and shards from what the run stored, and draws the report.
struct ReportStage {
  static let name = "report"

  let run: RunFolder
  let seed: Int
  let chain: FilterChain
  let settings: CurationSettings

  /// - Parameters:
  ///   - extracted: the records of pass one; `shards` those of the tokenize stage.
  func run(
    _ tasks: [MeasuredTask], extracted: [CompletionRecord], shards: [CompletionRecord],
    vocabularySize: Int
  ) throws -> RunReport {
    let shardRecord = try ShardSummary(run: run, records: shards, vocabularySize: vocabularySize)
      .record()
    let curation = try curationRecord(tasks, extracted, shardRecord)
    try RecordFile.write(shardRecord, to: run.file(ShardsRecord.path))
    try RecordFile.write(curation, to: run.file(CurationRecord.path))
    try RecordFile.write(
      try RunThresholds(tasks: tasks, chain: chain, settings: settings).record(),
      to: run.file(ThresholdsRecord.path))
    let report = try RunReport(folder: run.path)
    try report.write()
    return report
  }

  private func curationRecord(
    _ tasks: [MeasuredTask], _ extracted: [CompletionRecord], _ shards: ShardsRecord
  ) throws -> CurationRecord {
    var problems = ReadingProblems()
    for task in tasks {
      problems.merge(try RecordFile.read(ReadingProblems.self, from: task.problems))
    }
    let curated = shards.sets.filter { $0.stream == StreamMembers.Name.curated.rawValue }
    return try CurationSummary(
      tasks: tasks, rows: try tasks.map { try RunColumns($0) },
      clusters: try ColumnFile.read(run.file(ClusterTable.path)),
      rawFiles: extracted.reduce(0) { $0 + ($1.counts["files"] ?? 0) },
      rawBytes: tasks.reduce(0) { $0 + $1.rawByteCount }, problems: problems,
      curatedTokens: Dictionary(uniqueKeysWithValues: curated.map { ($0.domain, $0.tokens) }),
      seed: seed
    ).record()
  }
}
