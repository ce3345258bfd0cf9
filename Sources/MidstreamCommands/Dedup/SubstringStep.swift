import Corpora
import Curation
import Runs
import Streams

/// `midstream dedup --method substring`.
struct SubstringStep {
  let options: SubstringOptions
  let tokenizer: String?
  /// A document that lost text and has fewer words left goes whole.
  let leastWords: Int
  /// `removed/` also has what was cut out of documents that stay.
  let showsRemoved: Bool
  let stages: ShareOptions
  let files: DocumentFiles
  let folder: OutputFolder
  let common: CommonOptions

  /// For the command's help.
  static let discussion = """
    substring cuts out what stands elsewhere in at least so many tokens or bytes, wherever it begins \
    (Lee et al. 2022). The first copy stays, or none with --remove all. DIR is as for paragraph; \
    the stages are text, match, select, holders, write and finish.
    """
  static let examples = """
      midstream dedup --method substring --input pages/*.jsonl.zst --output pages-unique
      midstream dedup --method substring --tokenizer tok --minimum-tokens 50 --input a.jsonl --output b
      midstream dedup --method substring --remove all --memory 8GB --input a.jsonl --output b
    """

  private static let finishStage = "finish"
  private static let frequent = 20

  func run() throws {
    try files.checkReadTwice()
    let share = try stages.share()
    if let stage = stages.stage { try check(stage) }
    let settings = try options.settings(
      tokenizer: tokenizer, memory: stages.memory.bytes)
    let work = DedupFolder(folder: folder, settings: described(settings))
    let replaces = try work.check(
      inputs: files.paths, share: share, stages: Self.allStages)
    let run = try RunFolder(folder.output)
    let lock = try RunLock(run, share: share)
    defer { withExtendedLifetime(lock) {} }
    try work.begin(replaces: replaces, stages: Self.allStages)
    let runner = TaskRunner(run: run, threads: common.threads, progress: common.progress)
    let search = search(settings, runner, share)
    let texts = texts
    for stage in SubstringStages.Stage.allCases where isWanted(stage.rawValue) {
      try search.run(stage, texts: texts)
    }
    guard isWanted(SpanOutput.stage) || isWanted(Self.finishStage) else { return }
    let found = try search.found(frequent: Self.frequent)
    let repeated = found.frequent.map(SpanOutput.Repeated.init)
    let digests = try search.spanDigests()
    let output = SpanOutput(
      folder: folder,
      writer: SpanWriter(
        folder: folder.output, files: files, rule: "dedup/repeated-substring",
        leastWords: leastWords, showsRemoved: showsRemoved))
    if isWanted(SpanOutput.stage) {
      try output.write(runner, spans: digests, repeated: repeated, share: share)
    }
    guard isWanted(Self.finishStage), share.contains(0) else { return }
    try output.checkWritten(runner, spans: digests, repeated: repeated)
    let summary = try output.finish(
      repeated: repeated, search: found.counts, step: "dedup --method substring")
    try work.finish(stages: Self.allStages)
    if common.json { return try Output.json(summary) }
    try Output.print(summary.text(folder.output, part: "substring"))
  }

  private static let allStages =
    SubstringStages.Stage.allCases.map(\.rawValue) + [SpanOutput.stage]

  /// What decides what is written, for people who come back to unfinished work.
  private func described(_ settings: SubstringSettings) -> [String] {
    [
      "--method substring of at least \(settings.textDigest) --remove \(settings.removal)",
      "--least-words \(leastWords)\(showsRemoved ? " --show-removed" : "")",
    ] + files.paths.map { "--input \($0)" }
  }

  private func isWanted(_ stage: String) -> Bool { stages.stage.map { $0 == stage } ?? true }

  private func check(_ stage: String) throws {
    let names =
      SubstringStages.Stage.allCases.map(\.rawValue) + [SpanOutput.stage, Self.finishStage]
    if names.contains(stage) { return }
    throw Fault(
      .input, "there is no stage '\(stage)' here", expected: names.joined(separator: ", "),
      hint: NearestName.find(stage, in: names).map { "did you mean '\($0)'?" })
  }

  private func search(
    _ settings: SubstringSettings, _ runner: TaskRunner, _ share: TaskShare
  ) -> SubstringStages {
    let sizes = files.paths.map { Folder.byteCount(of: $0) ?? 0 }
    let digests = zip(files.paths, sizes).map { path, size in
      RunFolder.digest(of: [path, "\(size)", "\(Folder.modificationTime(of: path) ?? 0)"])
    }
    // Packed files hold several times their size.
    let packed = zip(files.paths, sizes).map { path, size in
      [".jsonl", ".txt", ".csv", ".tsv"].contains { path.hasSuffix($0) } ? size : 4 * size
    }
    return SubstringStages(
      settings, runner: runner, inputs: digests, sizes: sizes, textBytes: packed.reduce(0, +),
      share: share)
  }

  private var texts: InputTexts {
    let files = files
    return { task, body in
      var problems = ReadingProblems()
      try files.forEachBatch(of: task, problems: &problems) { _, batch in try body(batch.texts) }
      try DocumentFiles.report(problems)
    }
  }
}

extension SpanOutput.Repeated {
  fileprivate init(_ window: SubstringStages.Found.Frequent) {
    self.init(
      place: SpanWriter.Excerpt(
        task: Int(window.place.document.task), ordinal: Int(window.place.document.ordinal),
        start: window.place.byte, length: window.bytes), copies: window.copies)
  }
}

extension SubstringStages.Found {
  /// For the summary.
  fileprivate var counts: [String: Int] {
    [
      "symbols": symbols, "spans": spans, "removedSymbols": removedSymbols,
      "removedBytes": removedBytes, "repeatedWindows": repeatedWindows, "workBytes": workBytes,
    ]
  }
}
