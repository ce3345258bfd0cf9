import Corpora
import Curation
import Streams

/// What was found in one document, and what is done with it.
struct DocumentVerdict: Sendable {
  /// An item that is held to be in the document, with the finding that says most.
  struct Touched: Sendable {
    var finding: ContaminationFinding
    var passage: String
  }

  /// Lines of `contaminated.jsonl`.
  var lines = ""
  var touched: [Touched] = []
  /// Why the document goes; empty where it stays.
  var reason = ""
  /// What is cut out of it, by place.
  var cuts: [Range<Int>] = []

  static let passageLimit = 400

  init(
    _ findings: [ContaminationFinding], id: String, text: UnsafeRawBufferPointer,
    plan: DecontaminationPlan
  ) {
    let deciding = findings.filter(\.decides)
    if plan.action == .passage { cuts = Self.cuts(findings, text) }
    defer {
      for finding in findings {
        lines += Self.line(finding, id: id, text, plan, cut: cut(of: finding)) + "\n"
      }
    }
    guard !deciding.isEmpty else { return }
    for finding in deciding {
      let new = Touched(finding: finding, passage: Self.passage(text, finding.bytes))
      if let known = touched.firstIndex(where: {
        $0.finding.set == finding.set && $0.finding.item == finding.item
      }) {
        if touched[known].finding.share < finding.share { touched[known] = new }
      } else {
        touched.append(new)
      }
    }
    let left = text.count - cuts.reduce(0) { $0 + $1.count }
    let share = Double(left) / Double(max(text.count, 1))
    let isTooLittle = left == 0 || share < plan.keptShare
    if plan.action == .document || (plan.action == .passage && isTooLittle) {
      reason = Self.reason(deciding[0], text, plan)
      if plan.action == .passage {
        reason += "; \(Int(share * 100))% would be left without it"
        cuts = []
      }
    }
  }

  private static func reason(
    _ finding: ContaminationFinding, _ text: UnsafeRawBufferPointer, _ plan: DecontaminationPlan
  ) -> String {
    let share = Int((finding.share * 100).rounded(.down))
    return "decontamination/evaluation-item: \(share)% of the \(finding.kind.rawValue) of "
      + "\(plan.sets[finding.set].set.name) \(plan.item(finding).id): "
      + Self.passage(text, finding.bytes)
  }

  private static func passage(_ text: UnsafeRawBufferPointer, _ bytes: Range<Int>) -> String {
    TextExcerpt.text(bytes, of: text, limit: passageLimit)
  }

  private static func line(
    _ finding: ContaminationFinding, id: String, _ text: UnsafeRawBufferPointer,
    _ plan: DecontaminationPlan, cut: Range<Int>?
  ) -> String {
    let share = (finding.share * 10_000).rounded(.down) / 10_000
    let members: [(String, String)] = [
      ("document", JSONValue.quoted(id)),
      ("set", JSONValue.quoted(plan.sets[finding.set].set.name)),
      ("item", JSONValue.quoted(plan.item(finding).id)),
      ("part", JSONValue.quoted(finding.kind.rawValue)), ("share", "\(share)"),
      ("words", "\(finding.partWords)"), ("longest_run", "\(finding.longestRun)"),
      ("decides", "\(finding.decides)"),
      ("span", "[\(finding.bytes.lowerBound),\(finding.bytes.upperBound)]"),
      ("cut", cut.map { "[\($0.lowerBound),\($0.upperBound)]" } ?? "null"),
      ("passage", JSONValue.quoted(passage(text, finding.bytes))),
    ]
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  // MARK: Cutting

  /// Bytes between two parts of an item that go with them: the letters of choices and such.
  private static let seam = 40

  private func cut(of finding: ContaminationFinding) -> Range<Int>? {
    cuts.first {
      $0.lowerBound <= finding.bytes.lowerBound && $0.upperBound >= finding.bytes.upperBound
    }
  }

  /// What decides, what adjoins it of the same document's findings, and the white space and
  /// punctuation behind.
  private static func cuts(
    _ findings: [ContaminationFinding], _ text: UnsafeRawBufferPointer
  ) -> [Range<Int>] {
    var joined: [(range: Range<Int>, decides: Bool)] = []
    for finding in findings.sorted(by: { $0.bytes.lowerBound < $1.bytes.lowerBound }) {
      if let last = joined.last, finding.bytes.lowerBound <= last.range.upperBound + seam {
        let end = max(last.range.upperBound, finding.bytes.upperBound)
        joined[joined.count - 1] = (
          last.range.lowerBound..<end, last.decides || finding.decides
        )
      } else {
        joined.append((finding.bytes, finding.decides))
      }
    }
    return joined.filter(\.decides).map { part in
      var end = part.range.upperBound
      while end < text.count, isBetweenWords(text[end]) { end += 1 }
      return part.range.lowerBound..<end
    }
  }

  private static func isBetweenWords(_ byte: UInt8) -> Bool {
    let small = byte | 0x20
    let isWord =
      (small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z"))
      || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")) || byte >= 0x80
    return !isWord
  }
}
