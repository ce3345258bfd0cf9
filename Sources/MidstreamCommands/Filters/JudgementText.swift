import Reports
import Runs
import Streams

/// A judgement for a terminal: each rule with its verdict, what the edits changed, and the text with
/// the evidence marked.
struct JudgementText {
  let judgement: Judgement
  /// Of each version.
  let texts: [[UInt8]]
  let width: Int
  let isColoured: Bool

  private static let changesShown = 5
  private static let changeLength = 60

  var text: String { (rules + [""] + verdict + edits + evidence).joined(separator: "\n") }

  private var rules: [String] {
    TextTable(
      columns: [
        .text("pack", rank: 2), .text("rule"), .text("verdict"), .text("values"),
        .number("threshold", rank: 1), .text("fails when", rank: 3),
      ],
      rows: judgement.rules.map { trial in
        [
          trial.pack, trial.rule, trial.verdict,
          trial.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.text)" }
            .joined(separator: ", "), trial.threshold.map { MidstreamCommands.shown($0) } ?? "",
          trial.failsWhen,
        ]
      }
    ).lines(width: max(width, 120))
  }

  private var failed: [TrialRecord] { judgement.rules.filter { $0.verdict == "fails" } }

  private var verdict: [String] {
    let name = judgement.id.map { "\(judgement.file), \($0.printable)" } ?? judgement.file
    return [
      "\(name): \(judgement.keeps ? "kept" : "removed"), fails \(failed.count) of "
        + "\(judgement.rules.count) rules"
    ]
  }

  // MARK: Edits

  private var edits: [String] {
    let all = zip(judgement.versions, judgement.versions.dropFirst()).enumerated()
    let lines = all.flatMap { index, pair -> [String] in
      let (before, after) = pair
      let head =
        "\(after.pack ?? "")/\(after.edit ?? ""): \(grouped(after.changeCount)) "
        + "change\(after.changeCount == 1 ? "" : "s"), "
        + "\(grouped(before.bytes)) to \(grouped(after.bytes)) bytes"
      let left = after.changeCount - Self.changesShown
      return [head] + after.changes.prefix(Self.changesShown).map { change($0, in: texts[index]) }
        + (left > 0 ? ["  and \(grouped(left)) more"] : [])
    }
    return lines.isEmpty ? [] : ["", "edits"] + lines.map { "  " + $0 }
  }

  private func change(_ change: Judgement.Change, in text: [UInt8]) -> String {
    let range = (change.start..<change.end).clamped(to: 0..<text.count)
    let before = Self.oneLine(String(decoding: text[range], as: UTF8.self))
    let after = change.replacement.isEmpty ? "" : " becomes '\(Self.oneLine(change.replacement))'"
    return "  \(change.reason): '\(before)'\(after)"
  }

  private static func oneLine(_ text: String) -> String {
    let line = text.replacing("\r\n", with: "↵").replacing("\n", with: "↵").printable
    return line.count <= changeLength ? line : line.prefix(changeLength - 1) + "…"
  }

  // MARK: Evidence

  private var evidence: [String] {
    if failed.isEmpty { return [] }
    let places = failed.flatMap { rule in (rule.evidence ?? []).map { (rule.rule, $0) } }
    if places.isEmpty {
      return ["", "no place to show: what fails is said of the whole text"]
    }
    return judgement.versions.indices.flatMap { version -> [String] in
      let marks = places.filter { $0.1.version == version }.map {
        MarkedText.Mark(range: $0.1.start..<$0.1.end, rule: $0.0)
      }
      if marks.isEmpty { return [] }
      let title = judgement.versions[version].edit.map { "the text after \($0)" } ?? "the text"
      return [
        "", title + ", evidence marked",
        MarkedText(texts[version], marks, isColoured: isColoured).shown,
      ]
    }
  }
}
