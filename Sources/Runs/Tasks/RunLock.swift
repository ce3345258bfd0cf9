import Glibc
import Streams

/// Keeps a second process out of a run's folder for as long as it lives. The kernel releases it
/// when the process ends, however it ends.
public final class RunLock {
  private let descriptor: Int32

  public init(_ run: RunFolder) throws {
    let path = run.file("run.lock")
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw Fault(
        .input, "another process is working on '\(run.path)'", at: path,
        hint: "wait for it, or give this run another --output")
    }
  }

  deinit { close(descriptor) }

  /// Whether some process is working on the run in this folder; nothing is created.
  public static func isHeld(_ folder: String) -> Bool {
    let descriptor = open(folder + "/run.lock", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}
