import Corpora
import Foundation
import Runs
import Streams
import TextKernels

/// Reads the texts of one input, batch by batch, in order.
package typealias InputTexts =
  @Sendable (_ task: Int, _ batch: (ByteColumn) throws -> Void) throws -> Void

/// Exact-substring deduplication (Lee et al. 2022, arXiv:2107.06499) of any amount of text: stages
/// whose tasks processes can share.
///
/// 1. `text`, a task an input: texts become symbols on disk, and their windows become runs by their
///    least gram (see `shared_windows.h`), in buckets.
/// 2. `match`, a task a bucket: grams that come more than once, then the windows of their runs, which
///    are compared symbol by symbol.
/// 3. `select`, a task an input: windows become spans, `spans/NNNNN.columns`.
/// 4. `holders`, one task: which documents hold the first copies, `work/holders/NNNNN.columns`.
///
/// What is found depends neither on the number of buckets, tasks and threads nor on the memory.
package struct SubstringStages: Sendable {
  package enum Stage: String, CaseIterable, Sendable {
    case text, match, select, holders
  }

  /// What all stages found.
  package struct Found: Sendable, Equatable {
    package var documents = 0
    package var textBytes = 0
    package var symbols = 0
    package var spans = 0
    package var editedDocuments = 0
    /// Of the spans.
    package var removedSymbols = 0
    package var removedBytes = 0
    /// Distinct windows that stand in several places.
    package var repeatedWindows = 0
    /// Bytes of the work folder before it goes.
    package var workBytes = 0
    /// The most frequent windows that do not overlap each other where they stand first.
    package var frequent: [Frequent] = []

    package struct Frequent: Sendable, Equatable {
      /// Where it stands first.
      package var place: RemovedSpan.Place
      package var bytes: Int
      /// In how many places it stands.
      package var copies: Int
    }
  }

  private let settings: SubstringSettings
  private let runner: TaskRunner
  /// Names each input's content.
  private let inputs: [String]
  private let sizes: [Int]
  private let share: TaskShare
  private let buckets: Int

  /// - Parameters:
  ///   - inputs: a digest of each input.
  ///   - sizes: how much work each is, in bytes.
  ///   - textBytes: an estimate of all text, for the number of buckets.
  ///   - share: the tasks that this process does.
  ///   - buckets: nil for as many as fit the memory.
  package init(
    _ settings: SubstringSettings, runner: TaskRunner, inputs: [String], sizes: [Int],
    textBytes: Int, share: TaskShare = .whole, buckets: Int? = nil
  ) {
    self.settings = settings
    self.runner = runner
    self.inputs = inputs
    self.sizes = sizes
    self.share = share
    self.buckets = buckets ?? settings.bucketCount(textBytes: textBytes)
  }

  private var folder: String { runner.run.path + "/work" }

  /// What all outputs of the search depend on.
  private var configuration: String {
    "\(settings.textDigest) \(settings.removal) \(buckets) buckets \(settings.memory)"
  }

  // MARK: Stages

  /// Runs every stage.
  package func runAll(texts: @escaping InputTexts) throws {
    for stage in Stage.allCases { try run(stage, texts: texts) }
  }

  /// Runs the tasks of this process's share of one stage. The stages before it must be complete.
  package func run(_ stage: Stage, texts: @escaping InputTexts) throws {
    switch stage {
    case .text: try makeText(texts)
    case .match: try match()
    case .select: try select()
    case .holders: try collectHolders()
    }
  }

  private var textTasks: [StageTask] {
    inputs.indices.map {
      StageTask(name: SymbolText.taskName($0), inputs: inputs[$0], work: sizes[$0])
    }
  }

  private func makeText(_ texts: @escaping InputTexts) throws {
    let (folder, settings, buckets) = (folder, settings, buckets)
    let width = max(1, min(runner.threads, inputs.count))
    let threads = max(1, runner.threads / width)
    let memory = settings.memory / width
    _ = try runner.run(
      Stage.text.rawValue, configuration: configuration, tasks: textTasks, share: share,
      worker: {},
      body: { _, task in
        let writer = try SymbolTextWriter(
          task, in: folder, settings: settings, buckets: buckets, memory: memory)
        try SymbolReader.read(task, texts, settings, threads: threads) { try writer.write($0) }
        try writer.commit()
        return TaskOutcome(
          outputs: SymbolText.files(task).map { "work/" + $0 },
          counts: [
            "documents": writer.documentCount, "bytes": writer.byteCount,
            "symbols": writer.symbolCount,
          ])
      })
  }

  private func textRecords() throws -> [CompletionRecord] {
    try runner.completed(
      Stage.text.rawValue, configuration: configuration, tasks: textTasks, hint: Self.hint)
  }

  private static let hint = "do all tasks of that stage first"

  private func matchTasks() throws -> [StageTask] {
    let inputs = RunFolder.digest(try textRecords())
    return (0..<buckets).map {
      StageTask(name: SymbolText.taskName($0), inputs: inputs, work: 1)
    }
  }

  private func match() throws {
    let tasks = try matchTasks()
    try runner.check(
      textRecords(), before: Stage.match.rawValue, configuration: configuration, tasks: tasks,
      share: share)
    let corpus = try SubstringCorpus(
      inputs.count, in: folder, settings: settings, buckets: buckets)
    let (folder, settings) = (folder, settings)
    let memory = settings.memory / max(1, min(runner.threads, buckets))
    _ = try runner.run(
      Stage.match.rawValue, configuration: configuration, tasks: tasks, unit: "buckets",
      share: share, worker: {},
      body: { _, bucket in
        let paths = [Self.repeatsFile(bucket), Self.frequentFile(bucket)]
        let output = try RepeatSectionWriter(folder + "/" + paths[0])
        let search = RepeatSearch(
          bucket: bucket, corpus, settings: settings, memory: memory, output: output)
        try search.run()
        try output.commit()
        try ColumnFile.write(search.frequentTable(), to: folder + "/" + paths[1])
        return TaskOutcome(
          outputs: paths.map { "work/" + $0 },
          counts: [
            "runs": search.counts.runs, "candidate_runs": search.counts.candidateRuns,
            "candidate_windows": search.counts.candidateWindows,
            "repeated_windows": search.counts.repeatedWindows,
          ])
      })
  }

  private static func repeatsFile(_ bucket: Int) -> String {
    "repeats/\(SymbolText.taskName(bucket)).repeats"
  }

  private static func frequentFile(_ bucket: Int) -> String {
    "repeats/\(SymbolText.taskName(bucket)).columns"
  }

  private func matchRecords() throws -> [CompletionRecord] {
    try runner.completed(
      Stage.match.rawValue, configuration: configuration, tasks: matchTasks(), hint: Self.hint)
  }

  private func selectTasks() throws -> [StageTask] {
    let digest = RunFolder.digest(try textRecords() + matchRecords())
    return inputs.indices.map {
      StageTask(
        name: SymbolText.taskName($0), inputs: digest, work: sizes[$0])
    }
  }

  private func select() throws {
    let tasks = try selectTasks()
    try runner.check(
      textRecords() + matchRecords(), before: Stage.select.rawValue,
      configuration: configuration, tasks: tasks, share: share)
    let corpus = try SubstringCorpus(inputs.count, in: folder, settings: settings)
    let sections = try (0..<buckets).map {
      try RepeatSections(folder + "/" + Self.repeatsFile($0))
    }
    let (path, settings) = (runner.run.path, settings)
    _ = try runner.run(
      Stage.select.rawValue, configuration: configuration, tasks: tasks, share: share, worker: {},
      body: { _, task in
        let made = RepeatedSpans(settings, corpus)
        let spans = try made.spans(of: task, sections)
        let outputs = [Self.spansFile(task), Self.heldFile(task)]
        try ColumnFile.write(RemovedSpans(spans).table, to: path + "/" + outputs[0])
        let held = made.holders.sorted()
        var table = ColumnTable()
        table.set("task", .uint64(held.map { UInt64($0.task) }))
        table.set("ordinal", .uint64(held.map { UInt64($0.ordinal) }))
        try ColumnFile.write(table, to: path + "/" + outputs[1])
        return TaskOutcome(
          outputs: outputs,
          counts: [
            "spans": made.counts.spans, "documents": made.counts.documents,
            "bytes": made.counts.bytes, "symbols": made.counts.symbols,
          ])
      })
  }

  package static func spansFile(_ task: Int) -> String {
    "spans/\(SymbolText.taskName(task)).columns"
  }

  private static func heldFile(_ task: Int) -> String {
    "work/held/\(SymbolText.taskName(task)).columns"
  }

  private static func holdersFile(_ task: Int) -> String {
    "work/holders/\(SymbolText.taskName(task)).columns"
  }

  private func selectRecords() throws -> [CompletionRecord] {
    try runner.completed(
      Stage.select.rawValue, configuration: configuration, tasks: selectTasks(), hint: Self.hint)
  }

  private func holdersTasks() throws -> [StageTask] {
    [StageTask(name: "all", inputs: RunFolder.digest(try selectRecords()), work: 1)]
  }

  private func collectHolders() throws {
    let (path, count) = (runner.run.path, inputs.count)
    let tasks = try holdersTasks()
    try runner.check(
      selectRecords(), before: Stage.holders.rawValue, configuration: configuration, tasks: tasks,
      share: share)
    _ = try runner.run(
      Stage.holders.rawValue, configuration: configuration, tasks: tasks,
      unit: "tasks", share: share, worker: {},
      body: { _, _ in
        var holders = [[UInt64]](repeating: [], count: count)
        for task in 0..<count {
          let table = try ColumnFile.read(path + "/" + Self.heldFile(task))
          for (task, ordinal) in zip(try table.uint64("task"), try table.uint64("ordinal")) {
            guard task < UInt64(count) else {
              throw Fault(
                .input, "a table of first copies is damaged", found: "input \(task) of \(count)",
                hint: "remove the output folder and start again")
            }
            holders[Int(task)].append(ordinal)
          }
        }
        for task in 0..<count {
          var table = ColumnTable()
          table.set("ordinal", .uint64(Set(holders[task]).sorted()))
          try ColumnFile.write(table, to: path + "/" + Self.holdersFile(task))
        }
        return TaskOutcome(outputs: (0..<count).map { Self.holdersFile($0) })
      })
  }

  // MARK: Results

  /// A digest of each input and of its spans, for the stage that writes.
  /// - Throws: an input fault unless every stage is complete.
  package func spanDigests() throws -> [String] {
    // Which documents hold first copies depends on all inputs.
    let holders = RunFolder.digest(
      try runner.completed(
        Stage.holders.rawValue, configuration: configuration, tasks: try holdersTasks(),
        hint: Self.hint))
    return zip(inputs, try selectRecords()).map {
      RunFolder.digest(of: [$0, RunFolder.digest([$1]), holders])
    }
  }

  /// Adds up what the stages found.
  /// - Parameter frequent: how many of the most frequent windows are wanted.
  package func found(frequent wanted: Int = 20) throws -> Found {
    var found = Found()
    let (texts, matches, selections) = (try textRecords(), try matchRecords(), try selectRecords())
    for record in texts {
      found.documents += record.counts["documents"] ?? 0
      found.textBytes += record.counts["bytes"] ?? 0
      found.symbols += record.counts["symbols"] ?? 0
    }
    for record in matches { found.repeatedWindows += record.counts["repeated_windows"] ?? 0 }
    for record in selections {
      found.spans += record.counts["spans"] ?? 0
      found.editedDocuments += record.counts["documents"] ?? 0
      found.removedBytes += record.counts["bytes"] ?? 0
      found.removedSymbols += record.counts["symbols"] ?? 0
    }
    for record in texts + matches + selections {
      found.workBytes += record.outputs.reduce(0) {
        $0 + ($1.path.hasPrefix("work/") ? $1.bytes : 0)
      }
    }
    var windows = FrequentRepeats()
    for bucket in 0..<buckets {
      let table = try ColumnFile.read(folder + "/" + Self.frequentFile(bucket))
      for window in try FrequentRepeats(table).windows { windows.add(window) }
    }
    let corpus = try SubstringCorpus(inputs.count, in: folder, settings: settings)
    found.frequent = try windows.distinct(wanted, length: settings.minimum).compactMap {
      try corpus.frequent($0, length: settings.minimum)
    }
    return found
  }
}

/// The stored texts of all inputs as one row of symbols.
final class SubstringCorpus: Sendable {
  let texts: [SymbolText]
  /// The place of each input's first symbol in the row.
  let bases: [Int]
  /// Empty where runs are not wanted.
  let blocks: [RunBlocks]

  init(
    _ count: Int, in folder: String, settings: SubstringSettings, buckets: Int? = nil
  ) throws {
    let lengths = settings.tokenLengths
    texts = try (0..<count).map {
      try SymbolText($0, in: folder, settings: settings, lengths: lengths)
    }
    var base = 0
    bases = texts.map { text in
      defer { base += text.count }
      return base
    }
    blocks =
      try buckets.map { buckets in
        try (0..<count).map {
          try RunBlocks(folder + "/" + SymbolText.runsFile($0), buckets: buckets)
        }
      } ?? []
  }

  /// The input that holds the symbol at `place` of the row.
  func task(at place: Int) -> Int {
    var (low, high) = (0, bases.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if bases[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  fileprivate func frequent(
    _ window: FrequentRepeats.Window, length: Int
  ) throws -> SubstringStages.Found.Frequent? {
    guard !texts.isEmpty else { return nil }
    let task = self.task(at: window.first)
    let (text, place) = (texts[task], window.first - bases[task])
    guard place >= 0, place <= text.count - length else { return nil }
    let document = text.document(at: place)
    let start = try text.bytes(before: place)
    return SubstringStages.Found.Frequent(
      place: RemovedSpan.Place(
        document: DocumentAddress(task: Int32(task), ordinal: Int32(document)),
        byte: start - text.firstByte(of: document)),
      bytes: try text.bytes(before: place + length) - start, copies: window.count)
  }
}

extension SymbolReader {
  /// Reads one input's texts, as many batches at once as there are threads, and hands them on in
  /// order.
  static func read(
    _ task: Int, _ texts: InputTexts, _ settings: SubstringSettings, threads: Int,
    _ body: @escaping (SymbolBatch) throws -> Void
  ) throws {
    let readers = (0..<threads).map { _ in SymbolReader(settings) }
    func read(_ texts: [ByteColumn]) throws -> [SymbolBatch] {
      try Interruption.check()
      return try concurrentMap(texts.count, threads: threads) { readers[$0].read(texts[$0]) }
    }
    var waiting: [ByteColumn] = []
    try texts(task) { batch in
      waiting.append(batch)
      guard waiting.count == threads else { return }
      for batch in try read(waiting) { try body(batch) }
      waiting.removeAll(keepingCapacity: true)
    }
    for batch in try read(waiting) { try body(batch) }
  }
}
