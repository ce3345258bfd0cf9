import ArgumentParser
import Curation
import Streams

/// Which repeated substrings go.
struct SubstringOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The least tokens of a repeated substring, 50 with --tokenizer.", valueName: "n"))
  var minimumTokens: Int?

  @Option(
    help: ArgumentHelp(
      "The least bytes of a repeated substring, 100 without --tokenizer.", valueName: "n"))
  var minimumBytes: Int?

  @Option(
    help: ArgumentHelp("Which copies go: all but the first (repeats), or the first too (all)."))
  var remove = SubstringSettings.Removal.repeats

  func validate() throws {
    guard minimumTokens == nil || minimumBytes == nil else {
      throw ValidationError("'--minimum-tokens' and '--minimum-bytes' exclude each other")
    }
    let longest = SubstringSettings.longestMinimum
    for (name, value) in [("tokens", minimumTokens), ("bytes", minimumBytes)] {
      guard let value, !(1...longest).contains(value) else { continue }
      throw ValidationError("'--minimum-\(name) \(value)' is not a number from 1 to \(longest)")
    }
  }

  /// The options that were given.
  var given: [String] {
    [
      ("--minimum-tokens", minimumTokens != nil), ("--minimum-bytes", minimumBytes != nil),
      ("--remove", remove != .repeats),
    ].filter(\.1).map(\.0)
  }

  /// - Parameter tokenizer: `--tokenizer` of the command, by which tokens are compared, not bytes.
  func check(tokenizer: String?) throws {
    guard minimumTokens == nil || tokenizer != nil else {
      throw ValidationError("'--minimum-tokens' needs --tokenizer")
    }
    guard minimumBytes == nil || tokenizer == nil else {
      throw ValidationError("'--minimum-bytes' compares bytes: leave out --tokenizer")
    }
  }

  /// - Parameter memory: in bytes.
  func settings(tokenizer: String?, memory: Int) throws -> SubstringSettings {
    try SubstringSettings(
      symbols: tokenizer.map { .tokens(try TokenizerOption.load($0)) } ?? .bytes,
      minimum: minimumTokens ?? minimumBytes ?? (tokenizer == nil ? 100 : 50), removal: remove,
      memory: memory)
  }
}

extension SubstringSettings.Removal: ExpressibleByArgument {}
