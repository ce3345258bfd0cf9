import Corpora
import Curation

/// A small corpus of lines of words, cut into tasks, with the slow truth about its pairs.
struct SmallCorpus: Sendable {
  var texts: [String]
  /// How many texts each task holds.
  var taskSizes: [Int]
  var plan = MinHashPlan.fineWeb

  var batches: [DocumentBatch] {
    var batches: [DocumentBatch] = []
    var next = 0
    for size in taskSizes {
      var batch = DocumentBatch()
      for index in next..<next + size {
        batch.append(Document(id: "\(index)", text: texts[index], source: "test"))
      }
      batches.append(batch)
      next += size
    }
    return batches
  }

  func tasks(_ batches: [DocumentBatch]) throws -> [DeduplicationTask] {
    let fingerprinter = Fingerprinter(plan: plan)
    return try batches.enumerated().map { index, batch in
      var columns = ColumnTable()
      fingerprinter.measure(batch, into: &columns)
      return try DeduplicationTask(task: Int32(index), columns: columns)
    }
  }

  /// Deduplicates; `change` may set masks, signals and evaluation tasks.
  func clusters(
    threshold: Double = 0.8, threads: Int = 1,
    _ change: (inout [DeduplicationTask]) -> Void = { _ in }
  ) throws -> DuplicateClusters {
    let batches = batches
    var tasks = try tasks(batches)
    change(&tasks)
    let deduplication = try Deduplication(plan: plan, threshold: threshold, threads: threads)
    return try deduplication.clusters(tasks) { task, ordinals, visit in
      for ordinal in ordinals {
        try batches[Int(task)].texts.withBytes(Int(ordinal)) { try visit(ordinal, $0) }
      }
    }
  }

  /// The number of a document in the whole corpus.
  func number(_ address: DocumentAddress) -> Int {
    taskSizes[..<Int(address.task)].reduce(0, +) + Int(address.ordinal)
  }

  /// Removals as numbers in the whole corpus, which do not depend on the tasks.
  func numbers(_ clusters: DuplicateClusters) -> [[Double]] {
    clusters.removals.map {
      [
        Double($0.cluster), Double(number($0.removed)), Double(number($0.kept)),
        Double(number($0.partner)), Double($0.similarity), Double($0.kind.rawValue),
      ]
    }
  }

  /// The runs of five lower-cased words of a text.
  static func shingles(_ text: String) -> Set<String> {
    let words = text.lowercased().split { $0.isWhitespace }
    if words.count <= 5 { return [words.joined(separator: " ")] }
    return Set((0...words.count - 5).map { words[$0..<$0 + 5].joined(separator: " ") })
  }

  static func similarity(_ a: Set<String>, _ b: Set<String>) -> Double {
    let common = a.count { b.contains($0) }
    return Double(common) / Double(a.count + b.count - common)
  }
}

/// Texts of random words, some of them copies with some words replaced.
func textsWithCopies(originals: Int, seed: UInt64) -> [String] {
  var state = seed
  func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
  var texts: [String] = []
  for _ in 0..<originals {
    let words = (0..<20 + random(300)).map { _ in "w\(random(3000))" }
    texts.append(words.joined(separator: " "))
    for _ in 0..<random(4) {
      let changes = [0, 0, 1, 2, 5, 20][random(6)]
      var copy = words
      for _ in 0..<changes { copy[random(copy.count)] = "x\(random(3000))" }
      texts.append(copy.joined(separator: changes == 0 ? "\n\t" : " "))
    }
  }
  for index in stride(from: texts.count - 1, to: 0, by: -1) {
    texts.swapAt(index, random(index + 1))
  }
  return texts
}
