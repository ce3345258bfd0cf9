import Corpora
import Runs
import Streams

/// Calls `body` with the documents of one task in batches, each with the place of its first document.
public typealias TaskDocuments =
  @Sendable (_ task: Int, _ body: (_ first: Int, _ batch: DocumentBatch) throws -> Void) throws ->
  Void

/// Finds repeated parts of documents over all tasks, in stages that several processes may share. What
/// goes does not depend on threads, tasks, memory and interruptions.
///
/// - `hash`, a task an input: the hashes of its parts with their places, in partitions by their first
///   bits (`work/hashes/`).
/// - `match`, a task a range of partitions: which parts go, by input (`work/matches/`).
/// - `select`, a task an input: its spans in order (`spans/`), and the documents that hold copies
///   which stay where others went (`work/holders/`).
///
/// Within the scope of a document `select` does everything.
public struct SegmentDeduplication: Sendable {
  /// One input: a task of the stages.
  public struct Input: Sendable {
    /// Changes where the input's documents may have changed.
    public var digest: String
    public var bytes: Int

    public init(digest: String, bytes: Int) {
      self.digest = digest
      self.bytes = bytes
    }
  }

  public enum Stage: String, Sendable, CaseIterable { case hash, match, select }

  public let rule: SegmentRule
  let inputs: [Input]
  let runner: TaskRunner
  let memory: Int
  let documents: TaskDocuments
  /// What was seen before, and comes before the inputs; nil for nothing.
  package var index: SegmentIndex?
  /// Whether what an index needs is to be left in the work folder.
  package var isForIndex = false
  /// A task of the stage `match` has about so many parts.
  var partsOfRange = 1 << 19

  /// Partitions of hashes by their first 12 bits.
  static let partitionBits = 12
  static var partitions: Int { 1 << partitionBits }

  /// - Parameter memory: bytes for hashes, over all threads; texts come on top.
  public init(
    _ rule: SegmentRule, inputs: [Input], runner: TaskRunner, memory: Int,
    documents: @escaping TaskDocuments
  ) {
    self.rule = rule
    self.inputs = inputs
    self.runner = runner
    self.memory = max(memory, 1 << 20)
    self.documents = documents
  }

  var memoryOfThread: Int { memory / runner.threads }

  /// The stages that this rule needs.
  public var stages: [Stage] { rule.scope == .document ? [.select] : Stage.allCases }

  /// Does all stages.
  public func run() throws {
    for stage in stages { try run(stage, share: .whole) }
  }

  /// Does the tasks of `share` of one stage. The stage before must be complete.
  public func run(_ stage: Stage, share: TaskShare) throws {
    switch stage {
    case .hash: try hash(share)
    case .match: try match(share)
    case .select: try select(share)
    }
  }

  // MARK: Tasks

  static func name(_ number: Int) -> String { zeroPadded(number) }

  static func hashPath(_ task: Int) -> String { "work/hashes/\(name(task)).parts" }
  static func matchPath(_ range: Int) -> String { "work/matches/\(name(range)).parts" }
  static func reportPath(_ range: Int) -> String { "work/matches/\(name(range)).json" }
  static func spansPath(_ task: Int) -> String { "spans/\(name(task)).columns" }
  static func holdersPath(_ task: Int) -> String { "work/holders/\(name(task)).columns" }

  /// How many tasks share the partitions: so many that each has some work, but not too many files.
  private func rangeCount() throws -> Int {
    let parts = try completed(.hash).reduce(index?.partCount ?? 0) {
      $0 + ($1.counts["parts"] ?? 0)
    }
    var count = 1
    while count < 256, count * partsOfRange < parts { count *= 2 }
    return count
  }

  private static func partitionRange(_ range: Int, of count: Int) -> Range<Int> {
    let width = partitions / count
    return range * width..<(range + 1) * width
  }

  private var hashTasks: [StageTask] {
    inputs.enumerated().map {
      StageTask(name: Self.name($0), inputs: $1.digest, work: max(1, $1.bytes))
    }
  }

  private var hashConfiguration: String {
    isForIndex ? RunFolder.digest(of: [rule.keyDigest, "with ids"]) : rule.keyDigest
  }
  private var configuration: String { rule.digest }

  private func completed(_ stage: Stage) throws -> [CompletionRecord] {
    try runner.completed(
      stage.rawValue, configuration: stage == .hash ? hashConfiguration : configuration,
      tasks: tasks(stage),
      hint: "do its tasks first: --stage \(stage.rawValue), with every --task")
  }

  /// What `hash` did, by input.
  func hashRecords() throws -> [CompletionRecord] { try completed(.hash) }

  private func tasks(_ stage: Stage) throws -> [StageTask] {
    switch stage {
    case .hash: return hashTasks
    case .match:
      let digest = RunFolder.digest(of: [
        RunFolder.digest(try completed(.hash)), try index?.manifest.digest ?? "",
      ])
      return try (0..<rangeCount()).map {
        StageTask(name: Self.name($0), inputs: digest, work: 1)
      }
    case .select:
      let digest = rule.scope == .document ? "" : RunFolder.digest(try completed(.match))
      return inputs.enumerated().map {
        StageTask(
          name: Self.name($0), inputs: RunFolder.digest(of: [$1.digest, digest]),
          work: max(1, $1.bytes))
      }
    }
  }

  // MARK: Stages

  private func hash(_ share: TaskShare) throws {
    let run = runner.run
    _ = try runner.run(
      Stage.hash.rawValue, configuration: hashConfiguration, tasks: hashTasks, share: share,
      worker: { SegmentHasher(rule) }
    ) { hasher, task in
      let writer = try PartitionedRecordsWriter(
        run.file(Self.hashPath(task)), partitions: Self.partitions, memory: memoryOfThread)
      var count = 0
      var ids = isForIndex ? SegmentIdentifiers(run, task: task) : nil
      try documents(task) { first, batch in
        try ids?.append(batch.ids)
        for index in 0..<batch.count {
          let ordinal = try Self.ordinal(first + index)
          try batch.texts.withBytes(index) { try hasher.read($0) }
          for part in hasher.parts {
            let partition = Int(part.high >> UInt64(64 - Self.partitionBits))
            try writer.append(SegmentRecord(part, ordinal: ordinal), to: partition)
          }
        }
        count += batch.count
      }
      try writer.commit()
      try ids?.finish()
      return TaskOutcome(
        outputs: [Self.hashPath(task)] + (ids?.outputs ?? []),
        counts: ["documents": count, "parts": writer.count])
    }
  }

  static func ordinal(_ number: Int) throws -> UInt32 {
    guard number <= Int(Int32.max) else {
      throw Fault(
        .input, "an input has too many documents", found: "\(number)",
        expected: "at most \(Int32.max)", hint: "divide it into several files")
    }
    return UInt32(number)
  }

  private func match(_ share: TaskShare) throws {
    let run = runner.run
    let tasks = try tasks(.match)
    try runner.check(
      completed(.hash), before: Stage.match.rawValue, configuration: configuration, tasks: tasks,
      share: share)
    _ = try runner.run(
      Stage.match.rawValue, configuration: configuration, tasks: tasks, unit: "ranges",
      share: share, worker: {}
    ) { _, range in
      let search = try SegmentRangeMatch(
        rule, known: index?.hashFiles ?? [],
        files: inputs.indices.map { run.file(Self.hashPath($0)) },
        range: Self.partitionRange(range, of: tasks.count), memory: memoryOfThread)
      let report = try search.write(to: run.file(Self.matchPath(range)))
      try RecordFile.write(report, to: run.file(Self.reportPath(range)))
      return TaskOutcome(
        outputs: [Self.matchPath(range), Self.reportPath(range)],
        counts: ["repeated": report.repeated, "copies": report.removed])
    }
  }

  private func select(_ share: TaskShare) throws {
    let run = runner.run
    let tasks = try tasks(.select)
    if rule.scope == .corpus {
      try runner.check(
        completed(.match), before: Stage.select.rawValue, configuration: configuration,
        tasks: tasks, share: share)
    }
    _ = try runner.run(
      Stage.select.rawValue, configuration: configuration, tasks: tasks, share: share,
      worker: { (hasher: SegmentHasher(rule), matches: try matchReaders()) }
    ) { worker, task in
      var spans: [RemovedSpan] = []
      var holders: [UInt64] = []
      if rule.scope == .document {
        var repeats = DocumentRepeats(rule, task: Int32(task))
        try documents(task) { first, batch in
          for index in 0..<batch.count {
            try batch.texts.withBytes(index) { try worker.hasher.read($0) }
            spans += repeats.spans(
              worker.hasher.parts, ordinal: Int32(try Self.ordinal(first + index)))
          }
        }
      } else {
        (spans, holders) = try selected(task, worker.matches)
      }
      let joined = RemovedSpans(joining: spans)
      try ColumnFile.write(joined.table, to: run.file(Self.spansPath(task)))
      var table = ColumnTable()
      table.set("ordinal", .uint64(holders))
      try ColumnFile.write(table, to: run.file(Self.holdersPath(task)))
      return TaskOutcome(
        outputs: [Self.spansPath(task), Self.holdersPath(task)],
        counts: ["copies": spans.count, "spans": joined.spans.count])
    }
  }

  /// The files of the stage before; none within documents.
  private func matchReaders() throws -> [PartitionedRecordsReader] {
    if rule.scope == .document { return [] }
    let partitions = 2 * inputs.count
    return try (0..<rangeCount()).map {
      try PartitionedRecordsReader(
        runner.run.file(Self.matchPath($0)), partitions: partitions, range: 0..<partitions)
    }
  }

  /// What all ranges say of one task: its spans, and its documents that hold copies that stay.
  private func selected(
    _ task: Int, _ matches: [PartitionedRecordsReader]
  ) throws -> (spans: [RemovedSpan], holders: [UInt64]) {
    var spans: [RemovedSpan] = []
    var holders: Set<UInt64> = []
    for reader in matches {
      try reader.forEach(task..<task + 1) { spans.append(try $0.span(reader.path)) }
      let second = inputs.count + task
      try reader.forEach(second..<second + 1) { holders.insert(UInt64($0.ordinal)) }
    }
    return (spans, holders.sorted())
  }

  // MARK: Results

  /// A digest for each input of it and its spans, once `select` is complete.
  public func spanDigests() throws -> [String] {
    let records = try completed(.select)
    return zip(inputs, records).map {
      RunFolder.digest(of: [$0.digest] + $1.outputs.map(\.digest))
    }
  }

  /// What the stages counted, and the most frequent repeated parts; none within documents.
  public func report() throws -> (counts: [String: Int], repeated: [RepeatedSegment]) {
    var counts: [String: Int] = [:]
    var most = MostRepeated()
    if rule.scope == .corpus {
      for record in try completed(.hash) {
        counts["parts", default: 0] += record.counts["parts"] ?? 0
      }
      for range in try 0..<rangeCount() {
        let report = try RecordFile.read(
          SegmentRangeReport.self, from: runner.run.file(Self.reportPath(range)))
        counts["repeated", default: 0] += report.repeated
        if index != nil { counts["removedForKnown", default: 0] += report.removedForKnown }
        for segment in report.mostRepeated { most.add(segment) }
      }
    }
    for record in try completed(.select) {
      for (name, count) in record.counts { counts[name, default: 0] += count }
    }
    return (counts, most.segments)
  }
}
