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
  @OptionGroup var options: RecipeOptions

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Flag(help: "Check the recipe, show its stages and do nothing.")
  var dryRun = false

  func run() throws {
    let recipe = try StreamRecipe(path: recipe, overrides: options.overrides)
    let folder = options.folder(recipe.name)
    if dryRun { return try Output.print(recipe.plan(folder: folder)) }
    let stream = try Stream(
      recipe, overrides: options.overrides, output: folder, threads: common.threads,
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
