import Glibc
import Streams

/// Keeps a second process out of a run's folder for as long as it lives. The kernel releases it
/// when the process ends, however it ends.
public final class RunLock {
  private var descriptors: [Int32] = []

  /// - Parameter share: processes with different shares of the work may be in the folder together.
  public init(_ run: RunFolder, share: TaskShare = .whole) throws {
    try lock(run, "run.lock", share.isWhole ? LOCK_EX : LOCK_SH)
    if !share.isWhole { try lock(run, "run-\(share.index)-of-\(share.count).lock", LOCK_EX) }
  }

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
