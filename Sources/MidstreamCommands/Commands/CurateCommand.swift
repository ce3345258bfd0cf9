import ArgumentParser
import Corpora
import Curation
import Foundation
import Reports
import Runs
import Streams

/// `midstream curate`.
struct CurateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curate",
    abstract: "Judge documents by filter packs: kept/ and removed/, each removal explained.",
    discussion: """
      A document goes where it fails at least one rule. Packs act in the order in which they are \
      named, each on the text as the edits of those before left it. kept/ and removed/ have one file \
      for each input with documents; removed documents have their text as it came and every rule that they fail, with its \
      values. signals/ holds what was measured on all documents, decisions/ what each rule said.

      With --redecide the columns are decided anew, by other packs or conditions and without the \
      texts: redecided/ has the decisions, and what needs the texts again is named.

      EXAMPLE
        midstream curate --input docs.jsonl.zst --filter language gopher-quality --output curated
        midstream curate --redecide --output curated \\
          --set "gopher-quality.gopher_short_doc=word_count < 30"
        midstream report curated/redecided
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Documents: files, folders and globs, in any format that 'convert' reads.",
      valueName: "path"))
  var input: [String] = []

  @OptionGroup var filters: FilterOptions
  @OptionGroup var folder: OutputFolder

  @Option(
    help: ArgumentHelp(
      "Count tokens by this tokenizer: a folder with tokenizer.json, or the file.",
      valueName: "path"))
  var tokenizer: String?

  @Flag(help: "Write no removed documents, only what stays.")
  var noRemoved = false

  @Flag(help: "Write documents without their signals, which signals/ has in any case.")
  var noSignals = false

  @Flag(help: "Decide again from the columns that an earlier call wrote to --output.")
  var redecide = false

  func validate() throws {
    if redecide, !input.isEmpty || tokenizer != nil || noRemoved || noSignals {
      throw ValidationError(
        "'--redecide' reads the columns of an earlier call: leave out --input, --tokenizer, "
          + "--no-removed and --no-signals")
    }
    if !redecide, input.isEmpty {
      throw ValidationError("Missing expected argument '--input <path> ...'")
    }
  }

  func run() throws { try redecide ? decideAgain() : curate() }

  // MARK: From the texts

  private func curate() throws {
    let chain = FilterChain(try filters.packs())
    let tokenizer = try tokenizer.map { try TokenizerOption.load($0) }
    let files = try DocumentFiles(input, besides: folder)
    try folder.check(CuratedFolder.names, inputs: files.paths)
    let settings = CurateSettings(
      chain: chain, siteLines: try siteLines(chain, files), tokenizer: tokenizer,
      writesRemoved: !noRemoved, writesSignals: !noSignals)
    let output = CuratedOutput(folder, writesRemoved: !noRemoved)
    let problems = try files.map(
      "curate", options: common, worker: { try CurateWorker(settings) },
      work: { try $0.curate($1) }
    ) { file, _, result in try output.append(result, of: file) }
    try output.commit()
    let outcome = try CurateDecision(
      source: folder.output, output: folder.output, parts: output.parts, chain: chain,
      hasTokens: tokenizer != nil, threads: common.threads, problems: problems.byKind
    ).run()
    try record(chain, files, output, outcome, tokenizer: tokenizer?.digest.hex).write(to: folder)
    try DatasetCard(
      keptIn: folder, by: "curate", sources: output.sources,
      removed: outcome.counts.removedDocuments
    ).write(besides: folder.output)
    var summary = CurateSummary(
      folder.output, chain, outcome, problems: problems.counts, hasTokens: tokenizer != nil)
    summary.emptied = chain.edits ? output.emptied : nil
    try show(summary)
  }

  /// Reads all inputs once to count the lines of each site, where a pack removes what they repeat.
  private func siteLines(_ chain: FilterChain, _ files: DocumentFiles) throws -> FrozenSiteLines? {
    guard let minimum = chain.siteLineMinimum else { return nil }
    try files.checkReadTwice()
    let scratch = folder.file(CuratedFolder.siteLines)
    defer { try? Folder.remove(scratch) }
    let counts = try SiteLineCounts(folder: scratch)
    // What cannot be read is shown when the documents are judged.
    for file in files.paths.indices {
      try files.forEachBatchAgain(of: file) { _, batch in try counts.add(batch) }
    }
    return try SiteLineCounts.freeze([counts], minimum: minimum)
  }

  private func record(
    _ chain: FilterChain, _ files: DocumentFiles, _ output: CuratedOutput,
    _ outcome: CurateDecision.Outcome, tokenizer: String?
  ) -> CurateRecord {
    CurateRecord(
      program: Program.version,
      inputs: files.paths.enumerated().map { index, path in
        .init(
          path: path, bytes: Folder.byteCount(of: path) ?? 0,
          documents: index < output.inputDocuments.count ? output.inputDocuments[index] : 0)
      },
      filters: filters.filter, filtersFolder: filters.filters, conditions: filters.set,
      packs: CurateRecord.packs(of: chain), tokenizer: tokenizer, columns: chain.columns,
      emptied: output.emptied, parts: output.parts,
      documents: outcome.counts.all.documents, kept: outcome.counts.kept.documents)
  }

  // MARK: From the columns

  private func decideAgain() throws {
    try InputPath.checkFolder(folder.output, expected: "a folder that 'midstream curate' wrote")
    let redecision = try Redecision(folder: folder.output)
    try redecision.checkProgram()
    let earlier = redecision.earlier
    let packs = try FilterOptions.packs(
      filters.filter.isEmpty ? earlier.filters : filters.filter,
      folder: filters.filters ?? earlier.filtersFolder,
      conditions: (filters.filter.isEmpty ? earlier.conditions : []) + filters.set)
    let chain = FilterChain(packs)
    try redecision.check(chain)
    let aside = folder.file(CuratedFolder.redecided) + ".part"
    try Folder.remove(aside)
    // Renamed at the end; what an error leaves goes.
    defer { try? Folder.remove(aside) }
    let known = try RecordFile.read(
      CurationRecord.self, from: folder.file(CurationRecord.path))
    let outcome = try CurateDecision(
      source: folder.output, output: aside, parts: earlier.parts, chain: chain,
      hasTokens: earlier.tokenizer != nil, threads: common.threads, problems: known.problems
    ).run(comparedWith: folder.output)
    var record = earlier
    record.program = Program.version
    record.filters = filters.filter.isEmpty ? earlier.filters : filters.filter
    record.filtersFolder = filters.filters ?? earlier.filtersFolder
    record.conditions = (filters.filter.isEmpty ? earlier.conditions : []) + filters.set
    record.packs = CurateRecord.packs(of: chain)
    record.kept = outcome.counts.kept.documents
    try RecordFile.write(record, to: aside + "/" + CurateRecord.path)
    try Folder.replace(folder.file(CuratedFolder.redecided), with: aside)
    var summary = CurateSummary(
      folder.file(CuratedFolder.redecided), chain, outcome, problems: [:],
      hasTokens: earlier.tokenizer != nil)
    summary.broughtBack = outcome.broughtBack
    summary.newlyRemoved = outcome.newlyRemoved
    try show(summary)
  }

  private func show(_ summary: CurateSummary) throws {
    for warning in summary.warnings {
      FileHandle.standardError.write(Data("midstream: warning: \(warning)\n".utf8))
    }
    if common.json { return try Output.json(summary) }
    for line in summary.lines(width: Output.width) { try Output.print(line) }
  }
}
