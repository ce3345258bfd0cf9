import Streams

extension TaskRunner {
  /// Reads what the tasks of an earlier stage wrote, whole, and compares it with their records, where
  /// this process still has a task of `stage` to do: work files have no checksums of their own, and a
  /// changed byte in them would change results in silence.
  /// - Throws: an input fault for the first file that is not as it was written.
  package func check(
    _ written: [CompletionRecord], before stage: String, configuration: String,
    tasks: [StageTask], share: TaskShare = .whole
  ) throws {
    let isWaiting = tasks.indices.contains {
      share.contains($0)
        && !run.isComplete(
          stage: stage, task: tasks[$0].name, configuration: configuration,
          inputs: tasks[$0].inputs)
    }
    guard isWaiting else { return }
    let stamps = written.flatMap { record in record.outputs.map { (record.stage, $0) } }
    _ = try concurrentMap(stamps.count, threads: threads) { index in
      try Interruption.check()
      let (stage, stamp) = stamps[index]
      let found = try FileStamp(path: stamp.path, in: run.path)
      guard found == stamp else {
        throw Fault(
          .input, "a file of the stage '\(stage)' is not as it was written",
          at: run.file(stamp.path), found: "\(found.bytes) bytes of the digest \(found.digest)",
          expected: "\(stamp.bytes) bytes of the digest \(stamp.digest)",
          hint: "remove it and run that stage again: what is whole is not done again")
      }
    }
  }
}
