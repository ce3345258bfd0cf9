import Dispatch
import Foundation
import Streams
import Synchronization

/// Several downloads at once, with one sum of what has come. They wait for servers and not for
/// processors, so each has a thread of its own.
struct ConcurrentDownloads {
  /// Of each file; nil where nobody knows.
  let byteCounts: [Int?]
  private let progress: @Sendable (FetchProgress) -> Void
  private static let width = 4

  init(byteCounts: [Int?], _ progress: @escaping @Sendable (FetchProgress) -> Void) {
    self.byteCounts = byteCounts
    self.progress = progress
  }

  /// What the threads share.
  private final class Shared<Value: Sendable>: Sendable {
    let counts: Mutex<(each: [Int], sum: Int)>
    let results = Mutex<[Int: Result<Value, any Error>]>([:])
    let next = Atomic(0)
    let hasFailed = Atomic(false)

    init(count: Int) { counts = Mutex(([Int](repeating: 0, count: count), 0)) }

    /// The sum with what has come of one file.
    func sum(_ index: Int, _ received: Int) -> Int {
      counts.withLock {
        $0.sum += received - $0.each[index]
        $0.each[index] = received
        return $0.sum
      }
    }
  }

  /// Nil where a size is unknown, or where servers claim more than a number holds.
  static func sum(_ byteCounts: [Int?]) -> Int? {
    var total = 0
    for byteCount in byteCounts {
      guard let byteCount else { return nil }
      let (sum, isOver) = total.addingReportingOverflow(byteCount)
      if isOver { return nil }
      total = sum
    }
    return total
  }

  /// - Parameters:
  ///   - stopsAtFailure: whether no further download begins behind a failed one.
  ///   - body: downloads one file, and says how many bytes have come.
  /// - Returns: the results in order; a download that did not begin is a `CancellationError`.
  func run<Value: Sendable>(
    stopsAtFailure: Bool, body: @escaping @Sendable (Int, (Int) -> Void) throws -> Value
  ) -> [Result<Value, any Error>] {
    let count = byteCounts.count
    let shared = Shared<Value>(count: count)
    let total = Self.sum(byteCounts)
    let activity = count == 1 ? "downloading a file" : "downloading \(count) files"
    let progress = progress
    let group = DispatchGroup()
    for _ in 0..<min(ConcurrentDownloads.width, count) {
      group.enter()
      Thread.detachNewThread {
        defer { group.leave() }
        while true {
          let index = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
          if index >= count { return }
          if stopsAtFailure, shared.hasFailed.load(ordering: .relaxed) { return }
          let result = Result {
            try body(index) { received in
              progress(
                FetchProgress(
                  byteCount: shared.sum(index, received), totalByteCount: total,
                  activity: activity))
            }
          }
          if case .failure = result { shared.hasFailed.store(true, ordering: .relaxed) }
          shared.results.withLock { $0[index] = result }
        }
      }
    }
    group.wait()
    return shared.results.withLock { results in
      (0..<count).map { results[$0] ?? .failure(CancellationError()) }
    }
  }
}
