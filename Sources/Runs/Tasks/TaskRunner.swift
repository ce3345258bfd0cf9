import Dispatch
import Foundation
import Streams
import Synchronization

/// One piece of a stage: it reads what is named, writes its outputs aside and renames them.
public struct StageTask: Sendable {
  /// Unique in the stage, fit for a file name, for example "0001".
  public var name: String
  /// Digest of everything that the task reads.
  public var inputs: String
  /// How much work it is, in the progress line's unit.
  public var work: Int

  public init(name: String, inputs: String, work: Int) {
    self.name = name
    self.inputs = inputs
    self.work = work
  }
}

/// What a task's body did.
public struct TaskOutcome: Sendable {
  /// Paths relative to the run's folder.
  public var outputs: [String]
  public var counts: [String: Int]

  public init(outputs: [String], counts: [String: Int] = [:]) {
    self.outputs = outputs
    self.counts = counts
  }
}

/// Runs a stage's tasks on own threads, skips those that are complete, keeps a record of each.
public struct TaskRunner: Sendable {
  public var run: RunFolder
  public var threads: Int
  public var progress: ProgressLine
  /// Told at the end of each stage what is done of it.
  public var log: StageLog?

  public init(run: RunFolder, threads: Int, progress: ProgressLine, log: StageLog? = nil) {
    self.run = run
    self.threads = max(1, threads)
    self.progress = progress
    self.log = log
  }

  /// Runs `tasks` and returns their records in the tasks' order.
  ///
  /// - Parameters:
  ///   - configuration: digest of the settings that the outputs depend on.
  ///   - unit: what `work` counts: "B" for bytes, "tokens", "files".
  ///   - addsOwnProgress: the body moves the progress line itself.
  ///   - keepsOthers: records and outputs of tasks that are not in the plan stay, for a plan that
  ///     names them again.
  ///   - share: the tasks that this process does; the others are left to other processes, and only
  ///     those of them that are complete already have a record in the result.
  ///   - worker: makes what one thread reuses from task to task.
  ///   - body: does one task. It polls `Interruption.check()` where it may take long.
  /// - Throws: the first task's error by task order; `Interruption.Interrupted` after Ctrl-C. Tasks
  ///   that finished are kept either way.
  public func run<Worker>(
    _ stage: String, configuration: String, tasks: [StageTask], unit: String = "B",
    addsOwnProgress: Bool = false, keepsOthers: Bool = false, share: TaskShare = .whole,
    worker makeWorker: @escaping @Sendable () throws -> Worker,
    body: @escaping @Sendable (inout Worker, Int) throws -> TaskOutcome
  ) throws -> [CompletionRecord] {
    var records: [CompletionRecord?] = []
    var staleField: String?
    for task in tasks {
      let record = run.record(stage: stage, task: task.name)
      let difference = record?.difference(
        program: run.program, configuration: configuration, inputs: task.inputs, folder: run.path)
      staleField = staleField ?? difference
      records.append(difference == nil ? record : nil)
    }
    let waiting = tasks.indices.filter { records[$0] == nil && share.contains($0) }
    if !keepsOthers {
      // Other processes may be writing theirs.
      let kept = tasks.indices.filter { records[$0] != nil || !share.contains($0) }
      try removeStale(stage, keeping: kept.map { tasks[$0].name })
    }
    let done = tasks.indices.filter { records[$0] != nil }.reduce(0) { $0 + tasks[$1].work }
    if let staleField { progress.note("\(stage): \(staleField) changed, so it is done again") }
    progress.begin(
      stage, total: tasks.reduce(0) { $0 + $1.work }, done: done, unit: unit,
      skipped: records.count { $0 != nil }, of: tasks.count)
    defer { progress.end() }

    let queue = TaskQueue(waiting)
    let results = TaskResults()
    let width = min(threads, waiting.count)
    DispatchQueue.concurrentPerform(iterations: width) { _ in
      do {
        var worker = try makeWorker()
        while let index = queue.next() {
          do {
            try Interruption.check()
            let start = ContinuousClock.now
            let outcome = try body(&worker, index)
            let record = CompletionRecord(
              stage: stage, task: tasks[index].name, program: run.program,
              configuration: configuration, inputs: tasks[index].inputs,
              outputs: try outcome.outputs.map { try FileStamp(path: $0, in: run.path) },
              counts: outcome.counts, seconds: start.duration(to: .now).seconds)
            try RecordFile.write(record, to: run.recordPath(stage, tasks[index].name))
            results.finish(index, record)
            if !addsOwnProgress { progress.add(tasks[index].work) }
          } catch {
            queue.stop()
            results.fail(index, error)
          }
        }
      } catch {
        queue.stop()
        results.fail(waiting.first ?? 0, error)
      }
    }
    try results.throwFirstError()
    if Interruption.isRequested { throw Interruption.Interrupted() }
    for (index, record) in results.finished { records[index] = record }
    if let log {
      // Other processes may have done theirs in the meantime.
      let missing = tasks.indices.filter { index in
        if records[index] != nil { return false }
        let record = run.record(stage: stage, task: tasks[index].name)
        return record?.difference(
          program: run.program, configuration: configuration, inputs: tasks[index].inputs,
          folder: run.path) != nil || record == nil
      }
      log.note(stage, .init(tasks: tasks.count, missing: missing))
    }
    return records.compactMap { $0 }
  }

  /// Removes the records that no task of the plan can use, and what they say was written: outputs of
  /// another corpus, recipe or program must not be read as this run's.
  private func removeStale(_ stage: String, keeping kept: [String]) throws {
    let folder = run.file("records/\(stage)")
    guard Folder.isFolder(folder) else { return }
    let names = Set(kept)
    for file in try Folder.names(in: folder) where file.hasSuffix(".json") {
      let task = String(file.dropLast(5))
      if names.contains(task) { continue }
      for output in run.record(stage: stage, task: task)?.outputs ?? [] {
        try Folder.remove(run.file(output.path))
      }
      try Folder.remove(folder + "/" + file)
    }
  }

  /// The records of all tasks of a stage that was done before, perhaps by several processes.
  /// - Throws: an input fault that says how many tasks are missing, and the first of them.
  public func completed(
    _ stage: String, configuration: String, tasks: [StageTask], hint: String
  ) throws -> [CompletionRecord] {
    var records: [CompletionRecord] = []
    var missing: [(task: String, why: String)] = []
    for task in tasks {
      guard let record = run.record(stage: stage, task: task.name) else {
        missing.append((task.name, "it was not done yet"))
        continue
      }
      if let difference = record.difference(
        program: run.program, configuration: configuration, inputs: task.inputs, folder: run.path)
      {
        missing.append((task.name, "\(difference) changed"))
      } else {
        records.append(record)
      }
    }
    guard let first = missing.first else { return records }
    throw Fault(
      .input, "stage '\(stage)' is not complete", at: run.path,
      found: "\(grouped(missing.count)) of \(counted(tasks.count, "task")) "
        + "\(missing.count == 1 ? "is" : "are") missing, first '\(first.task)': " + first.why,
      hint: hint)
  }

  /// Runs a stage that is one task.
  public func runWhole(
    _ stage: String, configuration: String, inputs: String, work: Int = 1, unit: String = "tasks",
    addsOwnProgress: Bool = false, body: @escaping @Sendable () throws -> TaskOutcome
  ) throws -> CompletionRecord {
    let task = StageTask(name: "all", inputs: inputs, work: work)
    let records = try run(
      stage, configuration: configuration, tasks: [task], unit: unit,
      addsOwnProgress: addsOwnProgress, worker: {}, body: { _, _ in try body() })
    guard let record = records.first else { throw Interruption.Interrupted() }
    return record
  }
}

/// Hands out task indices in order until it is stopped.
private final class TaskQueue: Sendable {
  private let waiting: Mutex<ArraySlice<Int>>

  init(_ indices: [Int]) { waiting = Mutex(indices[...]) }

  func next() -> Int? { waiting.withLock { $0.popFirst() } }

  func stop() { waiting.withLock { $0 = [] } }
}

/// What the threads bring back.
private final class TaskResults: Sendable {
  private struct State {
    var finished: [Int: CompletionRecord] = [:]
    var errors: [(index: Int, error: any Error)] = []
  }

  private let state = Mutex(State())

  func finish(_ index: Int, _ record: CompletionRecord) {
    state.withLock { $0.finished[index] = record }
  }

  func fail(_ index: Int, _ error: any Error) {
    state.withLock { $0.errors.append((index, error)) }
  }

  var finished: [Int: CompletionRecord] { state.withLock { $0.finished } }

  func throwFirstError() throws {
    let first = state.withLock { $0.errors.min { $0.index < $1.index }?.error }
    if let first { throw first }
  }
}

extension Duration {
  /// In seconds.
  package var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
