import Corpora
import Curation
import Runs

/// `records/dedup.json`, and what `--json` prints: the same fields for all methods. What a method does
/// not have is left out. `Duplicates.md` in the documentation of `Curation` lists the fields.
struct DedupRecord: Codable, Equatable {
  static let path = "records/dedup.json"

  var format = 2
  var method: String
  /// By the names of the options.
  var settings: [String: String]
  var inputs: [String]
  /// In order.
  var stages: [String]
  var documents: Int
  var kept: Int
  var removed: Int
  /// Of the texts that were read, of those that stay, and of what went.
  var bytes: Int
  var keptBytes: Int
  var removedBytes: Int
  var bySource: [String: DocumentFates]
  /// Of whole documents.
  var exactRemoved: Int?
  var nearRemoved: Int?
  var clusters: Int?
  /// Clusters by their number of members.
  var sizes: [ClusterSizeCount]?
  /// Documents whose texts were read again, pairs that were measured, and documents of groups of
  /// more than 64 that were like none of the first 64.
  var candidates: Int?
  var comparisons: Int?
  var unrepresented: Int?
  /// Of parts of documents: documents that stay with text cut out, and stretches that were cut out.
  var edited: Int?
  var spans: Int?
  var repeated: [RepeatedPart]?
  /// What an index was used for: of documents, or of parts of documents.
  var index: IndexRecord?
  var partIndex: PartIndexRecord?
  /// What deserves a look.
  var notes: [String] = []
  /// Records that could not be read, and notes on some that were, by kind.
  var problems: [String: Int]

  init(
    method: String, settings: [DatasetCard.Setting], inputs: [String], stages: [String],
    sources: [String: DocumentFates], problems: ReadingProblems
  ) {
    self.method = method
    self.settings = Dictionary(
      settings.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    self.inputs = inputs
    self.stages = stages
    let total = sources.total
    documents = total.documents
    kept = total.kept
    removed = total.removed
    bytes = total.bytes
    keptBytes = total.keptBytes
    removedBytes = total.removedBytes
    bySource = sources
    self.problems = problems.counts
  }

  /// Adds what only whole documents have.
  mutating func add(_ selection: SelectionSummary, verification: [String: Int]) {
    exactRemoved = selection.exactRemoved
    nearRemoved = selection.nearRemoved
    clusters = selection.clusters
    sizes = selection.sizes
    candidates = verification["candidates"] ?? 0
    comparisons = verification["comparisons"] ?? 0
    unrepresented = verification["unrepresented"] ?? 0
  }

  /// Adds what only parts of documents have.
  mutating func add(_ repeats: RepeatsRecord) {
    edited = repeats.sources.total.edited
    spans = repeats.spans
    repeated = repeats.repeated
  }
}

extension DedupRecord {
  private static let repeatedShown = 5

  /// For people.
  func lines(_ output: String) -> [String] {
    var lines = ["\(output): \(grouped(kept)) of \(counted(documents, "document")) kept"]
    if let clusters {
      lines.append(
        "removed: \(grouped(exactRemoved ?? 0)) equal, \(grouped(nearRemoved ?? 0)) similar, in "
          + counted(clusters, "cluster"))
    }
    if let edited {
      lines[0] += ", \(grouped(edited)) of them with text cut out"
      lines.append(
        "cut out or removed: \(amount(removedBytes, "B")) of \(amount(bytes, "B")), in "
          + "\(counted(spans ?? 0, "stretch", "stretches")); "
          + "\(counted(removed, "document")) went whole")
    }
    if let repeated, !repeated.isEmpty {
      lines.append("the most frequent:")
      for part in repeated.prefix(Self.repeatedShown) {
        let excerpt = part.excerpt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        lines.append("  \(grouped(part.copies)) x  \(excerpt.prefix(70))".printable)
      }
    }
    lines += notes.map { "note: \($0)" }
    return lines + (index?.lines(output) ?? []) + (partIndex?.lines ?? [])
  }
}
