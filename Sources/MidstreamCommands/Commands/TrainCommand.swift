import ArgumentParser
import Foundation
import Reports
import Runs
import Streams
import Training

/// `midstream train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train the stages of a recipe on token shards; resumable.",
    discussion: """
      The recipe names the shards under 'data': those of a run, or folders by domain. A stage leaves \
      DIR/training/STAGE with metrics.jsonl, TensorBoard's event file and checkpoint/, a Hugging Face \
      folder. After Ctrl-C, a crash or a full disk --resume goes on to the same bits.

      EXAMPLE
        midstream train tools/recipes/anneal.yaml --dry-run
        midstream train tools/recipes/anneal.yaml --output runs/anneal
        midstream train tools/recipes/anneal.yaml --output runs/anneal --resume
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var options: RecipeOptions

  @Argument(help: "The recipe, a YAML file.")
  var recipe: String

  @Flag(help: "Go on from the newest checkpoint in the folder.")
  var resume = false

  @Flag(help: "Check the recipe, show what would be trained and do nothing.")
  var dryRun = false

  func run() throws {
    let recipe = try TrainRecipe(path: recipe, overrides: options.overrides)
    let folder = options.folder(recipe.name)
    if dryRun {
      let plan = try TrainingPlan(recipe, folder: folder, threads: common.threads)
      return common.json ? try Output.json(plan) : try Output.print(plan.text)
    }
    try checkFolder(folder)
    let run = try RecipeTraining(
      recipe, overrides: options.overrides, folder: folder, threads: common.threads,
      progress: common.progress)
    let results = try run.train()
    if common.json { return try Output.json(results) }
    try show(results, folder: folder)
  }

  /// Work of an earlier call is neither replaced nor gone on with by accident.
  private func checkFolder(_ folder: String) throws {
    let hasWork = Folder.exists(folder + "/training")
    guard resume || !hasWork else {
      throw Fault(
        .input, "there is training in '\(folder)' already", at: folder + "/training",
        hint: "--resume goes on with it; or give another --output")
    }
    if resume, !hasWork {
      common.progress.note("there is nothing to go on from in '\(folder)': training begins")
    }
  }

  private func show(_ results: [StageResult], folder: String) throws {
    let table = TextTable(
      columns: [
        .text("stage"), .number("steps", rank: 2), .number("tokens"), .number("loss"),
        .number("tokens/s", rank: 1), .number("MFU", rank: 3), .text("ended", rank: 4),
      ],
      rows: results.map { result in
        [
          result.stage, grouped(result.steps), grouped(result.tokens),
          String(format: "%.4f", result.loss), grouped(Int(result.tokensPerSecond)),
          "\(Int((result.shareOfPeak * 100).rounded()))%", result.stopped ?? "at its end",
        ]
      })
    for line in table.lines(width: Output.width) { try Output.print(line) }
    for result in results where !result.bitsPerByte.isEmpty {
      try Output.print("\nbits per byte in \(result.stage), documents to monitor with")
      for domain in result.bitsPerByte {
        let numbers = String(
          format: "%.4f to %.4f (%+.4f)", domain.start, domain.end, domain.end - domain.start)
        try Output.print("  \(domain.domain)  \(numbers)")
      }
    }
    try Output.print("\ncheckpoint: \(results.last?.checkpoint ?? folder)")
  }
}
