import ArgumentParser
import Corpora
import Runs
import Streams

/// `midstream convert`.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Read documents of any format and write them as JSONL or Parquet.",
    discussion: """
      Reads JSONL, Parquet, WARC, WET, ARC, CSV, TSV, pages, texts, source code and archives (.tar, \
      .zip) of these, plain or compressed; files, folders, globs, https:// and hf:// addresses. All \
      fields of the input are kept. What cannot be read is counted and named, and the rest goes on. \
      A card beside the output says what it is made of.

      EXAMPLE
        midstream convert crawl/*.warc.gz --output crawl.jsonl.zst
        midstream convert hf://datasets/OWNER/NAME/data --field text=content --output docs.parquet
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputOptions

  @Argument(help: "Files, folders, globs and addresses.")
  var inputs: [String]

  @Option(
    help: ArgumentHelp(
      "The documents: a name that ends in \(DocumentOutput.endings.joined(separator: ", ")).",
      valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The zstd level.", valueName: "n"))
  var level: Int = 3

  @Option(help: ArgumentHelp("The licence of the texts, for the card.", valueName: "spdx"))
  var license: String = "unknown"

  @Flag(help: "Write nothing and fail where anything could not be read.")
  var strict = false

  func validate() throws {
    guard (1...19).contains(level) else {
      throw ValidationError("'--level \(level)' is not a number from 1 to 19")
    }
  }

  func run() throws {
    try DocumentOutput.check(output)
    let corpus = try InputCorpus(inputs, format: input.format, progress: common.progress).corpus
    let conversion = Conversion(
      inputs: inputs, corpus: corpus, reading: input.reading, common: common)
    let result = try conversion.run(
      "convert", to: output, level: Int32(level), license: license, strict: strict)
    if common.json { return try Output.json(result) }
    try Output.print(result.line)
  }
}
