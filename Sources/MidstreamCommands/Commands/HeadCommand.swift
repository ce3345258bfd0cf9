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

      Of a file of columns (spans/, signals/ or decisions/ of a step) the first rows are shown as a \
      table, with --json as JSON lines: of spans/ the document's place in its input, the bytes that \
      go, and where the copy is that stays.

      EXAMPLE
        midstream head crawl.warc.gz
        midstream head docs.parquet --documents 1 --lines 40
        midstream head unique/spans/00000.columns --documents 20
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var input: InputOptions

  @Argument(help: "Files, folders, globs and addresses.")
  var inputs: [String]

  @Option(help: ArgumentHelp("Documents, or rows of columns, to show.", valueName: "n"))
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
    let columns = inputs.filter { $0.hasSuffix(ColumnRows.ending) }
    if !columns.isEmpty { return try showColumns(columns) }
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

  private func showColumns(_ paths: [String]) throws {
    if let other = inputs.first(where: { !$0.hasSuffix(ColumnRows.ending) }) {
      throw Fault(
        .input, "'\(other)' is no file of columns, and the others are",
        hint: "look at them by two calls")
    }
    for file in try InputFiles.resolve(paths) {
      try InputPath.checkFile(file.path)
      let rows = ColumnRows(try ColumnFile.read(file.path), limit: documents)
      if common.json {
        for line in rows.lines { try Output.print(line) }
      } else {
        try Output.print(rows.text(title: file.path, width: Output.width))
      }
    }
  }
}
