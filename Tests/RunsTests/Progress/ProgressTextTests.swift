import Testing

@testable import Runs

@Suite struct ProgressTextTests {
  private func text(stage: String = "train-continued", total: Int = 2_000_000) -> ProgressText {
    ProgressText(
      stage: stage, unit: "tokens", total: total, done: 1_234_567, doneAtStart: 234_567,
      seconds: 100, detail: "loss 3.214, 47% MFU")
  }

  @Test("the whole line counts what was done before in the share, and not in the rate")
  func whole() {
    #expect(
      text().line(width: nil)
        == "train-continued: 1,234,567 tokens of 2,000,000 tokens, 61%, 10,000 tokens/s, "
        + "1 min 17 s left, loss 3.214, 47% MFU")
    #expect(
      text(total: 0).line(width: 40)
        == "train-continued: 1,234,567 tokens, 10,000 tokens/s, loss 3.214, 47% MFU")
  }

  @Test("on a terminal of 80 columns loss, rate, share of the peak and time left are all there")
  func narrow() {
    let line = text().line(width: 79)
    #expect(
      line
        == "train-continued: 61%, 10,000 tokens/s, 1 min 17 s left, loss 3.214, 47% MFU")
    #expect(line.count <= 79)
    #expect(
      text().line(width: 60) == "train-continued: 61%, 1 min 17 s left, loss 3.214, 47% MFU")
  }
}
