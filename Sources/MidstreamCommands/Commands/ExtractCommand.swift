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

  @Argument(help: "Files and folders: HTML, text, source code, JSONL; .gz and .zst too.")
  var input: [String]

  @Option(help: ArgumentHelp("The documents, JSONL.", valueName: "file"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Read every file as html, text, code or jsonl; by its name without it.",
      valueName: "format"))
  var format: CorpusFormat?

  /// What `--json` prints.
  private struct Summary: Encodable {
    var output: String
    var files: Int
    var documents: Int
    var textBytes: Int
    /// How many inputs of each kind could not be read.
    var problems: [String: Int]
    var extraction: FileExtractor.Tally
  }

  func run() throws {
    let corpus = try self.corpus()
    let reader = CorpusReader(corpus)
    let writer = try DocumentWriter(output)
    var problems = ReadingProblems()
    var tally = FileExtractor().tally
    var textBytes = 0
    func write(_ batch: DocumentBatch) throws {
      try writer.write(batch)
      textBytes += batch.textByteCount
    }
    let progress = common.progress
    progress.begin(
      "extract", total: corpus.sources.reduce(0) { $0 + $1.byteCount }, unit: "B")
    var waiting: [DocumentSlice] = []
    func flush() throws {
      let slices = waiting
      waiting.removeAll()
      let pieces = try concurrentMap(slices.count, threads: common.threads) { index in
        try Self.read(slices[index], reader)
      }
      for (slice, piece) in zip(slices, pieces) {
        for batch in piece.batches { try write(batch) }
        problems.merge(piece.problems)
        tally = tally + piece.tally
        progress.add(slice.byteCount)
      }
    }
    for slice in try corpus.slices() {
      if Self.isOneFileOfLines(slice, corpus) {
        // It can be longer than memory: a batch at a time.
        try flush()
        try reader.read(slice, problems: &problems) { batch in
          try Interruption.check()
          try write(batch)
        }
        progress.add(slice.byteCount)
      } else {
        waiting.append(slice)
        if waiting.count == common.threads { try flush() }
      }
    }
    try flush()
    progress.end()
    DocumentFiles.show(problems)
    guard writer.documentCount > 0 else {
      throw Fault(
        .input, "there is no text in '\(input.joined(separator: "', '"))'",
        expected: "files of HTML, text, source code or JSONL",
        hint: "--format says how to read files whose names do not tell")
    }
    try writer.commit()
    let summary = Summary(
      output: output, files: corpus.sources.reduce(0) { $0 + $1.files.count },
      documents: writer.documentCount, textBytes: textBytes, problems: problems.counts,
      extraction: tally)
    if common.json { return try Output.json(summary) }
    try Output.print(
      "\(output): \(grouped(summary.documents)) documents, \(amount(textBytes, "B")) of text from "
        + "\(grouped(summary.files)) files, \(grouped(problems.count)) could not be read")
  }

  /// What one slice gave.
  private struct Piece: Sendable {
    var batches: [DocumentBatch] = []
    var problems = ReadingProblems()
    var tally = FileExtractor().tally
  }

  private static func read(_ slice: DocumentSlice, _ reader: CorpusReader) throws -> Piece {
    var piece = Piece()
    let extractor = FileExtractor()
    var batches: [DocumentBatch] = []
    try reader.read(slice, problems: &piece.problems, extract: extractor.extract) { batch in
      try Interruption.check()
      batches.append(batch)
    }
    piece.batches = batches
    piece.tally = extractor.tally
    return piece
  }

  private static func isOneFileOfLines(_ slice: DocumentSlice, _ corpus: FetchedCorpus) -> Bool {
    let source = corpus.sources[slice.sourceIndex].source
    return slice.files.count == 1 && source.format(of: slice.files[0].path) == .jsonl
  }

  /// One source a folder: those that were named, and those of the files that were named.
  private func corpus() throws -> FetchedCorpus {
    var roots: [String] = []
    var paths: [String: Set<String>] = [:]
    for path in input {
      let isFolder = Folder.isFolder(path)
      if !isFolder { try InputPath.checkFile(path) }
      let parent = Folder.parent(of: path)
      let root = isFolder ? Self.trimmed(path) : parent.isEmpty ? "." : parent
      if paths[root] == nil { roots.append(root) }
      paths[root, default: []].formUnion(
        isFolder ? try Folder.files(under: root) : [Folder.name(of: path)])
    }
    let names = Self.sourceNames(of: roots)
    let sources = zip(names, roots).map { name, root in
      FetchedSource(
        source: CorpusSource(name: name, license: "own", format: format, origin: .path(root)),
        root: root,
        files: (paths[root] ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
          CorpusFile(path: $0, byteCount: Folder.byteCount(of: root + "/" + $0) ?? 0)
        })
    }
    return FetchedCorpus(
      manifest: CorpusManifest(name: "own-text", sources: sources.map(\.source), path: ""),
      sources: sources)
  }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// The folders' own names; a second one of a name is numbered.
  private static func sourceNames(of roots: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return roots.map { root in
      let last = Folder.name(of: root)
      let name = [".", "..", ""].contains(last) ? "own" : last
      counts[name, default: 0] += 1
      let count = counts[name] ?? 1
      return count == 1 ? name : "\(name)-\(count)"
    }
  }
}

extension CorpusFormat: ExpressibleByArgument {}
