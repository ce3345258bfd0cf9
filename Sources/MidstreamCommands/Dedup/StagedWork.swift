import Foundation
import Runs
import Streams

/// A command's work as stages of tasks in its output folder: it goes on where it was stopped, and
/// several processes can share a stage.
struct StagedWork {
  let run: RunFolder
  let runner: TaskRunner
  private let share: TaskShare
  /// The one stage to do, nil for all.
  private let only: String?
  private let lock: RunLock
  private let folder: DedupFolder

  /// Thrown when the one stage that was wanted is done.
  struct StageIsDone: Error {
    var stage: String
    var tasks: Int
    var done: Int
  }

  /// - Parameters:
  ///   - stages: their names, in order.
  init(
    _ folder: DedupFolder, stages: [String], inputs: [String], options: ShareOptions,
    common: CommonOptions
  ) throws {
    share = try options.share()
    only = options.stage
    if let stage = options.stage, !stages.contains(stage) {
      throw Fault(
        .input, "there is no stage '\(stage)' in this work",
        expected: stages.joined(separator: ", "),
        hint: NearestName.find(stage, in: stages).map { "did you mean '\($0)'?" })
    }
    self.folder = folder
    let replaces = try folder.check(inputs: inputs, share: share, stages: stages)
    run = try RunFolder(folder.folder.output)
    lock = try RunLock(run, share: share)
    try folder.begin(replaces: replaces, stages: stages)
    runner = TaskRunner(run: run, threads: common.threads, progress: common.progress)
  }

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
        hint: "do them first: --stage \(name), with the same options")
    }
    var runner = runner
    if let threads { runner.threads = threads }
    let records = try runner.run(
      name, configuration: configuration, tasks: tasks, unit: unit, share: share, worker: worker,
      body: body)
    if only != nil { throw StageIsDone(stage: name, tasks: tasks.count, done: records.count) }
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

  /// Takes away what only the work needed, when everything is written.
  func finish(stages: [String]) throws { try folder.finish(stages: stages) }

  /// What an input is, without reading it: its path, size and time of change.
  static func identity(_ path: String) -> String {
    let bytes = Folder.byteCount(of: path) ?? -1
    return "\(path) \(bytes) \(Folder.modificationTime(of: path) ?? -1)"
  }
}

extension StagedWork.StageIsDone {
  /// What the stage came to, on standard output.
  func show(json: Bool) throws {
    if json { return try Output.json(["stage": stage, "tasks": "\(tasks)", "done": "\(done)"]) }
    try Output.print("stage '\(stage)': \(done) of \(tasks) tasks are done")
  }
}
