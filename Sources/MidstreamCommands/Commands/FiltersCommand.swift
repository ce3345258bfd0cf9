import ArgumentParser

/// `midstream filters list|show|try`.
struct FiltersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Show filter packs and signals, and try packs on a text.",
    discussion: """
      EXAMPLE
        midstream filters try essay.txt --filter gopher-quality
      """,
    subcommands: [List.self, Show.self, Try.self])
}
