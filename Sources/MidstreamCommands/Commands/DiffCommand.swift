import ArgumentParser
import Foundation
import Glibc
import Runs

/// `midstream diff`.
struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract:
      "Show which documents flip between two runs, by rule and domain, and what that costs.",
    discussion: """
      Documents are matched by their ids. Shown are the settings that differ, what one run keeps \
      and the other does not, by the rule that removes it, the tokens of each domain before and \
      after, and examples with the evidence. A document that fails several rules counts for each; \
      'alone' are those that fail no other.

      EXAMPLE
        midstream diff runs/quickstart runs/stricter
        midstream diff runs/quickstart runs/stricter --examples 5 --json
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: ArgumentHelp("The folder of the first run.", valueName: "run-a"))
  var runA: String

  @Argument(help: ArgumentHelp("The folder of the second run.", valueName: "run-b"))
  var runB: String

  @Option(help: ArgumentHelp("Documents to show of each kind of flip.", valueName: "n"))
  var examples = 2

  func validate() throws {
    guard (0...1000).contains(examples) else {
      throw ValidationError("'--examples \(examples)' is not a number from 0 to 1000")
    }
  }

  func run() throws {
    let (a, b) = (try ComparedRun(folder: runA), try ComparedRun(folder: runB))
    let progress = common.progress
    progress.begin("diff", total: a.tasks.count + b.tasks.count, unit: "tasks")
    var comparison = RunComparison(a, b, examples: examples)
    let diff = try comparison.compare {
      try Interruption.check()
      progress.add(1)
    }
    progress.end()
    if common.json { return try Output.json(diff) }
    let text = DiffText(diff, width: Output.width, isColoured: Output.isColoured)
    try Output.print(text.text())
  }
}
