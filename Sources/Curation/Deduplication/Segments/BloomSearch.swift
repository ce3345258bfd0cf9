import Corpora
import Runs
import Streams

/// The search for repeated parts with a Bloom filter in place of exact hashes: one pass over the
/// documents in their order, nothing on disk but what it finds. It cannot say where the copy is that
/// stays, keeps exactly one copy, and is one task, because what was seen depends on what came before.
extension SegmentDeduplication {
  public static let bloomStage = "bloom"

  /// What a filter is made for.
  public struct BloomSettings: Sendable, Equatable {
    public var expected: Int
    public var falsePositives: Double

    public init(expected: Int, falsePositives: Double) {
      self.expected = expected
      self.falsePositives = falsePositives
    }
  }

  /// What the pass came to.
  public struct BloomReport: Codable, Sendable, Equatable {
    public var bytes: Int
    public var hashes: Int
    public var documents: Int
    /// Parts that were looked up.
    public var parts: Int
    /// Of those, different ones that the filter did not have.
    public var newParts: Int
    /// Different parts in the filter.
    public var distinct: Int
    /// What the filter was made for.
    public var expected: Int
    public var falsePositives: Double
    /// At the end of the pass.
    public var currentFalsePositives: Double
    public var copies: Int
    public var spans: Int
  }

  private static let bloomReportPath = "work/bloom.json"
  /// With what was seen, for an index.
  package static let filterPath = "work/filter"

  /// Looks all parts up in a filter, that of the index where there is one, and writes the spans of all
  /// inputs.
  /// - Parameter settings: of a new filter.
  /// - Returns: what came of it, and a digest for each input of it and its spans.
  /// - Throws: an input fault for a rule that a filter cannot follow, or one that is larger than the
  ///   memory.
  public func runBloom(
    _ settings: BloomSettings
  ) throws -> (report: BloomReport, spanDigests: [String]) {
    guard rule.copies == 1, !rule.removesFirst, rule.scope == .corpus else {
      throw Fault(
        .input, "a Bloom filter only knows whether something was seen before",
        expected: "one copy that stays, and the scope of the corpus",
        hint: "leave --bloom out, or --copies, --all-copies and --scope")
    }
    let run = runner.run
    let (rule, memory, index, keeps) = (rule, memory, index, isForIndex)
    let paths = inputs.indices.map { Self.spansPath($0) }
    let record = try runner.runWhole(
      Self.bloomStage,
      configuration: RunFolder.digest(of: [
        rule.digest, "\(settings.expected)", "\(settings.falsePositives)",
        try index?.manifest.digest ?? "", "\(keeps)",
      ]),
      inputs: RunFolder.digest(of: inputs.map(\.digest)),
      work: inputs.reduce(0) { $0 + $1.bytes }, unit: "B"
    ) {
      let filter =
        try index?.filter(rule, memory: memory)
        ?? BloomFilter(
          expected: settings.expected, falsePositives: settings.falsePositives, rule: rule,
          memory: memory)
      var search = BloomPass(filter: filter, hasher: SegmentHasher(rule))
      for task in inputs.indices {
        try documents(task) { first, batch in try search.read(batch, first: first) }
        let spans = search.takeSpans()
        try ColumnFile.write(spans.table, to: run.file(paths[task]))
      }
      try RecordFile.write(search.report, to: run.file(Self.bloomReportPath))
      if keeps { try search.filter.write(to: run.file(Self.filterPath)) }
      return TaskOutcome(
        outputs: paths + [Self.bloomReportPath] + (keeps ? [Self.filterPath] : []))
    }
    let report = try RecordFile.read(BloomReport.self, from: run.file(Self.bloomReportPath))
    let digests = zip(inputs, record.outputs).map { RunFolder.digest(of: [$0.digest, $1.digest]) }
    return (report, digests)
  }
}

/// One pass with a filter.
private struct BloomPass {
  private(set) var filter: BloomFilter
  private let known: Int
  private var documents = 0
  private let hasher: SegmentHasher
  private var keys: [UInt64] = []
  private var spans: [RemovedSpan] = []
  private var places: [(ordinal: Int, bytes: Range<Int>)] = []
  private var parts = 0
  private var copies = 0
  private var spanCount = 0

  init(filter: BloomFilter, hasher: SegmentHasher) {
    self.filter = filter
    known = filter.count
    self.hasher = hasher
  }

  mutating func read(_ batch: DocumentBatch, first: Int) throws {
    keys.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    for index in 0..<batch.count {
      _ = try SegmentDeduplication.ordinal(first + index)
      try batch.texts.withBytes(index) { try hasher.read($0) }
      for part in hasher.parts {
        keys.append(part.high)
        keys.append(part.low)
        places.append((first + index, Int(part.start)..<Int(part.end)))
      }
    }
    for (place, seen) in zip(places, filter.insert(keys)) where seen != 0 {
      spans.append(RemovedSpan(ordinal: place.ordinal, bytes: place.bytes))
    }
    parts += places.count
    documents += batch.count
  }

  /// The spans since the last call.
  mutating func takeSpans() -> RemovedSpans {
    let joined = RemovedSpans(joining: spans)
    copies += spans.count
    spanCount += joined.spans.count
    spans = []
    return joined
  }

  var report: SegmentDeduplication.BloomReport {
    .init(
      bytes: filter.byteCount, hashes: filter.hashes, documents: documents, parts: parts,
      newParts: filter.count - known, distinct: filter.count,
      expected: filter.expected, falsePositives: filter.falsePositives,
      currentFalsePositives: filter.currentFalsePositives, copies: copies, spans: spanCount)
  }
}
