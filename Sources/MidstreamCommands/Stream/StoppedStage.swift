import Runs
import Streams

extension TrainingSettings.Stage {
  /// Throws where the stage that this one begins with was stopped at a limit: to go on from there
  /// would be to pass over the limit.
  func requireFinishedStart(in run: RunFolder) throws {
    let path = run.file(TrainingRecord.path(stage: from))
    guard !startsFromFolder, Folder.isFile(path),
      let reason = try RecordFile.read(TrainingRecord.self, from: path).stopped
    else { return }
    throw Fault(
      .failure, "'\(name)' is not trained: it begins with '\(from)', which was stopped", at: path,
      found: reason, expected: "a stage that ended within its limit",
      hint: "replay more general text, or only mark the limit: `general_limit: {action: mark}`")
  }
}
