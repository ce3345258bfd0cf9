import ArgumentParser
import Corpora
import Curation
import Foundation
import Runs
import Streams

/// `midstream dedup`.
struct DedupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dedup",
    abstract: "Keep one document of each cluster of equal or similar ones.",
    discussion: """
      minhash finds candidates by FineWeb's bands and links those whose 5-word shingles are similar \
      enough (Jaccard); exact compares normalised texts only. DIR gets kept/, removed/ with the \
      evidence, clusters.columns and clusters.jsonl.

      EXAMPLE
        midstream dedup --input docs.jsonl.zst --output unique
        midstream dedup --input a.jsonl b.jsonl --output unique --similarity 0.7 --keep quality
      """)

  enum Method: String, CaseIterable, ExpressibleByArgument { case exact, minhash }
  enum Keep: String, CaseIterable, ExpressibleByArgument { case first, quality }

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
  var input: [String]

  @OptionGroup var folder: OutputFolder

  @Option(help: "What counts as a duplicate.")
  var method = Method.minhash

  @Option(help: ArgumentHelp("The least similarity of near duplicates.", valueName: "share"))
  var similarity = 0.8

  @Option(
    help: ArgumentHelp(
      "Which document of a cluster stays: the first, or that of the highest quality by the "
        + "built-in classifier."))
  var keep = Keep.first

  func validate() throws {
    guard similarity > 0, similarity <= 1 else {
      throw ValidationError("'--similarity \(similarity)' is not above 0 and at most 1")
    }
  }

  /// What `--json` prints.
  private struct Summary: Encodable {
    var documents: Int
    var kept: Int
    var exactRemoved: Int
    var nearRemoved: Int
    var clusters: Int
    var candidates: Int
    var comparisons: Int
    var problems: [String: Int]
  }

  func run() throws {
    let files = try DocumentFiles(input)
    try files.checkReadTwice()
    let names = KeptAndRemoved.names + [ClusterTable.path, Self.clusters]
    try folder.check(names, inputs: files.paths)
    var ids = [ByteColumn](repeating: ByteColumn(), count: files.paths.count)
    var tasks = files.paths.indices.map {
      DeduplicationTask(
        task: Int32($0), textHashes: [], bands: [], preference: keep == .quality ? [] : nil)
    }
    let classifier = keep == .quality ? try QualityModel.builtIn() : nil
    let problems = try files.map(
      "dedup: sketches", options: common,
      worker: { SketchMeter(bands: method == .minhash, classifier: classifier) },
      work: { try $0.measure($1) }
    ) { file, batch, sketches in
      ids[file].append(contentsOf: batch.ids)
      tasks[file].textHashes += sketches.textHashes
      tasks[file].bands += sketches.bands
      tasks[file].preference?.append(contentsOf: sketches.quality)
    }
    let deduplication = try Deduplication(
      plan: method == .minhash ? .fineWeb : nil, threshold: similarity, threads: common.threads)
    let found = try deduplication.clusters(tasks) { task, ordinals, visit in
      var wanted = ordinals[...]
      try files.forEachBatchAgain(of: Int(task)) { first, batch in
        while let ordinal = wanted.first, Int(ordinal) < first + batch.count {
          try batch.texts.withBytes(Int(ordinal) - first) { try visit(ordinal, $0) }
          wanted = wanted.dropFirst()
        }
      }
    }
    let output = try write(found, files, ids)
    try writeClusters(found, ids)
    let exact = found.removals.lazy.filter { $0.kind == .exact }.count
    let summary = Summary(
      documents: output.keptCount + output.removedCount, kept: output.keptCount,
      exactRemoved: exact, nearRemoved: found.removals.count - exact,
      clusters: found.statistics.clusters, candidates: found.statistics.candidates,
      comparisons: found.statistics.comparisons, problems: problems.counts)
    if common.json { return try Output.json(summary) }
    try Output.print(
      """
      \(folder.output): \(grouped(summary.kept)) of \(grouped(summary.documents)) documents kept
      removed: \(grouped(exact)) equal, \(grouped(summary.nearRemoved)) similar, in \
      \(grouped(summary.clusters)) clusters
      """)
  }

  /// Reads the inputs again and writes what stays and what goes.
  private func write(
    _ found: DuplicateClusters, _ files: DocumentFiles, _ ids: [ByteColumn]
  ) throws -> KeptAndRemoved {
    let output = KeptAndRemoved(folder, step: "dedup")
    var removals = found.removals[...]
    for file in files.paths.indices {
      try files.forEachBatchAgain(of: file) { first, batch in
        var reasons = [String](repeating: "", count: batch.count)
        while let removal = removals.first, Int(removal.removed.task) == file,
          Int(removal.removed.ordinal) < first + batch.count
        {
          let partner = ids[Int(removal.partner.task)].string(Int(removal.partner.ordinal))
          let kept = ids[Int(removal.kept.task)].string(Int(removal.kept.ordinal))
          reasons[Int(removal.removed.ordinal) - first] =
            "\(removal.stage)/similar-document: "
            + (removal.kind == .exact
              ? "equal to \(partner)"
              : String(format: "%.3f", removal.similarity) + " like \(partner)")
            + (partner == kept ? "" : "; \(kept) stays")
          removals = removals.dropFirst()
        }
        try output.write(batch, of: file, reasons: reasons)
      }
    }
    let known = ids.reduce(0) { $0 + $1.count }
    guard output.keptCount + output.removedCount == known, removals.isEmpty else {
      throw Fault(
        .input, "the inputs changed while they were read",
        found: "\(output.keptCount + output.removedCount) documents", expected: "\(known)")
    }
    try output.commit()
    return output
  }

  private static let clusters = "clusters.jsonl"

  /// `clusters.columns` as a run has it, and one line a cluster for people and scripts.
  private func writeClusters(_ found: DuplicateClusters, _ ids: [ByteColumn]) throws {
    let table = ClusterTable.columns(found.removals) { ids[Int($0.task)][Int($0.ordinal)] }
    try ColumnFile.write(table, to: folder.file(ClusterTable.path))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let file = try OutputFile(folder.file(Self.clusters))
    for cluster in ClusterTable(try ClusterTable.rows(of: table)).clusters {
      try file.write(try encoder.encode(ClusterLine(cluster)))
      try file.write("\n")
    }
    try file.commit()
  }
}

/// One cluster, as `clusters.jsonl` has it.
private struct ClusterLine: Encodable {
  struct Member: Encodable {
    var id: String
    var similarity: Float
    var exact: Bool
  }

  var cluster: UInt64
  var kept: String
  var removed: [Member]

  init(_ cluster: ClusterTable.Cluster) {
    self.cluster = cluster.number
    kept = cluster.kept
    removed = cluster.members.map {
      Member(id: $0.id, similarity: $0.similarity, exact: $0.isExact)
    }
  }
}

/// Measures what deduplication needs of a batch; for one thread.
private final class SketchMeter {
  struct Sketches: Sendable {
    var textHashes: [UInt64]
    var bands: [UInt64] = []
    var quality: [Float] = []
  }

  private let fingerprinter = Fingerprinter()
  private let bands: Bool
  private let classifier: LinearClassifier?
  private let features: HashedFeatures?

  init(bands: Bool, classifier: LinearClassifier?) {
    self.bands = bands
    self.classifier = classifier
    features = classifier?.makeFeatures()
  }

  func measure(_ batch: DocumentBatch) throws -> Sketches {
    var sketches = Sketches(textHashes: fingerprinter.textHashes(batch.texts))
    if bands { sketches.bands = fingerprinter.bands(batch.texts) }
    if let classifier, let features {
      var table = ColumnTable()
      classifier.measure(batch, features, into: &table)
      sketches.quality = try table.float32(LinearClassifier.qualityColumn)
    }
    return sketches
  }
}
