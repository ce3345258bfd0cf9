import ArgumentParser
import Foundation
import Reports
import Runs

/// `midstream run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the whole stream of a recipe, stage by stage; resumable.",
    discussion: """
      Finished tasks are kept: after Ctrl-C, a crash or a full disk the same command goes on from \
      there. The report is DIR/report.html.

      EXAMPLE
        midstream run tools/recipes/quickstart.yaml
        midstream run tools/recipes/quickstart.yaml --set size=tiny --output runs/first-look
        midstream run tools/recipes/quickstart.yaml --set 'corpus={path: my-texts}' --output runs/mine
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Option(help: ArgumentHelp("The run's folder; runs/NAME without it.", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Lay a value over the recipe; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: ArgumentHelp("The seed, instead of the recipe's.", valueName: "n"))
  var seed: Int?

  @Flag(help: "Check the recipe, show its stages and do nothing.")
  var dryRun = false

  func run() throws {
    let overrides = overrides + (seed.map { ["seed=\($0)"] } ?? [])
    let recipe = try StreamRecipe(path: recipe, overrides: overrides)
    let folder = output ?? "runs/\(recipe.name)"
    if dryRun { return try Output.print(recipe.plan(folder: folder)) }
    let stream = try Stream(
      recipe, overrides: overrides, output: folder, threads: common.threads,
      progress: common.progress)
    let report = try stream.run()
    if common.json {
      try Output.json(report.evaluation)
    } else {
      try Output.print(TextReport(report).text(width: Output.width))
      try Output.print("\nreport: \(folder)/\(RunReport.path)")
    }
  }
}
