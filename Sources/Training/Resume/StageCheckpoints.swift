import Glibc
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
  private static let unfinished = ".part"
  private static let replaced = ".old"

  let folder: String
  let policy: CheckpointPolicy

  private var runningFolder: String { folder + "/" + Self.running }
  var finalPath: String { folder + "/" + Self.final }

  func path(step: Int) -> String {
    runningFolder + "/" + Self.prefix + zeroPadded(step, to: 6)
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

  /// What a process that was killed left half written or half removed. A checkpoint that steps aside
  /// for another of its name was damaged: a good one is never written again.
  func removeUnfinished() throws {
    for ending in [Self.unfinished, Self.replaced] { try Folder.remove(finalPath + ending) }
    guard Folder.isFolder(runningFolder) else { return }
    for name in try Folder.names(in: runningFolder)
    where name.hasSuffix(Self.unfinished) || name.hasSuffix(Self.replaced) {
      try Folder.remove(runningFolder + "/" + name)
    }
  }

  func save(_ model: LlamaModel, files: [Checkpoint.File], step: Int, isFinal: Bool) throws {
    try Folder.create(runningFolder)
    try Checkpoint.write(model, files: files, to: isFinal ? finalPath : path(step: step))
    try removeOutdated(step: step, isFinal: isFinal)
  }

  /// Removes what the policy does not keep beside the checkpoint after `step`.
  func removeOutdated(step: Int, isFinal: Bool) throws {
    let present = try steps()
    // Later ones than the newest were damaged and passed over: what they held is trained again.
    let passedOver = present.filter { $0 > step }
    var outdated = policy.outdated(present.filter { $0 <= step }) + passedOver
    if isFinal {
      // The final one is the newest; of the others only those that were to stay for good do.
      outdated = present.filter { other in
        other >= step || !(policy.keepEvery.map { other.isMultiple(of: $0) } ?? false)
      }
    }
    for step in outdated {
      // A name goes at once, so that a process that is killed here leaves no half checkpoint.
      let path = path(step: step)
      try Folder.remove(path + Self.replaced)
      guard rename(path, path + Self.replaced) == 0 else { throw Fault.system("remove", path) }
      try Folder.remove(path + Self.replaced)
    }
    if outdated.count == present.count { try Folder.remove(runningFolder) }
  }
}
