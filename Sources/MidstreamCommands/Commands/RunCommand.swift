import ArgumentParser
import Corpora
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

      --sample takes the documents whose ids hash below the share, so that a smaller sample is part \
      of a larger one, and writes to runs/NAME-sample. All files are read, only the sample is \
      measured; files that are one document are chosen without being read. Training is left out.

      EXAMPLE
        midstream run tools/recipes/quickstart.yaml
        midstream run tools/recipes/quickstart.yaml --set size=tiny --output runs/first-look
        midstream run tools/recipes/quickstart.yaml --set 'corpus={path: my-texts}' --output runs/mine
        midstream run tools/recipes/quickstart.yaml --sample 1%       # what would the whole take?
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RecipeOptions

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Option(
    help: ArgumentHelp(
      "Run up to the shards on a share of the documents, and estimate the whole: 1% or 0.01.",
      valueName: "share"))
  var sample: Share?

  @Flag(help: "Check the recipe, show its stages and do nothing.")
  var dryRun = false

  func run() throws {
    var recipe = try StreamRecipe(path: recipe, overrides: options.overrides)
    let folder = options.folder(recipe.name + (sample == nil ? "" : "-sample"))
    if let sample { recipe = recipe.sampled(DocumentSample(share: sample.value)) }
    if dryRun { return try Output.print(recipe.plan(folder: folder)) }
    let stream = try Stream(
      recipe, overrides: options.overrides, output: folder, threads: common.threads,
      progress: common.progress)
    let report = try stream.run()
    if sample != nil {
      let estimate = try RecordFile.read(
        SampleRecord.self, from: folder + "/" + SampleRecord.path)
      if common.json { return try Output.json(estimate) }
      try Output.print(SampleText(estimate).text(width: Output.width))
      try Output.print("\nthe sample's own report: \(folder)/\(RunReport.path)")
    } else if common.json {
      try Output.json(report.evaluation)
    } else {
      try Output.print(TextReport(report).text(width: Output.width))
      try Output.print("\nreport: \(folder)/\(RunReport.path)")
    }
  }
}
