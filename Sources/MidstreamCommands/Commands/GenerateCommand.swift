import ArgumentParser
import LanguageModel
import Runs
import Streams
import Tokenization

/// `midstream generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Continue a prompt with a checkpoint.",
    discussion: """
      The folder holds the model and its tokenizer.json. The same seed gives the same text.

      EXAMPLE
        midstream generate --model runs/a/training/continued/checkpoint --prompt "The theorem"
      """)

  @OptionGroup var common: CommonOptions

  @Option(help: ArgumentHelp("A checkpoint's folder.", valueName: "dir"))
  var model: String

  @Option(help: "What to continue; empty for the start of a document.")
  var prompt: String

  @Option(help: ArgumentHelp("New tokens, at most.", valueName: "n"))
  var tokens = 64

  @Option(
    help: ArgumentHelp("0 takes the likeliest token, 1 samples as the model says.", valueName: "t"))
  var temperature = 0.8

  @Option(help: ArgumentHelp("Draws the tokens.", valueName: "n"))
  var seed: UInt64 = 1

  func validate() throws {
    guard tokens >= 1 else { throw ValidationError("'--tokens \(tokens)' is not a number from 1") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("'--temperature \(temperature)' is not a number from 0")
    }
  }

  /// What `--json` prints.
  private struct Generated: Encodable {
    var prompt: String
    var text: String
    var ids: [UInt32]
    /// Whether the model ended the text itself.
    var ended: Bool
  }

  func run() throws {
    let (weights, tokenizer) = try ModelFolder.load(model)
    var start = tokenizer.encode(prompt)
    // In training an end of text stands before each document.
    if let end = weights.configuration.endOfTextID { start.insert(UInt32(end), at: 0) }
    let ids = try Generator(weights).generate(
      after: start, count: tokens, temperature: temperature, seed: seed)
    let text = try tokenizer.decode(ids)
    if common.json {
      return try Output.json(
        Generated(
          prompt: prompt, text: String(decoding: text, as: UTF8.self), ids: ids,
          ended: ids.count < tokens))
    }
    try Output.write(prompt.utf8 + text + [0x0a])
  }
}
