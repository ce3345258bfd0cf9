import ArgumentParser

/// The flags of commands that read a recipe and write a folder.
struct RecipeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder to write; runs/NAME without it.", valueName: "dir"))
  var output: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Lay a value over the recipe; may be repeated.", valueName: "key=value"))
  var values: [String] = []

  @Option(help: ArgumentHelp("The seed, instead of the recipe's.", valueName: "n"))
  var seed: Int?

  /// All that is laid over the recipe.
  var overrides: [String] { values + (seed.map { ["seed=\($0)"] } ?? []) }

  func folder(_ name: String) -> String { output ?? "runs/\(name)" }
}
