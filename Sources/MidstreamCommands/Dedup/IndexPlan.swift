import Runs
import Streams

/// What an update of an index is, from when its stages began. It is in the work folder, so that the same
/// command can see that its update was committed, where it was stopped right after that.
struct IndexPlan: Codable {
  static let path = "work/index-plan.json"
  /// The stage that checks the index and leaves the plan.
  static let stage = "index"

  /// The state of the index that it began with.
  var base: String
  /// Names the update.
  var update: String

  /// Whether the update of the unfinished work in a folder was committed, so that only its work is left
  /// to be taken away: whatever has become of the inputs since.
  /// - Parameter holds: whether the index has an update.
  /// - Throws: an input fault where it was another folder's work that was committed.
  static func isCommitted(_ run: RunFolder, holds: (_ update: String) -> Bool) throws -> Bool {
    guard let plan = try? RecordFile.read(IndexPlan.self, from: run.file(path)), holds(plan.update)
    else { return false }
    guard Folder.isFile(run.file(DedupRecord.path)) else {
      throw Fault(
        .input, "another call has added the documents of '\(run.path)' to the index", at: run.path,
        hint: "remove this unfinished work; the results are in the --output of that call")
    }
    return true
  }

  /// Runs `check` for each file of the index and writes the plan.
  func perform(
    _ work: StagedWork, settings: [String], files: Int,
    check: @escaping @Sendable (Int) throws -> Void
  ) throws {
    let run = work.run
    let tasks = (0...files).map {
      StageTask(
        name: $0 == files ? "plan" : zeroPadded($0), inputs: RunFolder.digest(of: [base, update]),
        work: 1)
    }
    _ = try work.stage(
      Self.stage, settings: settings, tasks: tasks, unit: "files", worker: {}
    ) { _, task in
      if task < files {
        try check(task)
        return TaskOutcome(outputs: [])
      }
      try RecordFile.write(self, to: run.file(Self.path))
      return TaskOutcome(outputs: [Self.path])
    }
  }
}

extension Fault {
  static func noIndex(_ path: String) -> Fault {
    Fault(
      .input, "there is no deduplication index in '\(path)'", at: path,
      expected: "a folder with index.json",
      hint: "--update makes it from the documents of --input")
  }

  static func indexChanged(_ path: String) -> Fault {
    Fault(
      .input, "the index '\(path)' was changed by another process", at: path,
      hint: "run the same command again: it compares with the index as it is now")
  }
}
