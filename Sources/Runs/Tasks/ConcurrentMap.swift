import Dispatch
import Synchronization

/// `body` of each index in `0..<count` on up to `threads` threads; the results in order. The first
/// error by index is thrown. Blocks the caller.
package func concurrentMap<Result: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  if threads <= 1 || count <= 1 { return try (0..<count).map(body) }
  let shared = SharedResults<Result>(count: count)
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while let index = shared.next() {
      do { shared.set(index, .success(try body(index))) } catch {
        shared.set(index, .failure(error))
      }
    }
  }
  return try shared.all()
}

private final class SharedResults<Value: Sendable>: Sendable {
  private let count: Int
  private let taken = Atomic(0)
  private let results: Mutex<[Result<Value, any Error>?]>

  init(count: Int) {
    self.count = count
    results = Mutex(Array(repeating: nil, count: count))
  }

  func next() -> Int? {
    let index = taken.add(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }

  func set(_ index: Int, _ result: Result<Value, any Error>) {
    results.withLock { $0[index] = result }
  }

  func all() throws -> [Value] { try results.withLock { try $0.compactMap { try $0?.get() } } }
}
