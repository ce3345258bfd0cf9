import Dispatch
import Foundation

/// Threads that take items in turn, work on them at the same time and hand the results on in the
/// items' order. At most one item a thread is in memory.
///
/// - Parameters:
///   - next: the next item, nil at the end; called by one thread at a time.
///   - worker: makes what one thread reuses from item to item.
///   - emit: takes the results in order; called by one thread at a time.
/// - Throws: the first error of any of them; what follows it is not emitted.
package func orderedPipeline<Item, Worker, Result>(
  threads: Int, next: () throws -> Item?, worker: () throws -> Worker,
  work: (Worker, Item) throws -> Result, emit: (Result) throws -> Void
) throws {
  if threads <= 1 {
    let worker = try worker()
    while let item = try next() { try emit(work(worker, item)) }
    return
  }
  try withoutActuallyEscaping(next) { next in
    try withoutActuallyEscaping(worker) { worker in
      try withoutActuallyEscaping(work) { work in
        try withoutActuallyEscaping(emit) { emit in
          let line = PipelineLine(next: next, makeWorker: worker, work: work, emit: emit)
          DispatchQueue.concurrentPerform(iterations: threads) { _ in line.run() }
          try line.check()
        }
      }
    }
  }
}

/// The two ends of the pipeline, each behind a lock.
private final class PipelineLine<Item, Worker, Result>: @unchecked Sendable {
  private let next: () throws -> Item?
  private let makeWorker: () throws -> Worker
  private let work: (Worker, Item) throws -> Result
  private let emit: (Result) throws -> Void
  private let taking = NSLock()
  private var taken = 0
  private var isAtEnd = false
  private let turn = NSCondition()
  private var emitted = 0
  private var error: (any Error)?

  init(
    next: @escaping () throws -> Item?, makeWorker: @escaping () throws -> Worker,
    work: @escaping (Worker, Item) throws -> Result, emit: @escaping (Result) throws -> Void
  ) {
    self.next = next
    self.makeWorker = makeWorker
    self.work = work
    self.emit = emit
  }

  /// One thread's part.
  func run() {
    do {
      let worker = try makeWorker()
      while let (number, item) = try take() { try hand(on: work(worker, item), number) }
    } catch { fail(error) }
  }

  private func take() throws -> (number: Int, item: Item)? {
    taking.lock()
    defer { taking.unlock() }
    guard !isAtEnd, !hasFailed, let item = try next() else {
      isAtEnd = true
      return nil
    }
    taken += 1
    return (taken - 1, item)
  }

  /// Waits for the item's turn.
  private func hand(on result: Result, _ number: Int) throws {
    turn.lock()
    defer { turn.unlock() }
    while emitted < number, error == nil { turn.wait() }
    guard error == nil else { return }
    try emit(result)
    emitted += 1
    turn.broadcast()
  }

  /// The first failure ends the others' waiting.
  private func fail(_ failure: any Error) {
    turn.lock()
    if error == nil { error = failure }
    turn.broadcast()
    turn.unlock()
  }

  func check() throws { if let error { throw error } }

  private var hasFailed: Bool {
    turn.lock()
    defer { turn.unlock() }
    return error != nil
  }
}
