import Foundation
import Runs
import Streams

/// A command's work as stages of tasks in its output folder: it goes on where it was stopped, and
/// several processes can share a stage. After the stages, one process finishes.
///
///     let work = try StagedWork(folder, stages: ["sign", "write"], …)
///     let records = try work.stage("sign", …)  // or makes sure that it was done
///     …
///     try work.checkFinishes()
///     try work.finish()
struct StagedWork {
  /// What one process does when all stages are complete.
  static let finishStage = "finish"

  let run: RunFolder
  let runner: TaskRunner
  /// Their names, in order, with `finish`.
  let stages: [String]
  private let log = StageLog()
  private let share: TaskShare
  /// The one stage to do, nil for all.
  private let only: String?
  private let lock: RunLock
  private let folder: DedupFolder

  /// Thrown when the one stage that was wanted was done, or this process's share of it.
  struct StageIsDone: Error, Encodable {
    var stage: String
    var tasks: Int
    var done: Int
    /// Which shares of the stage still have something to do.
    var missing: [Int]
    /// What comes next; nil while shares are missing.
    var next: String?
  }

  /// - Parameters:
  ///   - stages: their names, in order, without `finish`.
  init(
    _ folder: DedupFolder, stages: [String], inputs: [String], options: ShareOptions,
    common: CommonOptions
  ) throws {
    share = try options.share()
    only = options.stage
    self.stages = stages + [Self.finishStage]
    if let stage = options.stage, !self.stages.contains(stage) {
      throw Fault(
        .input, "there is no stage '\(stage)' in this work",
        expected: self.stages.joined(separator: ", "),
        hint: NearestName.find(stage, in: self.stages).map { "did you mean '\($0)'?" })
    }
    self.folder = folder
    let replaces = try folder.check(inputs: inputs, share: share)
    run = try RunFolder(folder.folder.output)
    lock = try RunLock(run, share: share)
    try folder.begin(replaces: replaces)
    runner = TaskRunner(run: run, threads: common.threads, progress: common.progress, log: log)
  }

  // MARK: Stages

  /// Runs the tasks of a stage, or makes sure that they were run.
  /// - Parameters:
  ///   - threads: how many tasks at once; nil for all threads.
  /// - Throws: `StageIsDone` after the one stage that was wanted.
  func stage<Worker>(
    _ name: String, settings: [String], tasks: [StageTask], unit: String = "B", threads: Int? = nil,
    worker: @escaping @Sendable () throws -> Worker,
    body: @escaping @Sendable (inout Worker, Int) throws -> TaskOutcome
  ) throws -> [CompletionRecord] {
    let configuration = RunFolder.digest(of: settings)
    if let only, only != name {
      return try runner.completed(
        name, configuration: configuration, tasks: tasks,
        hint: "do its tasks first: --stage \(name), with every --task")
    }
    var runner = runner
    if let threads { runner.threads = threads }
    let records = try runner.run(
      name, configuration: configuration, tasks: tasks, unit: unit, share: share, worker: worker,
      body: body)
    try end(name)
    return records
  }

  /// Runs a stage that is one task.
  func whole(
    _ name: String, settings: [String], inputs: String,
    body: @escaping @Sendable () throws -> TaskOutcome
  ) throws -> CompletionRecord {
    let task = StageTask(name: "all", inputs: inputs, work: 1)
    let records = try stage(
      name, settings: settings, tasks: [task], unit: "tasks", worker: {},
      body: { _, _ in try body() })
    guard let record = records.first else { throw Interruption.Interrupted() }
    return record
  }

  /// Runs a stage whose tasks are made by a search that has `runner`, where it is wanted. The search
  /// itself makes sure that the stages before are complete.
  func stage(_ name: String, _ body: (TaskShare) throws -> Void) throws {
    guard only == nil || only == name else { return }
    try body(share)
    try end(name)
  }

  /// - Throws: `StageIsDone` after the one stage that was wanted.
  private func end(_ name: String) throws {
    guard only == name, let entry = log[name] else { return }
    let place = stages.firstIndex(of: name).map { $0 + 1 } ?? stages.count
    throw StageIsDone(
      stage: name, tasks: entry.tasks, done: entry.tasks - entry.missing.count,
      missing: Set(entry.missing.map { $0 % share.count }).sorted(),
      next: entry.missing.isEmpty && place < stages.count ? stages[place] : nil)
  }

  // MARK: The end

  /// To be called when all stages are complete, before what one process does alone.
  /// - Throws: `StageIsDone` where this process has another share of it.
  func checkFinishes() throws { try Self.checkFinishes(share) }

  private static func checkFinishes(_ share: TaskShare) throws {
    if share.contains(0) { return }
    throw StageIsDone(stage: finishStage, tasks: 1, done: 0, missing: [0])
  }

  /// To be called before anything is locked: a share that has nothing to finish must not keep the one
  /// that has from it.
  static func checkFinishes(_ options: ShareOptions) throws {
    if options.stage == finishStage { try checkFinishes(options.share()) }
  }

  /// Takes away what only the work needed, when everything is written.
  func finish() throws { try folder.finish() }

  /// Ends work that was stopped after its update of an index was committed.
  /// - Parameter removeLeftOvers: of the index.
  func finishCommitted(
    _ output: OutputFolder, _ removeLeftOvers: () throws -> Void
  ) throws -> DedupRecord {
    try checkFinishes()
    var record = try RecordFile.read(DedupRecord.self, from: output.file(DedupRecord.path))
    try removeLeftOvers()
    try finish()
    record.notes.append(
      "a call before was stopped when it had added the documents to the index; nothing was read again"
    )
    return record
  }

  // MARK: Inputs

  /// What an input is, without reading it: its path, size and time of change.
  static func identity(_ path: String) -> String {
    let bytes = Folder.byteCount(of: path) ?? -1
    return "\(path) \(bytes) \(Folder.modificationTime(of: path) ?? -1)"
  }
}

extension StagedWork.StageIsDone {
  /// What the stage came to and what is to be done next, on standard output.
  func show(json: Bool) throws {
    if json { return try Output.json(self) }
    var lines = ["stage '\(stage)': \(grouped(done)) of \(counted(tasks, "task")) done"]
    if !missing.isEmpty {
      lines.append(
        "missing: \(counted(missing.count, "share")), --task "
          + missing.map { "\($0)" }.joined(separator: ", "))
    }
    if let next {
      let isEnd = next == StagedWork.finishStage
      lines.append("next: --stage \(next)" + (isEnd ? ", or the same call without --stage" : ""))
    }
    try Output.print(lines.joined(separator: "\n"))
  }
}
