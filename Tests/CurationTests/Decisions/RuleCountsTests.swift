import Testing

@testable import Curation

@Suite struct RuleCountsTests {
  @Test("a document that fails as many rules as 16 bits count is not kept")
  func manyFailures() {
    let rows = [[RuleVerdict.RawValue]](
      repeating: [RuleVerdict.fails.rawValue, RuleVerdict.passes.rawValue], count: 65_536)
    let verdicts = FilterVerdicts(rules: [], rows: rows, count: 2)
    #expect(verdicts.failures == [65_536, 0])
    #expect(!verdicts.keeps(0) && verdicts.keeps(1))
    #expect(verdicts.failed(0).count == 65_536)
  }

  @Test("sizes that no document has count as the greatest number, and so do their sums")
  func greatSizes() {
    let verdicts = FilterVerdicts(rules: [], rows: [[2, 2, 0]], count: 3)
    var counts = RuleCounts(count: 1)
    counts.add(verdicts, bytes: [.max, 5, 7], tokens: [1, UInt64(Int.max), 3])
    #expect(counts.all == .init(documents: 3, bytes: .max, tokens: .max))
    #expect(counts.kept == .init(documents: 1, bytes: 7, tokens: 3))
    #expect(counts.rules[0].failing == .init(documents: 2, bytes: .max, tokens: .max))
    counts.add(counts)
    #expect(counts.all == .init(documents: 6, bytes: .max, tokens: .max))
    #expect(counts.rules[0].alone.documents == 4)
  }

  @Test("what fails, what fails alone and what is undecided is counted by rule")
  func counted() {
    let verdicts = FilterVerdicts(rules: [], rows: [[2, 2, 0, 1], [0, 2, 0, 0]], count: 4)
    var counts = RuleCounts(count: 2)
    counts.add(verdicts, bytes: [10, 20, 30, 40], tokens: [])
    #expect(counts.all == .init(documents: 4, bytes: 100))
    #expect(counts.kept == .init(documents: 2, bytes: 70))
    #expect(counts.rules[0].failing == .init(documents: 2, bytes: 30))
    #expect(counts.rules[0].alone == .init(documents: 1, bytes: 10))
    #expect(counts.rules[0].undecided == 1)
    #expect(counts.rules[1].failing == .init(documents: 1, bytes: 20))
    #expect(counts.rules[1].alone == .init())
  }
}
