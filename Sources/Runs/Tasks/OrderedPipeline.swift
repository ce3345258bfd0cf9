import Dispatch
import Foundation

/// Threads that take items in turn, work on them at the same time and hand the results on in the
/// items' order, so that nobody can tell how many threads there were.
///
/// - Parameters:
///   - next: the next item, nil at the end; called by one thread at a time.
///   - worker: makes what one thread reuses from item to item.
///   - work: makes an item's last result. Earlier ones it gives to `part`, which waits for the item's
///     turn: an item of many results holds no more than one of them in memory.
///   - emit: takes the results in order; called by one thread at a time.
/// - Throws: the error of the first item that has one; all before it is emitted, nothing behind it.
package func orderedPipeline<Item, Worker, Result>(
  threads: Int, next: () throws -> Item?, worker: () throws -> Worker,
  work: (_ worker: Worker, _ item: Item, _ part: (Result) throws -> Void) throws -> Result,
  emit: (Result) throws -> Void
) throws {
  if threads <= 1 {
    let worker = try worker()
    return try withoutActuallyEscaping(emit) { emit in
      while let item = try next() { try emit(work(worker, item, emit)) }
    }
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
  private let work: (Worker, Item, (Result) throws -> Void) throws -> Result
  private let emit: (Result) throws -> Void
  private let taking = NSLock()
  private var taken = 0
  private var isAtEnd = false
  private let turn = NSCondition()
  /// Items that are done with.
  private var done = 0
  /// The error of the earliest item that has one.
  private var failure: (item: Int, error: any Error)?

  /// An item before this one has failed.
  private struct Abandoned: Error {}

  init(
    next: @escaping () throws -> Item?, makeWorker: @escaping () throws -> Worker,
    work: @escaping (Worker, Item, (Result) throws -> Void) throws -> Result,
    emit: @escaping (Result) throws -> Void
  ) {
    self.next = next
    self.makeWorker = makeWorker
    self.work = work
    self.emit = emit
  }

  /// One thread's part.
  func run() {
    var worker: Worker?
    while let (number, item) = take() {
      do {
        let made = try worker ?? makeWorker()
        worker = made
        let last = try work(made, item) { try hand(on: $0, of: number, isLast: false) }
        try hand(on: last, of: number, isLast: true)
      } catch { fail(error, of: number) }
    }
  }

  private func take() -> (number: Int, item: Item)? {
    taking.lock()
    defer { taking.unlock() }
    if isAtEnd || hasFailed { return nil }
    do {
      if let item = try next() {
        taken += 1
        return (taken - 1, item)
      }
    } catch { fail(error, of: taken) }
    isAtEnd = true
    return nil
  }

  /// Waits for the item's turn.
  private func hand(on result: Result, of number: Int, isLast: Bool) throws {
    turn.lock()
    defer { turn.unlock() }
    while done < number {
      if let failure, failure.item < number { throw Abandoned() }
      turn.wait()
    }
    try emit(result)
    if isLast {
      done += 1
      turn.broadcast()
    }
  }

  /// Those behind the item stop waiting.
  private func fail(_ error: any Error, of number: Int) {
    if error is Abandoned { return }
    turn.lock()
    if failure == nil || number < failure?.item ?? 0 { failure = (number, error) }
    turn.broadcast()
    turn.unlock()
  }

  func check() throws { if let failure { throw failure.error } }

  private var hasFailed: Bool {
    turn.lock()
    defer { turn.unlock() }
    return failure != nil
  }
}
