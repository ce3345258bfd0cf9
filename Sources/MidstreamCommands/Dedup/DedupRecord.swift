import Curation
import Runs

/// `records/dedup.json`, and what `--json` prints.
struct DedupRecord: Codable {
  static let path = "records/dedup.json"

  var format = 1
  var inputs: [String]
  var equalBy: String
  /// The bands; nil for equal documents only.
  var plan: String?
  var similarity: Double?
  var verified: Bool
  var documents: Int
  var kept: Int
  var exactRemoved: Int
  var nearRemoved: Int
  var keptBytes: Int
  var removedBytes: Int
  var clusters: Int
  /// Clusters by their number of members.
  var sizes: [ClusterSizeCount]
  /// Documents whose texts were read again, pairs that were measured, and documents of groups of
  /// more than 64 that were like none of the first 64.
  var candidates: Int
  var comparisons: Int
  var unrepresented: Int
  /// Inputs that could not be read, by kind.
  var problems: [String: Int]
  /// What the keep rule could not rank.
  var notes: [String] = []

  init(
    _ settings: DocumentDeduplication.Settings, files: [String], statistics: SelectionSummary,
    verification: [String: Int], written: [CompletionRecord], problems signed: [CompletionRecord]
  ) {
    inputs = files
    equalBy = settings.equalBy.rawValue
    plan = settings.plan.map { plan in
      "\(plan.bands) bands of \(plan.slotsPerBand) over \(plan.shingleLength) \(plan.unit.name)s"
    }
    similarity = settings.plan == nil || !settings.verifies ? nil : settings.threshold
    verified = settings.verifies
    documents = written.reduce(0) { $0 + ($1.counts["documents"] ?? 0) }
    kept = written.reduce(0) { $0 + ($1.counts["kept"] ?? 0) }
    exactRemoved = statistics.exactRemoved
    nearRemoved = statistics.nearRemoved
    keptBytes = 0
    removedBytes = 0
    clusters = statistics.clusters
    sizes = statistics.sizes
    candidates = verification["candidates"] ?? 0
    comparisons = verification["comparisons"] ?? 0
    unrepresented = verification["unrepresented"] ?? 0
    problems = [:]
    let prefix = "problem: "
    for (name, count) in signed.flatMap(\.counts) where name.hasPrefix(prefix) {
      problems[String(name.dropFirst(prefix.count)), default: 0] += count
    }
  }
}
