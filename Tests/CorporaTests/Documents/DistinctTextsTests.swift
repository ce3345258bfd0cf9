import Corpora
import Streams
import Testing

@Suite struct DistinctTextsTests {
  /// `distinct` texts, every tenth of them three times more.
  private func planted(_ distinct: Int, limit: Int) -> (value: Double, error: Double) {
    var texts = DistinctTexts(limit: limit)
    for copy in 0..<4 {
      for number in 0..<distinct where copy == 0 || number % 10 == 0 {
        texts.insert(ContentDigest("text \(number)"))
      }
    }
    return texts.duplicateShare
  }

  @Test("where all texts fit, the share is exact")
  func exact() {
    #expect(DistinctTexts().duplicateShare == (0, 0))
    let share = planted(1000, limit: 1000)
    #expect(share.value == 300.0 / 1300 && share.error == 0)
  }

  @Test("where they do not, the share is within four of its errors, and the error is small")
  func sampled() {
    for limit in [500, 2000, 8000] {
      let share = planted(40_000, limit: limit)
      let truth = 1 - 40_000.0 / 52_000
      #expect(share.error > 0 && share.error < 1.5 / Double(limit).squareRoot())
      #expect(abs(share.value - truth) < 4 * share.error, "\(share)")
    }
  }
}
