import Dispatch
import Synchronization

/// Threads that share out numbered tasks. They are Dispatch's, not those of Swift's tasks, because
/// a task's thread must never be held for seconds.
public struct Workers: Sendable {
  public let count: Int

  /// At least one.
  public init(_ count: Int) { self.count = max(count, 1) }

  /// Runs `body(worker, task)` for each task in `0..<taskCount`, in order of start, and returns when
  /// all are done. `worker` is below `count`, and no two calls at one time have the same.
  ///
  /// One worker is the calling thread itself, so that many may run side by side in one process.
  public func forEach(_ taskCount: Int, _ body: (_ worker: Int, _ task: Int) -> Void) {
    if count == 1 || taskCount <= 1 {
      for task in 0..<max(taskCount, 0) { body(0, task) }
      return
    }
    let next = NextTask()
    withoutActuallyEscaping(body) { body in
      let shared = SharedBody(call: body)
      DispatchQueue.concurrentPerform(iterations: min(count, taskCount)) { worker in
        while case let task = next.take(), task < taskCount { shared.call(worker, task) }
      }
    }
  }

  /// All calls end before `forEach` does, and each worker touches what is its own.
  private struct SharedBody: @unchecked Sendable {
    let call: (_ worker: Int, _ task: Int) -> Void
  }

  private final class NextTask: Sendable {
    private let index = Atomic(0)
    func take() -> Int { index.add(1, ordering: .relaxed).oldValue }
  }
}
