import Glibc
import Streams

/// Keeps a second process out of a run's folder for as long as it lives. The kernel releases it
/// when the process ends, however it ends.
public final class RunLock {
  private var descriptors: [Int32] = []

  /// - Parameter share: processes with different shares of the work may be in the folder together.
  public init(_ run: RunFolder, share: TaskShare = .whole) throws {
    try lock(run, "run.lock", share.isWhole ? LOCK_EX : LOCK_SH)
    if share.isWhole { return }
    let own = Self.countFile(share.count)
    try lock(run, own, LOCK_SH)
    try lock(run, "run-\(share.index)-of-\(share.count).lock", LOCK_EX)
    // Shares of another number of processes would be other tasks, some of them these.
    for name in try Folder.names(in: run.path)
    where name.hasPrefix(Self.countPrefix) && name != own {
      let descriptor = open(run.file(name), O_RDWR | O_CLOEXEC)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        throw Fault(
          .input, "processes of another --tasks are working on '\(run.path)'", at: run.file(name),
          hint: "give all of them the same --tasks")
      }
    }
  }

  private static let countPrefix = "run-of-"

  private static func countFile(_ count: Int) -> String { "\(countPrefix)\(count).lock" }

  private func lock(_ run: RunFolder, _ name: String, _ kind: Int32) throws {
    let path = run.file(name)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
    descriptors.append(descriptor)
    guard flock(descriptor, kind | LOCK_NB) == 0 else {
      throw Fault(
        .input, "another process is working on '\(run.path)'", at: path,
        hint: "wait for it, or give this run another --output")
    }
  }

  deinit { for descriptor in descriptors { close(descriptor) } }

  /// Whether some process is working on the run in this folder; nothing is created.
  public static func isHeld(_ folder: String) -> Bool {
    let descriptor = open(folder + "/run.lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}
