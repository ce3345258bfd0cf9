import Corpora
import Curation
import Dispatch
import Foundation
import Streams

/// The documents of `dedup.jsonl` in memory, cut into tasks, and the truth about their pairs.
struct BenchmarkCorpus: Sendable {
  private(set) var tasks: [DocumentBatch] = []
  private let folder: String
  private(set) var byteCount = 0
  private(set) var count = 0

  private struct Row: Decodable {
    var id: String
    var text: String
    var source: String
  }

  init(folder: String) throws {
    self.folder = folder
    var batch = DocumentBatch()
    let decoder = JSONDecoder()
    for line in try InputFile.bytes(folder + "/dedup.jsonl").split(separator: 10) {
      let row = try decoder.decode(Row.self, from: Data(line))
      batch.append(Document(id: row.id, text: row.text, source: row.source))
      byteCount += row.text.utf8.count
      count += 1
      if batch.textByteCount > 2_000_000 {
        tasks.append(batch)
        batch = DocumentBatch()
      }
    }
    if !batch.isEmpty { tasks.append(batch) }
  }

  /// MinHash bands of all documents; the number of values.
  func signatures(threads: Int, plan: MinHashPlan = .fineWeb) -> Int {
    each(threads: threads) { Fingerprinter(plan: plan).bands($0.texts).count }.reduce(0, +)
  }

  func deduplicate(threads: Int) throws -> DuplicateClusters {
    let measured = each(threads: threads) { batch in
      let fingerprinter = Fingerprinter()
      return (fingerprinter.textHashes(batch.texts), fingerprinter.bands(batch.texts))
    }
    let inputs = measured.enumerated().map {
      DeduplicationTask(task: Int32($0.offset), textHashes: $0.element.0, bands: $0.element.1)
    }
    let tasks = tasks
    return try Deduplication(threads: threads).clusters(inputs) { task, ordinals, visit in
      for ordinal in ordinals {
        try tasks[Int(task)].texts.withBytes(Int(ordinal)) { try visit(ordinal, $0) }
      }
    }
  }

  /// How many documents each domain has, by its raw value.
  func domains(threads: Int) -> [Int] {
    let domains = each(threads: threads) { batch in
      (0..<batch.count).map { index in batch.texts.withBytes(index) { DomainTags($0).domain } }
    }
    var counts = [Int](repeating: 0, count: Domain.allCases.count)
    for domain in domains.joined() { counts[Int(domain.rawValue)] += 1 }
    return counts
  }

  /// For each kind of file and package with 20 documents or more: how many each domain has.
  func domainConfusion() -> [String] {
    var counts: [String: [Int]] = [:]
    for batch in tasks {
      for index in 0..<batch.count {
        let kind = batch.ids.string(index).prefix { $0 != "-" }
        let domain = batch.texts.withBytes(index) { DomainTags($0).domain }
        counts[kind + " " + batch.sources.string(index), default: [0, 0, 0, 0]][
          Int(domain.rawValue)] += 1
      }
    }
    let heading = "kind package: " + Domain.allCases.map(\.name).joined(separator: " ")
    return [heading]
      + counts.filter { $0.value.reduce(0, +) >= 20 }.sorted { $0.key < $1.key }.map {
        "\($0.key): " + $0.value.map(String.init).joined(separator: " ")
      }
  }

  /// Source code against other documents, from the first tasks.
  func codeClassifier() throws -> LinearClassifier {
    var code = ByteColumn()
    var other = ByteColumn()
    for batch in tasks.prefix(5) {
      for index in 0..<batch.count {
        if batch.ids.string(index).hasPrefix("code-") {
          code.append(batch.texts[index])
        } else {
          other.append(batch.texts[index])
        }
      }
    }
    return try LinearClassifierTraining().train(positive: code, negative: other)
  }

  func classify(_ classifier: LinearClassifier, threads: Int) -> Int {
    each(threads: threads) { batch in
      classifier.probabilities(batch.texts, classifier.makeFeatures()).count
    }.reduce(0, +)
  }

  private func each<Value: Sendable>(
    threads: Int, _ body: @Sendable (DocumentBatch) -> Value
  ) -> [Value] {
    if threads == 1 { return tasks.map(body) }
    let lock = NSLock()
    nonisolated(unsafe) var values: [Int: Value] = [:]
    DispatchQueue.concurrentPerform(iterations: tasks.count) { index in
      let value = body(tasks[index])
      lock.withLock { values[index] = value }
    }
    return tasks.indices.compactMap { values[$0] }
  }

  private func id(_ address: DocumentAddress) -> String {
    tasks[Int(address.task)].ids.string(Int(address.ordinal))
  }

  /// The figures that the peers' benchmark reports: precision of the removed documents (some
  /// partner of similarity 0.8, or 0.7), recall over all pairs and over planted ones, and how many
  /// removals keep exactly one document of each connected set of pairs of 0.8.
  func score(_ clusters: DuplicateClusters) throws -> [String: Double] {
    let removed = Set(clusters.removals.map { id($0.removed) })
    let present = Set(tasks.flatMap { batch in (0..<batch.count).map { batch.ids.string($0) } })
    var similarity: [String: Double] = [:]
    var high: [(String, String)] = []
    var inLow: Set<String> = []
    for row in try rows("dedup_pairs.tsv") {
      guard row.count >= 3, let value = Double(row[2]) else { continue }
      similarity[row[0] + "\t" + row[1]] = value
      inLow.formUnion([row[0], row[1]])
      if value >= 0.8 { high.append((row[0], row[1])) }
    }
    let truth = try rows("dup_truth.tsv").filter { present.contains($0[0]) }
    func planted(from least: Double) -> [(String, String)] {
      truth.filter { row in
        let value = similarity[row[0] + "\t" + row[1]] ?? similarity[row[1] + "\t" + row[0]] ?? 0
        return value >= least
      }.map { ($0[0], $0[1]) }
    }
    var parent: [String: String] = [:]
    func root(_ id: String) -> String {
      var id = id
      while let up = parent[id] { id = up }
      return id
    }
    var ideal = 0
    for (a, b) in high {
      let (a, b) = (root(a), root(b))
      if a != b {
        parent[a] = b
        ideal += 1
      }
    }
    let inHigh = Set(high.flatMap { [$0.0, $0.1] })
    func hit(_ pairs: [(String, String)]) -> Double {
      let found = pairs.count { removed.contains($0.0) || removed.contains($0.1) }
      return Double(found) / Double(max(1, pairs.count))
    }
    return [
      "removed": Double(removed.count), "ideal_removed": Double(ideal), "recall": hit(high),
      "planted_recall": hit(planted(from: 0.8)), "planted_recall_85": hit(planted(from: 0.85)),
      "planted_pairs_85": Double(planted(from: 0.85).count),
      "precision": Double(removed.intersection(inHigh).count) / Double(max(1, removed.count)),
      "precision_70": Double(removed.intersection(inLow).count) / Double(max(1, removed.count)),
    ]
  }

  private func rows(_ name: String) throws -> [[String]] {
    String(decoding: try InputFile.bytes(folder + "/" + name), as: UTF8.self)
      .split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
  }
}
