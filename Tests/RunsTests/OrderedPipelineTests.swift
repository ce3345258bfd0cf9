import Runs
import Synchronization
import Testing

@Suite struct OrderedPipelineTests {
  private struct Failed: Error, Equatable { var item: Int }

  /// Items from 0, each with a few parts; some take long.
  private func run(
    _ count: Int, threads: Int, failing: Set<Int> = [], nextFails: Int? = nil
  ) -> (emitted: [Int], error: Failed?) {
    var emitted: [Int] = []
    var position = 0
    do {
      try orderedPipeline(threads: threads) { () -> Int? in
        if position == nextFails { throw Failed(item: position) }
        guard position < count else { return nil }
        position += 1
        return position - 1
      } worker: {
        0
      } work: { _, item, part in
        if failing.contains(item) { throw Failed(item: item) }
        if item % 7 == 0 { for _ in 0..<20_000 { _ = Mutex(item) } }
        for step in 0..<item % 3 { try part(item * 10 + step) }
        return item * 10 + item % 3
      } emit: {
        emitted.append($0)
      }
    } catch { return (emitted, error as? Failed) }
    return (emitted, nil)
  }

  private func expected(_ items: Range<Int>) -> [Int] {
    items.flatMap { item in (0...item % 3).map { item * 10 + $0 } }
  }

  @Test("results come in order with all of their parts", arguments: [1, 2, 3, 8])
  func order(threads: Int) {
    let (emitted, error) = run(200, threads: threads)
    #expect(emitted == expected(0..<200) && error == nil)
    #expect(run(0, threads: threads).emitted.isEmpty)
  }

  @Test(
    "all before the first failing item is emitted, and its error is thrown", arguments: [1, 2, 8])
  func failures(threads: Int) {
    for _ in 0..<20 {
      let (emitted, error) = run(100, threads: threads, failing: [50, 49, 70])
      #expect(error == Failed(item: 49))
      #expect(emitted == expected(0..<49))
    }
    let (emitted, error) = run(100, threads: threads, nextFails: 30)
    #expect(error == Failed(item: 30) && emitted == expected(0..<30))
  }
}
