import Corpora
import Evaluation
import Runs

/// How long each stage would take on the whole corpus.
struct SampleTimes {
  let context: StreamContext
  let extracted: [CompletionRecord]
  let units: FiniteSample
  /// The share of the corpus that is not in the sample.
  let unseen: Double
  let files: SampledFiles

  /// Bytes of whole files that make a task of the whole corpus.
  private static let taskBytes = 8_000_000

  func stages() throws -> [SampleStage] {
    try context.book.record.stages.compactMap { stage in
      switch stage.name {
      case FetchStage.name:
        return SampleStage(
          name: stage.name, sampleSeconds: stage.seconds, wholeSeconds: stage.seconds, low: nil,
          high: nil, growth: "the same: a sample is drawn from the whole corpus")
      case ExtractStage.name: return extract(stage)
      case WriteStage.name, TokenizeStage.name:
        return try byTasks(stage, context.run.records(stage: stage.name))
      case DecideStage.name, TokenizerStage.name:
        return SampleStage(
          name: stage.name, sampleSeconds: stage.seconds,
          wholeSeconds: stage.seconds * max(units.weight, 1), low: nil, high: nil,
          growth: stage.name == DecideStage.name
            ? "in proportion, and more where there are more duplicates to compare"
            : "in proportion at most: it trains on no more than 'sample_mb'")
      default: return nil
      }
    }
  }

  /// Reading past the documents that are not in the sample takes the same on the whole.
  private func extract(_ stage: StageRecord) -> SampleStage {
    let name = SampledReading.Outcome.microsecondsCount
    let onSample = extracted.map { min(Double($0.counts[name] ?? 0) / 1e6, $0.seconds) }
    let past = zip(extracted, onSample).reduce(0) { $0 + $1.0.seconds - $1.1 }
    let isWhole = files.recordFileBytes == 0
    return estimate(
      stage, seconds: isWhole ? extracted.map(\.seconds) : onSample, fixed: isWhole ? 0 : past,
      growth: isWhole
        ? "in proportion" : "in proportion, but for reading past other records: \(time(past))")
  }

  private func byTasks(_ stage: StageRecord, _ records: [CompletionRecord]) -> SampleStage {
    let seconds = Dictionary(
      records.map { ($0.task, $0.seconds) }, uniquingKeysWith: { first, _ in first })
    return estimate(
      stage, seconds: extracted.map { seconds[$0.task] ?? 0 }, fixed: 0, growth: "in proportion")
  }

  /// - Parameters:
  ///   - seconds: of each task, those that grow with its documents.
  ///   - fixed: of all tasks, those that do not.
  private func estimate(
    _ stage: StageRecord, seconds: [Double], fixed: Double, growth: String
  ) -> SampleStage {
    var bootstrap = GroupBootstrap(groups: seconds.count, quantities: 1)
    var longest = 0.0
    for (task, record) in extracted.enumerated() {
      bootstrap.add(units: Double(record.counts["documents"] ?? 0), to: task)
      bootstrap.add(seconds[task], of: 0, to: task)
      let hasRecords = record.counts[SampledReading.Outcome.recordsCount] ?? 0 > 0
      if hasRecords { longest = max(longest, seconds[task]) }
    }
    let documents = extracted.reduce(0) { $0 + ($1.counts["documents"] ?? 0) }
    let total = bootstrap.totals(
      whole: Double(documents) * max(units.weight, 1), unseen: unseen,
      confidence: units.confidence, seed: UInt64(context.recipe.seed))[0]
    // The whole has as many tasks of record files, and more of other files.
    let recordTasks = extracted.lazy.filter {
      $0.counts[SampledReading.Outcome.recordsCount] ?? 0 > 0
    }.count
    let tasks = recordTasks + (files.wholeFileBytes + Self.taskBytes - 1) / Self.taskBytes
    let width = Double(max(1, min(context.threads, tasks)))
    // A task of records is one task of the whole too, which no second thread makes shorter.
    let least = longest * max(units.weight, 1)
    func wall(_ seconds: Double) -> Double { max((seconds + fixed) / width, least) }
    let hasInterval = seconds.count > 1 && unseen > 0
    return SampleStage(
      name: stage.name, sampleSeconds: (seconds.reduce(0, +) + fixed) / width,
      wholeSeconds: wall(total.estimate), low: hasInterval ? wall(total.low) : nil,
      high: hasInterval ? wall(total.high) : nil, growth: growth)
  }
}
