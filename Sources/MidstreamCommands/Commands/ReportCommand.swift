import ArgumentParser
import Foundation
import Reports
import Runs

/// `midstream report`.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Draw a run's report again, from its records.",
    discussion: """
      The folder may also be one that curate, dedup (by any method) or decontaminate wrote.

      EXAMPLE
        midstream report runs/quickstart
        midstream report unique
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String

  /// What `--json` prints.
  private struct Summary: Encodable {
    var report: String
    var evaluation: EvaluationRecord?
    var curation: CurationRecord?
    var repeats: RepeatsRecord?
    var contamination: ContaminationRecord?
    var shards: ShardsRecord?
    var studies: [StudyRecord]
    /// Records that cannot be read.
    var faults: [String]
  }

  func run() throws {
    try InputPath.checkFolder(folder, expected: "a run's folder, as 'midstream run' makes it")
    let report = try RunReport(folder: folder)
    for fault in report.faults {
      FileHandle.standardError.write(Data("midstream: warning: \(fault)\n".utf8))
    }
    let path = try report.write()
    if common.json {
      return try Output.json(
        Summary(
          report: path, evaluation: report.evaluation, curation: report.curation,
          repeats: report.repeats, contamination: report.contamination, shards: report.shards,
          studies: report.studies, faults: report.faults.map(\.description)))
    }
    try Output.print(TextReport(report).text(width: Output.width))
    try Output.print("\nreport: \(path)")
  }
}
