import Foundation
import Runs

/// The answer, the funnel and the domains as plain text, for the end of a run or of a study in a
/// terminal.
public struct TextReport: Sendable {
  private let report: RunReport

  public init(_ report: RunReport) { self.report = report }

  /// - Parameter width: cells of the terminal; at least 40 are used.
  /// - Returns: lines without control characters, each ended by a line feed.
  public func text(width: Int) -> String {
    let width = max(40, width)
    let studies = StudySections.ordered(report.studies)
    let hasSeveral = studies.count > 1
    let results = studies.flatMap { StudyText($0, name: hasSeveral ? $0.name : nil).parts(width) }
    // One checkpoint alone has no before and after; the study tells more of it.
    let isAnswered = !studies.isEmpty && (report.evaluation?.models.count ?? 0) < 2
    let parts =
      report.areDecisionsAlone
      ? (report.curation == nil && report.contamination != nil ? [] : [funnel(width)])
        + repeats(width) + contamination(width)
      : results + (isAnswered ? [] : [answer(width)])
        + (report.isStudyAlone ? [] : [funnel(width), domains(width)])
    return parts.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
  }

  private static let repeatedShown = 10

  private func repeats(_ width: Int) -> [[String]] {
    guard let record = report.repeats else { return [] }
    let sources = TextTable(
      columns: [
        .text("source"), .number("documents"), .number("edited"), .number("removed"),
        .number("bytes", rank: 1), .number("gone"),
      ],
      rows: record.sources.sorted { $0.key < $1.key }.map { name, fates in
        [
          name.isEmpty ? "(none)" : name, NumberText.count(fates.documents),
          NumberText.count(fates.edited), NumberText.count(fates.removed),
          NumberText.bytes(fates.bytes),
          NumberText.share(of: fates.removedBytes, in: fates.bytes),
        ]
      })
    let parts = record.repeated.prefix(Self.repeatedShown).map { part in
      [NumberText.count(part.copies), String(PlainText.oneLine(part.excerpt).prefix(width - 20))]
    }
    let frequent = TextTable(
      columns: [.number("copies"), .text("of \(record.part)")], rows: Array(parts))
    return [sources.lines(width: width)] + (parts.isEmpty ? [] : [frequent.lines(width: width)])
  }

  private func contamination(_ width: Int) -> [[String]] {
    guard let record = report.contamination else { return [] }
    let table = TextTable(
      columns: [.text("evaluation set"), .number("items"), .number("touched"), .number("share")],
      rows: record.sets.map {
        [
          $0.name, NumberText.count($0.items), NumberText.count($0.touched),
          NumberText.share($0.share),
        ]
      })
    let sentence =
      "\(NumberText.count(record.contaminated)) of "
      + "\(NumberText.count(record.documents, "document")) hold an item"
    return [table.lines(width: width) + ["", sentence]]
  }

  private func answer(_ width: Int) -> [String] {
    guard let record = report.evaluation else {
      return missing(EvaluationRecord.path, "bits per byte by domain", width)
    }
    let answer = Answer(record)
    let sentence = Self.wrapped(answer.sentence, width: width)
    if record.domains.isEmpty { return sentence }
    let models = answer.models.enumerated().map { index, name in
      TextTable.Column.number(
        name, rank: index > 0 && index < answer.models.count - 1 ? 4 : index == 0 ? 2 : 1)
    }
    let table = TextTable(
      columns: [.text("bits per byte")] + models
        + [.number("change"), .number("95% interval", rank: 3), .text("verdict")],
      rows: answer.domains.map { domain in
        let scores = answer.models.indices.map { index in
          index < domain.scores.count
            ? NumberText.bitsPerByte(domain.scores[index].bitsPerByte) : NumberText.none
        }
        return [domain.domain] + scores + [
          domain.change.map { NumberText.signed($0.mean, 4) } ?? NumberText.none,
          domain.change?.interval ?? NumberText.none, Answer.Verdict(domain.change).words,
        ]
      })
    return table.lines(width: width) + [""] + sentence
  }

  private func funnel(_ width: Int) -> [String] {
    guard let steps = report.curation?.funnel else {
      return missing(CurationRecord.path, "what curation kept", width)
    }
    return TextTable(
      columns: [
        .text("step"), .number("documents"), .number("bytes"), .number("tokens", rank: 1),
        .number("of bytes", rank: 2),
      ],
      rows: steps.map { step in
        [
          step.title, NumberText.count(step.documents), NumberText.bytes(step.bytes),
          step.tokens.map(NumberText.count) ?? NumberText.none,
          NumberText.share(of: step.bytes, in: steps.first?.bytes ?? 0),
        ]
      }
    ).lines(width: width)
  }

  private func domains(_ width: Int) -> [String] {
    guard let domains = report.curation?.domains else { return [] }
    let before = domains.map(\.bytesBefore).total()
    let after = domains.map(\.bytesAfter).total()
    return TextTable(
      columns: [
        .text("domain"), .number("documents", rank: 1), .number("kept"),
        .number("of bytes before", rank: 2), .number("after"), .number("tokens", rank: 4),
        .number("quality before", rank: 5), .number("quality after", rank: 3),
      ],
      rows: domains.map { domain in
        [
          domain.domain, NumberText.count(domain.documentsBefore),
          NumberText.count(domain.documentsAfter),
          NumberText.share(of: domain.bytesBefore, in: before),
          NumberText.share(of: domain.bytesAfter, in: after), NumberText.count(domain.tokensAfter),
          NumberText.rounded(domain.qualityBefore, 3), NumberText.rounded(domain.qualityAfter, 3),
        ]
      }
    ).lines(width: width)
  }

  private func missing(_ path: String, _ meaning: String, _ width: Int) -> [String] {
    Self.wrapped("Not in this run: \(meaning) (\(path) is missing).", width: width)
  }

  /// Words in lines of at most `width` cells; a longer word stands alone.
  package static func wrapped(_ text: String, width: Int) -> [String] {
    let plain = PlainText.oneLine(text).replacingOccurrences(of: "−", with: "-")
    var lines: [String] = []
    for word in plain.split(separator: " ") {
      if let last = lines.last,
        TextTable.cellCount(last) + 1 + TextTable.cellCount(String(word)) <= width
      {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
