import Reports
import Runs

/// The figures of a corpus for a terminal.
struct StatisticsText {
  let sources: [CorpusStatistics.Summary]
  let total: CorpusStatistics.Summary
  let width: Int

  var text: String {
    let rows = (sources.count > 1 ? sources + [total] : sources).map(row)
    let table = TextTable(
      columns: [
        .text("source"), .number("documents"), .number("text"), .number("median", rank: 1),
        .number("longest", rank: 1), .number("zstd", rank: 2), .number("duplicates"),
        .text("languages", rank: 1),
      ], rows: rows)
    return (table.lines(width: width) + [""] + histogram).joined(separator: "\n")
  }

  private func row(_ source: CorpusStatistics.Summary) -> [String] {
    [
      source.source.isEmpty ? "(none)" : source.source, grouped(source.documents),
      amount(source.textBytes, "B"), amount(source.lengths.median, "B"),
      amount(source.lengths.longest, "B"),
      source.compressionRatio.map { "\(rounded($0, 10))×" } ?? "",
      duplicates(source), languages(source),
    ]
  }

  private func duplicates(_ source: CorpusStatistics.Summary) -> String {
    let share = "\(rounded(source.exactDuplicates * 100, 100))%"
    let error = source.exactDuplicatesError
    return error > 0 ? "\(share) ± \(rounded(error * 200, 100))" : share
  }

  private func languages(_ source: CorpusStatistics.Summary) -> String {
    source.languages.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
      .map { "\($0.key) \(rounded($0.value * 100, 10))%" }.joined(separator: ", ")
  }

  /// Documents by length, a bar each.
  private var histogram: [String] {
    let classes = total.lengths.histogram.compactMap { key, count in Int(key).map { ($0, count) } }
      .sorted { $0.0 < $1.0 }
    let most = classes.map(\.1).max() ?? 1
    return ["length of the documents"]
      + classes.map { start, count in
        let bar = String(repeating: "█", count: max(1, count * 40 / most))
        return "\(left(amount(start, "B"))) \(bar) \(grouped(count))"
      }
  }

  private func left(_ text: String) -> String {
    String(repeating: " ", count: max(0, 10 - text.count)) + text
  }

  private func rounded(_ value: Double, _ scale: Double) -> String {
    let value = (value * scale).rounded() / scale
    return value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}
