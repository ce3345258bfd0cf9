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
      spans/ with each part that went and where its copy is, and repeated.json with the most \
      frequent ones. An interrupted call goes on where it stopped.

      \(SubstringStep.discussion)

      EXAMPLE
        midstream dedup --input docs.jsonl.zst --output unique
        midstream dedup --input a.jsonl b.jsonl --output unique --similarity 0.7 --keep longest
        midstream dedup --plan --similarity 0.7 --recall 0.95
        midstream dedup --input monday.jsonl --output monday --index seen --update
        midstream dedup --input part-*.jsonl.zst --output unique --stage sign --task 0 --tasks 7
        midstream dedup --method paragraph --input pages/*.jsonl.zst --output pages-unique
        midstream dedup --method line --copies 6 --all-copies --input a.jsonl --output b
        midstream dedup --method sentence --bloom --expected 50000000 --input a.jsonl --output b
      \(SubstringStep.examples)
      """)

  enum Method: String, CaseIterable, ExpressibleByArgument {
    case exact, url, minhash, paragraph, sentence, line, substring

    /// The parts of documents that are compared; nil for whole documents.
    var part: SegmentRule.Part? { SegmentRule.Part(rawValue: rawValue) }
  }

  @OptionGroup var common: CommonOptions

  @Option(
    parsing: .upToNextOption, help: ArgumentHelp("Documents, JSONL.", valueName: "file"))
  var input: [String] = []

  @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir"))
  var output: String?

  @Flag(help: "Replace what an earlier call wrote to the folder.")
  var overwrite = false

  @Option(help: "What counts as a duplicate.")
  var method = Method.minhash

  @Option(
    help: ArgumentHelp(
      "A folder with tokenizer.json, or the file: for --unit token, and for --method substring to "
        + "compare tokens, not bytes.", valueName: "path"))
  var tokenizer: String?

  @OptionGroup(title: "Similar documents") var sketch: SketchOptions

  @OptionGroup(title: "Which copy stays") var keeping: KeepOptions

  @OptionGroup(title: "Repeated parts: paragraph, sentence, line") var segments: SegmentOptions

  @OptionGroup(title: "Repeated substrings") var substrings: SubstringOptions

  @OptionGroup(title: "Documents that were seen before") var indexing: IndexOptions

  @OptionGroup(title: "Large jobs") var sharing: ShareOptions

  func validate() throws {
    if method == .substring {
      try substrings.check(tokenizer: tokenizer)
    } else {
      try sketch.check(tokenizer: tokenizer)
    }
    if let option = misplaced.first {
      throw ValidationError("'\(option)' is not for '--method \(method.rawValue)'")
    }
    if sketch.showsPlan { return }
    guard indexing.forget != nil || !input.isEmpty else {
      throw ValidationError("Missing expected argument '--input <file> ...'")
    }
    guard output != nil else {
      throw ValidationError("Missing expected argument '--output <dir>'")
    }
    if overwrite, indexing.update {
      throw ValidationError(
        "'--overwrite' with '--update' would add the documents to the index a second time: give "
          + "another --output")
    }
  }

  /// Options that were given and that the method does not have.
  private var misplaced: [String] {
    let parts = segments.given
    return switch method {
    case .minhash: substrings.given + parts.ofParts + parts.ofAll
    case .exact, .url:
      sketch.given + substrings.given + parts.ofParts + parts.ofAll
        + (sketch.showsPlan ? ["--plan"] : [])
    case .paragraph, .sentence, .line:
      sketch.given + keeping.given + substrings.given + (sketch.showsPlan ? ["--plan"] : [])
    case .substring:
      sketch.given + keeping.given + parts.ofParts + (sketch.showsPlan ? ["--plan"] : [])
    }
  }

  private var folder: OutputFolder {
    var folder = OutputFolder()
    folder.output = output ?? ""
    folder.overwrite = overwrite
    return folder
  }

  func run() throws {
    if sketch.showsPlan {
      let plan = PlanText(
        plan: try sketch.plan(tokenizer: tokenizer), similarity: sketch.similarity)
      if common.json { return try Output.json(plan.record) }
      return try Output.print(plan.text(width: Output.width))
    }
    if try indexing.performForgetting(folder, memory: sharing.memory.bytes, common) { return }
    let files = try DocumentFiles(input)
    if let part = method.part {
      try indexing.refuse(method.rawValue)
      return try SegmentStep(
        rule: segments.rule(part), options: segments, stages: sharing, files: files,
        folder: folder, common: common
      ).run()
    }
    if method == .substring {
      try indexing.refuse(method.rawValue)
      return try SubstringStep(
        options: substrings, tokenizer: tokenizer, leastWords: segments.leastWords,
        showsRemoved: segments.showRemoved,
        stages: sharing, files: files, folder: folder, common: common
      ).run()
    }
    try deduplicateDocuments(files)
  }

  private func deduplicateDocuments(_ files: DocumentFiles) throws {
    try files.checkReadTwice()
    var settings = DocumentDeduplication.Settings()
    settings.equalBy = method == .url ? .url : .text
    settings.plan = method == .minhash ? try sketch.plan(tokenizer: tokenizer) : nil
    settings.threshold = sketch.similarity
    settings.verifies = sketch.verify
    settings.keep = try keeping.policy()
    settings.reweight = try keeping.reweighting()
    settings.memory = sharing.memory.bytes
    let folder = folder
    let indexed = try indexing.open(&settings, isWhole: sharing.stage == nil)
    let described = DocumentDeduplication.described(
      settings, method: method.rawValue, inputs: files.paths, index: indexing.described)
    let work = try StagedWork(
      DedupFolder(folder: folder, settings: described),
      stages: DocumentDeduplication.stages + (indexed == nil ? [] : [IndexedWork.stage]),
      inputs: files.paths, options: sharing, common: common)
    do {
      let record = try DocumentDeduplication(
        settings: settings, files: files, folder: folder, work: work, common: common,
        indexed: indexed
      ).perform()
      if common.json { return try Output.json(record) }
      try Output.print(
        """
        \(folder.output): \(grouped(record.kept)) of \(grouped(record.documents)) documents kept
        removed: \(grouped(record.exactRemoved)) equal, \(grouped(record.nearRemoved)) similar, in \
        \(grouped(record.clusters)) clusters
        """)
      for note in record.notes { try Output.print("note: \(note)") }
      if indexed != nil { try IndexRecord.show(in: folder) }
    } catch let done as StagedWork.StageIsDone {
      try done.show(json: common.json)
    }
  }
}
