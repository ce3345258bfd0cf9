import ArgumentParser

/// What becomes of documents that lose text.
struct CutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A document that lost text and has fewer words left goes whole.", valueName: "n"))
  var leastWords = 20

  @Flag(help: "In removed/, also show what was cut out of documents that stay.")
  var showRemoved = false

  func validate() throws {
    guard (0...1_000_000).contains(leastWords) else {
      throw ValidationError("'--least-words \(leastWords)' is not a number from 0 to 1000000")
    }
  }

  /// The options that were given.
  var given: [String] {
    [("--least-words", leastWords != 20), ("--show-removed", showRemoved)].filter(\.1).map(\.0)
  }
}
