import LanguageModel
import Streams

/// The checkpoints of one stage: `checkpoints/step-N` while it runs, `checkpoint` at its end.
///
/// Each is written under a name that is new, aside, and renamed when all of it is on disk; only then
/// do older ones go. So at any moment every checkpoint that has its name is whole.
package struct StageCheckpoints {
  static let final = "checkpoint"
  static let running = "checkpoints"
  private static let prefix = "step-"

  let folder: String
  let policy: CheckpointPolicy

  private var runningFolder: String { folder + "/" + Self.running }
  var finalPath: String { folder + "/" + Self.final }

  func path(step: Int) -> String {
    let digits = String(step)
    return runningFolder + "/" + Self.prefix
      + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// Removes every checkpoint of the stage in `folder`, for a stage of which only measures are wanted.
  package static func removeAll(in folder: String) throws {
    try Folder.remove(folder + "/" + final)
    try Folder.remove(folder + "/" + running)
  }

  /// Steps of the checkpoints within the stage, the newest first.
  func steps() throws -> [Int] {
    guard Folder.isFolder(runningFolder) else { return [] }
    return try Folder.names(in: runningFolder).compactMap { name in
      guard name.hasPrefix(Self.prefix), let step = Int(name.dropFirst(Self.prefix.count)) else {
        return nil
      }
      return path(step: step).hasSuffix("/" + name) ? step : nil
    }.sorted(by: >)
  }

  /// All checkpoints, the one to go on from first.
  func newestFirst() throws -> [String] {
    let running = try steps().map { path(step: $0) }
    return Folder.exists(finalPath) ? [finalPath] + running : running
  }

  /// What a process that was killed left half written, and damaged checkpoints that were about to be
  /// replaced: a good one is never written again.
  func removeUnfinished() throws {
    for path in [finalPath + ".part", finalPath + ".old"] { try Folder.remove(path) }
    guard Folder.isFolder(runningFolder) else { return }
    for name in try Folder.names(in: runningFolder)
    where name.hasSuffix(".part") || name.hasSuffix(".old") {
      try Folder.remove(runningFolder + "/" + name)
    }
  }

  func save(_ model: LlamaModel, files: [Checkpoint.File], step: Int, isFinal: Bool) throws {
    try Folder.create(runningFolder)
    try Checkpoint.write(model, files: files, to: isFinal ? finalPath : path(step: step))
    var present = try steps()
    if isFinal {
      // The final one is the newest; of the others only those that were to stay for good do.
      let staying = present.filter { other in
        other != step && policy.keepEvery.map { other.isMultiple(of: $0) } ?? false
      }
      for step in present where !staying.contains(step) { try Folder.remove(path(step: step)) }
      present = staying
    } else {
      for step in policy.outdated(present) { try Folder.remove(path(step: step)) }
    }
    if present.isEmpty { try Folder.remove(runningFolder) }
  }
}
