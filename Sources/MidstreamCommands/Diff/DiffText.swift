import Foundation
import Reports
import Runs
import Streams

/// Two runs side by side, for a terminal.
struct DiffText {
  private let diff: RunDiff
  private let width: Int
  private let isColoured: Bool

  init(_ diff: RunDiff, width: Int, isColoured: Bool) {
    self.diff = diff
    self.width = max(width, 60)
    self.isColoured = isColoured
  }

  func text() -> String {
    let parts = [
      head, diff.notes.flatMap { TextReport.wrapped("! \($0)", width: width) }, settings, kinds,
      domains, rules(.keptOnlyInA), rules(.keptOnlyInB), otherExamples,
    ]
    return parts.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n")
  }

  private var head: [String] {
    [("A", diff.a), ("B", diff.b)].map { name, run in
      "\(name)  \(run.folder): \(grouped(run.documents)) documents, "
        + (run.decided
          ? "\(grouped(run.kept)) kept, \(grouped(run.removed)) removed, "
            + "\(grouped(run.evaluation)) set aside" : "not decided on")
        + (run.sample.map { ", a sample of \(Share.text($0))" } ?? "")
    } + ["   \(grouped(diff.inBoth)) documents in both, \(grouped(diff.keptInBoth)) kept in both"]
  }

  private var settings: [String] {
    if diff.settings.isEmpty { return [] }
    return TextTable(
      columns: [.text("setting"), .text("A"), .text("B")],
      rows: diff.settings.map { [$0.key, $0.a ?? "not set", $0.b ?? "not set"] }
    ).lines(width: max(width, 120))
  }

  private var kinds: [String] {
    let rows = diff.kinds.map { kind in
      [Self.title(kind.kind), grouped(kind.documents), amount(kind.bytes, "B")]
        + StreamRecipe.domains.map { grouped(kind.domains[$0] ?? 0) }
    }
    let lines = table([.text("documents"), .number("all"), .number("text", rank: 1)], rows)
    return lines.enumerated().map { place, line in
      switch diff.kinds.indices.contains(place - 1) ? diff.kinds[place - 1].kind : nil {
      case .keptOnlyInA: coloured(line, "31")
      case .keptOnlyInB: coloured(line, "32")
      default: line
      }
    }
  }

  private var domains: [String] {
    let rows = diff.domains.map { domain in
      var change = "–"
      if let a = domain.tokensA, let b = domain.tokensB, a > 0 {
        change = String(format: "%+.1f%%", (Double(b) / Double(a) - 1) * 100)
      }
      return [
        domain.domain, grouped(domain.keptA), grouped(domain.keptB),
        domain.tokensA.map(grouped) ?? "–", domain.tokensB.map(grouped) ?? "–", change,
      ]
    }
    return TextTable(
      columns: [
        .text("kept of"), .number("documents A", rank: 1), .number("documents B", rank: 2),
        .number("tokens A"), .number("tokens B"), .number("change"),
      ], rows: rows
    ).lines(width: width)
  }

  private func rules(_ kind: RunDiff.Kind.Name) -> [String] {
    let rules = diff.rules.filter { $0.kind == kind }
    if rules.isEmpty { return [] }
    let isLost = kind == .keptOnlyInA
    let title = isLost ? "kept in A, not in B, by rules of B" : "kept in B, not in A, by rules of A"
    let rows = rules.map { rule in
      ["\(rule.stage)/\(rule.rule)", grouped(rule.documents), grouped(rule.alone)]
        + StreamRecipe.domains.map { grouped(rule.domains[$0] ?? 0) }
    }
    var lines = table([.text(title), .number("documents"), .number("alone")], rows)
    let shown = rules.filter { !$0.examples.isEmpty }
    if !shown.isEmpty { lines.append("") }
    for rule in shown {
      lines += examples(rule.examples, sign: isLost ? "-" : "+", colour: isLost ? "31" : "32")
    }
    return lines
  }

  private var otherExamples: [String] {
    diff.kinds.flatMap { kind -> [String] in
      kind.examples.isEmpty
        ? []
        : ["\(Self.title(kind.kind)), for example"]
          + examples(kind.examples, sign: " ", colour: nil)
    }
  }

  private func examples(
    _ examples: [RunDiff.Example], sign: String, colour: String?
  ) -> [String] {
    examples.flatMap { example -> [String] in
      let head = "\(sign) \(example.id.printable)"
      return [colour.map { coloured(head, $0) } ?? head]
        + (example.evidence.map { ["    \(cut($0))"] } ?? [])
        + (example.lineB == nil
          ? ["    \(cut(example.line))"]
          : ["    A: \(cut(example.line))", "    B: \(cut(example.lineB ?? ""))"])
    }
  }

  private func table(_ first: [TextTable.Column], _ rows: [[String]]) -> [String] {
    let domains = StreamRecipe.domains.enumerated().map { index, name in
      TextTable.Column.number(name, rank: 2 + index)
    }
    return TextTable(columns: first + domains, rows: rows).lines(width: width)
  }

  private static func title(_ kind: RunDiff.Kind.Name) -> String {
    switch kind {
    case .keptOnlyInA: "kept in A, not in B"
    case .keptOnlyInB: "kept in B, not in A"
    case .onlyInA: "only in A"
    case .onlyInB: "only in B"
    case .textChanged: "text changed"
    }
  }

  private func cut(_ text: String) -> String {
    let text = text.printable
    return text.count > width - 8 ? text.prefix(width - 9) + "…" : text
  }

  private func coloured(_ line: String, _ code: String) -> String {
    isColoured ? "\u{1b}[\(code)m\(line)\u{1b}[0m" : line
  }
}
