import ArgumentParser
import Corpora
import Curation
import Runs
import Streams

/// `midstream extract`.
struct ExtractCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "extract",
    abstract: "Turn pages, texts and source files into documents.",
    discussion: """
      Folders are read with all that is in them. The id of a document is FOLDER/path, those of \
      JSON lines stay. What cannot be read is counted and named on standard error.

      EXAMPLE
        midstream extract manual/html --output docs.jsonl.zst
        midstream extract page.html notes.txt --output docs.jsonl --json
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var reading: InputOptions

  @Argument(help: "Files, folders, globs and addresses: HTML, WARC, text, source code and so on.")
  var input: [String]

  @Option(
    help: ArgumentHelp(
      "The documents: a name that ends in \(DocumentOutput.endings.joined(separator: ", ")).",
      valueName: "file"))
  var output: String

  func run() throws {
    try DocumentOutput.check(output)
    let corpus = try InputCorpus(input, format: reading.format, progress: common.progress).corpus
    let conversion = Conversion(
      inputs: input, corpus: corpus, reading: reading.reading, common: common)
    let result = try conversion.run("extract", to: output, license: "unknown")
    if common.json { return try Output.json(result) }
    try Output.print(result.line)
  }
}
