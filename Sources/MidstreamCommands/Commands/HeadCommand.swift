import ArgumentParser
import Corpora
import Curation
import Runs
import Streams

/// `midstream head`.
struct HeadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head",
    abstract: "Look at the first documents of files of any format.",
    discussion: """
      Shows id, source, address, size, metadata and the beginning of the text at the terminal's \
      width, in colour on a terminal. With --json it prints the whole documents as JSON lines.

      EXAMPLE
        midstream head crawl.warc.gz
        midstream head docs.parquet --documents 1 --lines 40
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputOptions

  @Argument(help: "Files, folders, globs and addresses.")
  var inputs: [String]

  @Option(help: ArgumentHelp("Documents to show.", valueName: "n"))
  var documents: Int = 3

  @Option(help: ArgumentHelp("Lines of text to show of each; 0 for all.", valueName: "n"))
  var lines: Int = 12

  func validate() throws {
    guard documents > 0 else {
      throw ValidationError("'--documents \(documents)' is not a positive number")
    }
    guard lines >= 0 else { throw ValidationError("'--lines \(lines)' is a negative number") }
  }

  func run() throws {
    let corpus = try InputCorpus(inputs, format: input.format, progress: common.progress).corpus
    var reader = CorpusReader(corpus)
    reader.options = input.reading
    var problems = ReadingProblems()
    var left = documents
    let portrait = DocumentPortrait(
      width: Output.width, lineLimit: lines, isColoured: Output.isColoured)
    slices: for slice in try corpus.slices() {
      let documents = reader.documents(of: slice, extract: FileExtractor().extract)
      defer { problems.merge(documents.problems) }
      var batch = DocumentBatch()
      // Little at a time: what is behind the first documents is not read.
      while try documents.fill(&batch, targetTextBytes: 1) {
        try Interruption.check()
        for index in 0..<batch.count {
          if common.json {
            try Output.write(batch.line(index))
          } else {
            try Output.print(portrait.text(batch, index, number: self.documents - left + 1))
          }
          left -= 1
          if left == 0 { break slices }
        }
      }
    }
    DocumentFiles.show(problems)
    if left == documents { throw Fault.noDocument(in: inputs, problems) }
  }
}
