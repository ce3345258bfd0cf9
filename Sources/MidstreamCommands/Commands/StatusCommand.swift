import ArgumentParser
import Foundation
import Reports
import Runs
import Streams

/// `midstream status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show which stages of a run are complete, and what they took.",
    discussion: """
      EXAMPLE
        midstream status runs/quickstart
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String

  func run() throws {
    try InputPath.checkFolder(folder, expected: "a run's folder, as 'midstream run' makes it")
    let status = try RunStatus(folder: folder)
    if common.json { return try Output.json(status) }
    try Output.print("\(status.name): \(status.state.rawValue)")
    try Output.print("recipe   \(([status.recipe] + status.overrides).joined(separator: " "))")
    try Output.print("started  \(Self.date(status.started))")
    if let finished = status.finished { try Output.print("finished \(Self.date(finished))") }
    let table = TextTable(
      columns: [
        .text("stage"), .text("state"), .number("tasks", rank: 1), .number("time"),
        .number("work", rank: 2), .number("rate", rank: 3),
      ],
      rows: status.stages.map { stage in
        let rate = stage.seconds.flatMap { seconds in
          stage.work.map { Double($0) / max(seconds, 1e-9) }
        }
        return [
          stage.name, stage.complete ? "complete" : stage.tasksDone > 0 ? "begun" : "to do",
          Self.tasks(stage), stage.seconds.map(time) ?? "",
          stage.work.map { amount($0, stage.unit ?? "") } ?? "",
          rate.flatMap { Int(exactly: $0.rounded()) }.map {
            amount($0, stage.unit ?? "") + "/s"
          } ?? "",
        ]
      })
    for line in [""] + table.lines(width: Output.width) { try Output.print(line) }
  }

  private static func tasks(_ stage: RunStatus.Stage) -> String {
    if stage.tasksDone == 0, stage.tasks == nil { return "" }
    return "\(stage.tasksDone) of \(stage.tasks.map(String.init) ?? "?")"
  }

  private static func date(_ seconds: Double) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
    return formatter.string(from: Date(timeIntervalSince1970: seconds))
  }
}

/// What a run's folder says of its stages.
struct RunStatus: Encodable {
  enum State: String, Encodable {
    case complete
    /// A process is working on it.
    case running
    /// The same command goes on from there.
    case interrupted
  }

  struct Stage: Encodable {
    var name: String
    var complete: Bool
    /// Tasks with a completion record, and all where their number is known.
    var tasksDone: Int
    var tasks: Int?
    /// Of the last time that the stage ran.
    var seconds: Double?
    var work: Int?
    var unit: String?
  }

  var name: String
  var state: State
  var recipe: String
  var overrides: [String]
  /// Seconds since 1970.
  var started: Double
  var finished: Double?
  var stages: [Stage]

  init(folder: String) throws {
    let path = folder + "/" + RunRecord.path
    guard Folder.isFile(path) else {
      throw Fault(
        .input, "there is no run in '\(folder)'", at: path, found: "no such file",
        expected: "a run's folder, as 'midstream run' makes it")
    }
    let record = try RecordFile.read(RunRecord.self, from: path)
    let run = try RunFolder(folder)
    name = record.name
    recipe = record.recipe
    overrides = record.overrides
    started = record.started
    finished = record.finished
    state = RunLock.isHeld(folder) ? .running : record.finished == nil ? .interrupted : .complete
    stages = try Self.stages(record, run)
  }

  /// The stages in their order: those of the records, and those that come in every run.
  private static func stages(_ record: RunRecord, _ run: RunFolder) throws -> [Stage] {
    let isWhole = record.command == nil
    let always =
      isWhole
      ? [
        FetchStage.name, ExtractStage.name, DecideStage.name, WriteStage.name,
        TokenizerStage.name, TokenizeStage.name,
      ] : []
    let timed = record.stages.map(\.name)
    let recorded =
      try Folder.isFolder(run.file("records"))
      ? Folder.names(in: run.file("records")).filter { Folder.isFolder(run.file("records/" + $0)) }
      : []
    var names = always
    for name in timed + recorded where !names.contains(name) { names.append(name) }
    if let last = names.firstIndex(of: EvaluateStage.name) {
      names.append(names.remove(at: last))
    }
    let extracted = try run.records(stage: ExtractStage.name).count
    let slicesKnown = timed.contains(ExtractStage.name)
    return try names.map { name in
      let timing = record.stages.first { $0.name == name }
      let done = try run.records(stage: name).count
      let tasks: Int? =
        switch name {
        case FetchStage.name: nil
        case _ where !isWhole: nil
        case ExtractStage.name, WriteStage.name, TokenizeStage.name: slicesKnown ? extracted : nil
        default: 1
        }
      let complete = timing != nil && done >= (tasks ?? 0)
      return Stage(
        name: name, complete: complete, tasksDone: done, tasks: tasks, seconds: timing?.seconds,
        work: timing?.work, unit: timing?.unit)
    }
  }
}
