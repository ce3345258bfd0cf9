import ArgumentParser
import Corpora
import Curation
import Foundation
import Runs
import Streams

/// `midstream dedup`.
struct DedupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dedup",
    abstract: "Keep one document of each cluster of equal or similar ones.",
    discussion: """
      exact and url take documents of equal normalised text or address for one; minhash finds \
      similar ones by bands of a sketch, reads the candidates again and links those whose shingles \
      are similar enough (Jaccard). DIR gets kept/ (with `copies`, the number of documents that each \
      stands for), removed/ with the evidence, clusters/ and records for `midstream report DIR`. More \
      than --memory goes through DIR/work, and the same command goes on where it was stopped.

      paragraph, sentence and line cut repeated parts out of documents: the first copy stays. DIR \
      gets kept/ with the edited texts, removed/ with the documents of which too little was left, \
      spans/ with each part that went and where its copy is (`midstream head` shows them), and \
      repeated.json with the most frequent ones.

      substring cuts out what stands elsewhere in at least so many tokens or bytes, wherever it \
      begins (Lee et al. 2022). The first copy stays, or none with --remove all. Spans are made of \
      windows of tokens or bytes, so they may begin and end inside a word: with a tokenizer where its \
      tokens do, else at any character. Of the white space around a cut one side stays. No option \
      moves spans to the ends of words: --method sentence and line compare whole sentences and \
      lines. DIR is as for paragraph.

      --stage NAME does one stage, for an outside scheduler, and says what comes next. The last one \
      is always finish. Before it are sign, equal, match, bin, sets, verify, select and write for \
      documents (index behind sign with --index), hash, match, select and write for parts (index before \
      them with --index; bloom and write with --bloom), and text, \
      match, select, holders and write for substrings.

      With --json the result has the same fields for every method: method, settings, inputs, stages, \
      documents, kept, removed, bytes, keptBytes, removedBytes, bySource, notes and problems (records \
      that could not be read, by kind); for documents also clusters, sizes, exactRemoved and \
      nearRemoved, for parts edited, spans and repeated, and with --index the index's documents, \
      known, added, alreadyKnown, published, retracted and removedForKnown (of parts: partIndex).

      EXAMPLE
        midstream dedup --input docs.jsonl.zst --output unique
        midstream dedup --input crawl/ more/*.jsonl --output unique --keep longest
        midstream dedup --plan --similarity 0.7 --recall 0.95
        midstream dedup --input monday.jsonl --output monday --index seen --update
        midstream dedup --input crawl/ --output unique \\
          --stage sign --task 0 --tasks 7
        midstream dedup --method paragraph --input pages/ --output pages-unique
        midstream dedup --method paragraph --input tuesday.jsonl --output tuesday \\
          --index seen-paragraphs --update
        midstream dedup --method line --copies 6 --all-copies \\
          --input a.jsonl --output b
        midstream dedup --method sentence --bloom --expected 50000000 \\
          --input a.jsonl --output b
        midstream dedup --method substring --input pages/ --output pages-unique
        midstream dedup --method substring --tokenizer tok --minimum-tokens 50 \\
          --input a.jsonl --output b
      """)

  enum Method: String, CaseIterable, ExpressibleByArgument {
    case exact, url, minhash, paragraph, sentence, line, substring

    /// The parts of documents that are compared; nil for whole documents.
    var part: SegmentRule.Part? { SegmentRule.Part(rawValue: rawValue) }
  }

  @OptionGroup(title: "Input and output") var files: DedupFiles

  @OptionGroup(title: "Method") var choice: MethodOptions

  @OptionGroup(title: "Similar documents (minhash)") var sketch: SketchOptions

  @OptionGroup(title: "Which copy stays (exact, url, minhash)") var keeping: KeepOptions

  @OptionGroup(title: "Repeated parts (paragraph, sentence, line)") var segments: SegmentOptions

  @OptionGroup(title: "Repeated substrings (substring)") var substrings: SubstringOptions

  @OptionGroup(title: "Documents that lose text (paragraph, sentence, line, substring)")
  var cutting: CutOptions

  @OptionGroup(title: "What was seen before (all methods but substring)")
  var indexing: IndexOptions

  @OptionGroup(title: "Large jobs") var sharing: ShareOptions

  @OptionGroup(title: "As everywhere") var common: CommonOptions

  /// What is read, and where results go.
  struct DedupFiles: ParsableArguments {
    @Option(
      parsing: .upToNextOption,
      help: ArgumentHelp(
        "Documents: files, folders and globs, in any format that 'convert' reads.",
        valueName: "path"))
    var input: [String] = []

    @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"))
    var output: String?

    @Flag(help: "Replace what an earlier call wrote to the folder.")
    var overwrite = false

    var folder: OutputFolder {
      var folder = OutputFolder()
      folder.output = output ?? ""
      folder.overwrite = overwrite
      return folder
    }
  }

  struct MethodOptions: ParsableArguments {
    @Option(help: "What counts as a duplicate.")
    var method = Method.minhash

    @Option(
      help: ArgumentHelp(
        "A folder with tokenizer.json, or the file: for --unit token, and for --method substring to "
          + "compare tokens, not bytes.", valueName: "path"))
    var tokenizer: String?
  }

  private var method: Method { choice.method }

  func validate() throws {
    if method == .substring {
      try substrings.check(tokenizer: choice.tokenizer)
    } else {
      try sketch.check(tokenizer: choice.tokenizer)
    }
    if let option = misplaced.first {
      throw ValidationError("'\(option)' is not for '--method \(method.rawValue)'")
    }
    if sketch.showsPlan { return }
    if indexing.forget != nil, !files.input.isEmpty || sharing.stage != nil {
      throw ValidationError("'--forget' reads no documents: leave --input and --stage out")
    }
    guard indexing.forget != nil || !files.input.isEmpty else {
      throw ValidationError("Missing expected argument '--input <path> ...'")
    }
    guard files.output != nil else {
      throw ValidationError("Missing expected argument '--output <dir>'")
    }
    if files.overwrite, indexing.update {
      throw ValidationError(
        "'--overwrite' with '--update' would add the documents to the index a second time: give "
          + "another --output")
    }
  }

  /// Options that were given and that the method does not have.
  private var misplaced: [String] {
    let plan = sketch.showsPlan ? ["--plan"] : []
    return switch method {
    case .minhash: substrings.given + segments.given + cutting.given
    case .exact, .url: sketch.given + plan + substrings.given + segments.given + cutting.given
    case .paragraph, .sentence, .line: sketch.given + plan + keeping.given + substrings.given
    case .substring: sketch.given + plan + keeping.given + segments.given
    }
  }

  func run() throws {
    if sketch.showsPlan {
      let plan = PlanText(
        plan: try sketch.plan(tokenizer: choice.tokenizer), similarity: sketch.similarity)
      if common.json { return try Output.json(plan.record) }
      return try Output.print(plan.text(width: Output.width))
    }
    let folder = files.folder
    if try indexing.performForgetting(folder, memory: sharing.memory.bytes, common) { return }
    do {
      try StagedWork.checkFinishes(sharing)
      let record = try perform(try DocumentFiles(files.input, besides: folder), folder)
      if common.json { return try Output.json(record) }
      try Output.print(record.lines(folder.output).joined(separator: "\n"))
    } catch let done as StagedWork.StageIsDone {
      try done.show(json: common.json)
    }
  }

  private func perform(_ files: DocumentFiles, _ folder: OutputFolder) throws -> DedupRecord {
    try indexing.checkIsOutside(self.files.input, folder.output)
    if let part = method.part {
      return try SegmentStep(
        rule: segments.rule(part), options: segments, cutting: cutting, indexing: indexing,
        sharing: sharing,
        files: files, folder: folder, common: common
      ).perform()
    }
    if method == .substring {
      try indexing.refuse(method.rawValue)
      return try SubstringStep(
        options: substrings, tokenizer: choice.tokenizer, cutting: cutting, sharing: sharing,
        files: files, folder: folder, common: common
      ).perform()
    }
    return try deduplicateDocuments(files, folder)
  }

  private func deduplicateDocuments(
    _ files: DocumentFiles, _ folder: OutputFolder
  ) throws -> DedupRecord {
    try files.checkReadTwice()
    var settings = DocumentDeduplication.Settings()
    settings.method = method.rawValue
    settings.equalBy = method == .url ? .url : .text
    settings.plan = method == .minhash ? try sketch.plan(tokenizer: choice.tokenizer) : nil
    settings.threshold = sketch.similarity
    settings.verifies = sketch.verify
    settings.keep = try keeping.policy()
    settings.reweight = try keeping.reweighting()
    settings.memory = sharing.memory.bytes
    let indexed = try indexing.open(
      &settings, isWhole: [nil, StagedWork.finishStage].contains(sharing.stage))
    let listed = settings.listed + indexing.listed
    let work = try StagedWork(
      DedupFolder(folder: folder, settings: listed.described(inputs: files.paths)),
      stages: DocumentDeduplication.stages(settings, isIndexed: indexed != nil),
      inputs: files.paths, options: sharing, common: common)
    return try DocumentDeduplication(
      settings: settings, listed: listed, files: files, folder: folder, work: work,
      common: common, indexed: indexed
    ).perform()
  }
}
