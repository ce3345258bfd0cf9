import Ablations
import ArgumentParser
import Foundation
import Reports
import Runs
import Streams

/// `midstream ablate`.
struct AblateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablate",
    abstract: "Train mixtures from one checkpoint, several seeds each, and say which is best.",
    discussion: """
      The recipe names the data (`data:`), the checkpoint to branch off, one token budget, the \
      mixtures (a list, or a design drawn around the natural proportions) and the number of seeds. \
      Several models are trained at a time, one thread each. A finished run is never repeated: an \
      interrupted or extended study trains what is missing. Runs that were trained elsewhere come \
      from a CSV file with the columns mixture, seed, weight:DOMAIN and bpb:DOMAIN.

      EXAMPLE
        midstream ablate tools/recipes/mixtures.yaml --dry-run
        midstream ablate tools/recipes/mixtures.yaml
        midstream ablate tools/recipes/mixtures.yaml --show
        midstream ablate --import runs.csv --output runs/imported
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RecipeOptions

  @Argument(help: "The recipe, a YAML file; not needed with --import.")
  var recipe: String?

  @Flag(help: "Show the mixtures and what training them would cost, and do nothing.")
  var dryRun = false

  @Flag(help: "Show the study as it was left, and train nothing.")
  var show = false

  @Option(
    name: .customLong("import"),
    help: ArgumentHelp("Compare runs that were trained elsewhere.", valueName: "runs.csv"))
  var imported: String?

  func validate() throws {
    if recipe == nil && imported == nil {
      throw ValidationError("give a recipe, or --import RUNS.csv")
    }
    if [dryRun, show, imported != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--dry-run, --show and --import exclude each other")
    }
  }

  func run() throws {
    if let imported { return try compare(imported) }
    guard let path = recipe else { return }
    let recipe = try StudyRecipe(path: path, overrides: options.overrides)
    let folder = options.folder(recipe.name)
    if show { return try showReport(folder, name: recipe.name) }
    let study = StudyRun(
      recipe: recipe, overrides: options.overrides, run: try RunFolder(folder, creates: !dryRun),
      threads: common.threads,
      progress: common.progress)
    if dryRun {
      let cost = try study.cost()
      return common.json ? try Output.json(cost) : try Output.print(cost.text)
    }
    _ = try study.train()
    try showReport(folder, name: recipe.name)
  }

  /// Draws the report of a study's folder and prints its short form.
  private func showReport(_ folder: String, name: String) throws {
    let path = folder + "/" + StudyRecord.path(name: name)
    guard Folder.isFile(path) else {
      throw Fault(
        .input, "there is no study '\(name)' in '\(folder)'", expected: path,
        hint: "train it first: the same command without --show")
    }
    if common.json { return try Output.json(RecordFile.read(StudyRecord.self, from: path)) }
    let report = try RunReport(folder: folder)
    try report.write()
    try Output.print(TextReport(report).text(width: Output.width))
    try Output.print("\nreport: \(folder)/\(RunReport.path)")
  }

  private func compare(_ table: String) throws {
    let recipe = try recipe.map { try StudyRecipe(path: $0, overrides: options.overrides) }
    let name =
      recipe?.name ?? String(Folder.name(of: table).split(separator: ".").first ?? "imported")
    let folder = options.folder(name)
    let record = try ImportedRuns(path: table).study(
      name: name, target: recipe?.study.comparison.target ?? [:])
    try Folder.create(folder + "/records")
    try RecordFile.write(record, to: folder + "/" + StudyRecord.path(name: name))
    try showReport(folder, name: name)
  }
}
