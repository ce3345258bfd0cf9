import Glibc
import Synchronization

/// Ctrl-C and SIGTERM: a flag that long work polls. Finished tasks are kept.
public enum Interruption {
  /// Thrown by work that stops because the user asked for it.
  public struct Interrupted: Error {
    public init() {}
  }

  private static let requested = Atomic<Bool>(false)

  /// Makes the first Ctrl-C or SIGTERM raise the flag; a second one ends the process at once.
  public static func handleSignals() {
    requested.store(false, ordering: .relaxed)  // made before the first signal can come
    // A parent may have started us from a thread that blocks them, and we would inherit that.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&unblocked, number)
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        if Interruption.requested.load(ordering: .relaxed) { _exit(128 + number) }
        Interruption.requested.store(true, ordering: .relaxed)
      }
      sigaction(number, &action, nil)
    }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)  // A limit on file sizes is an error of the write, like a full disk.
  }

  /// Whether the run should stop.
  public static var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Throws `Interrupted` where the run should stop.
  public static func check() throws {
    if isRequested { throw Interrupted() }
  }
}
