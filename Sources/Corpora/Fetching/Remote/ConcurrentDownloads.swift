import Dispatch
import Streams
import Synchronization

/// Several downloads at once, on threads that may wait, with one sum of what has come.
struct ConcurrentDownloads {
  /// Of each file; nil where nobody knows.
  let byteCounts: [Int?]
  private let progress: @Sendable (FetchProgress) -> Void
  private static let width = 4

  init(byteCounts: [Int?], _ progress: @escaping @Sendable (FetchProgress) -> Void) {
    self.byteCounts = byteCounts
    self.progress = progress
  }

  /// - Parameters:
  ///   - stopsAtFailure: whether no further download begins behind a failed one.
  ///   - body: downloads one file, and says how many bytes have come.
  /// - Returns: the results in order; a download that did not begin is a `CancellationError`.
  func run<Value: Sendable>(
    stopsAtFailure: Bool, body: @Sendable (Int, (Int) -> Void) throws -> Value
  ) -> [Result<Value, any Error>] {
    let count = byteCounts.count
    let states = Mutex(
      (
        counts: [Int](repeating: 0, count: count), sum: 0,
        results: [Int: Result<Value, any Error>](), hasFailed: false
      ))
    let next = Atomic(0)
    let sizes = byteCounts.compactMap(\.self)
    let total = sizes.count == count ? sizes.reduce(0, +) : nil
    let activity = count == 1 ? "downloading a file" : "downloading \(count) files"
    DispatchQueue.concurrentPerform(iterations: min(ConcurrentDownloads.width, count)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= count { return }
        if stopsAtFailure, states.withLock({ $0.hasFailed }) { return }
        let result = Result {
          try body(index) { received in
            let sum = states.withLock {
              $0.sum += received - $0.counts[index]
              $0.counts[index] = received
              return $0.sum
            }
            progress(FetchProgress(byteCount: sum, totalByteCount: total, activity: activity))
          }
        }
        states.withLock {
          $0.results[index] = result
          if case .failure = result { $0.hasFailed = true }
        }
      }
    }
    return states.withLock { states in
      (0..<count).map { states.results[$0] ?? .failure(CancellationError()) }
    }
  }
}
