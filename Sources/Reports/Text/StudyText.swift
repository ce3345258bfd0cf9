import Runs

/// A study for a terminal: the verdict, the numbers that it rests on, the branches, what was gained
/// against what was forgotten, and the work.
struct StudyText {
  private let study: StudyReading
  /// Stands above the verdict where there are several studies.
  private let name: String?

  /// Rows of a table; the page has all.
  private static let rowLimit = 12

  init(_ record: StudyRecord, name: String?) {
    study = StudyReading(record, id: "")
    self.name = name
  }

  /// Paragraphs and tables, each as its lines.
  func parts(_ width: Int) -> [[String]] {
    let heading = name.map { TextReport.wrapped("Study \($0)", width: width) } ?? []
    let sentence = study.record.verdict.sentence
    let verdict = TextReport.wrapped(
      sentence.isEmpty ? "The study recorded no verdict." : sentence, width: width)
    let tables =
      study.record.kind == .arms
      ? [contrasts(width), branches(width)] : [branches(width), contrasts(width)]
    return ([heading + verdict] + tables + [tradeoff(width), work(width)]).filter { !$0.isEmpty }
  }

  private func contrasts(_ width: Int) -> [String] {
    // Of mixtures, the changes against the trunk stand in the table of gain and forgetting.
    let groups = ContrastGroup.all(study).filter {
      study.record.kind == .arms || $0.name != ContrastGroup.wholeChange
    }
    let rows = groups.flatMap { group in
      group.contrasts.map { contrast in
        [
          group.lineLabel(contrast), contrast.domain,
          contrast.effect.map { NumberText.signed($0, 4) } ?? NumberText.none,
          contrast.range.map { Interval(low: $0.lowerBound, high: $0.upperBound).text }
            ?? NumberText.none, contrast.verdict.words,
        ]
      }
    }
    return table(
      [
        .text("difference"), .text("domain", rank: 1), .number("effect"),
        .number("interval", rank: 3), .text("verdict", rank: 2),
      ], rows, width)
  }

  private func branches(_ width: Int) -> [String] {
    let measured = study.measures
    let rows = study.order.map { branch -> [String] in
      let runs = study.members(branch)
      let completed = study.completed(branch)
      return [study.title(branch)]
        + measured.map { study.spread(branch, $0)?.text() ?? NumberText.none }
        + ["\(completed.count) of \(runs.count)", Self.range(runs.map(\.tokens))]
    }
    let trunk = measured.map { study.trunk($0).map(NumberText.bitsPerByte) ?? NumberText.none }
    let hasTrunk = measured.contains { study.trunk($0) != nil }
    let domains = study.record.domains.enumerated().map { index, domain in
      TextTable.Column.number(domain, rank: 3 + index)
    }
    return table(
      [.text("bits per byte"), .number("target")] + domains
        + [.number("runs", rank: 1), .number("tokens a run", rank: 2)],
      (hasTrunk ? [[StudyReading.base] + trunk + [NumberText.none, NumberText.none]] : []) + rows,
      width)
  }

  private func tradeoff(_ width: Int) -> [String] {
    let tradeoff = Tradeoff(study)
    if let missing = tradeoff.missing { return TextReport.wrapped(missing, width: width) }
    return table(
      [
        .text("against \(StudyReading.base)"), .number("target"),
        .number(PlainText.cut(PlainText.oneLine(study.record.general ?? ""), to: 12)),
        .number("exchange rate", rank: 1),
        .text("front", rank: 2),
      ],
      tradeoff.branches.map { branch in
        [
          study.title(branch.index), NumberText.signed(branch.target.mean, 4),
          NumberText.signed(branch.general.mean, 4),
          branch.exchangeRate.map { NumberText.rounded($0, 2) } ?? NumberText.none,
          branch.isOnFront ? "*" : "",
        ]
      }, width)
  }

  /// Noise floor, runs that take no part, and all tokens.
  private func work(_ width: Int) -> [String] {
    let record = study.record
    var sentences = [study.effort]
    if let noise = record.noise.first(where: { $0.domain == StudyReading.target }) {
      sentences.append(
        noise.deviation.map {
          "Another seed alone changes the target by \(NumberText.rounded($0, 5)) (standard deviation)."
        } ?? "How much another seed changes is not known.")
    }
    let left = record.verdict.leftOut.map { "left out: \($0)" }
    let warnings = study.order.flatMap { branch in
      record.branches[branch].warnings.map { "warning: \(study.title(branch)): \($0)" }
    }
    return TextReport.wrapped(sentences.joined(separator: " "), width: width)
      + (Self.short(left) + Self.short(warnings)).flatMap {
        TextReport.wrapped($0, width: width)
      }
  }

  // MARK: Rows

  private func table(_ columns: [TextTable.Column], _ rows: [[String]], _ width: Int) -> [String] {
    if rows.isEmpty { return [] }
    let rest = rows.count - Self.rowLimit
    return TextTable(columns: columns, rows: Array(rows.prefix(Self.rowLimit))).lines(width: width)
      + (rest > 0
        ? TextReport.wrapped("(\(NumberText.count(rest)) more in \(RunReport.path))", width: width)
        : [])
  }

  private static func short(_ lines: [String]) -> [String] {
    let limit = 10
    return lines.count <= limit
      ? lines
      : lines.prefix(limit) + [
        "(\(NumberText.count(lines.count - limit)) more in \(RunReport.path))"
      ]
  }

  /// "200,009", "34,811 to 200,009"; nothing where no run has tokens.
  private static func range(_ tokens: [Int]) -> String {
    guard let low = tokens.min(), let high = tokens.max(), high > 0 else { return NumberText.none }
    return low == high
      ? NumberText.count(low) : "\(NumberText.count(low)) to \(NumberText.count(high))"
  }
}
