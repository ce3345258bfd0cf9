import Corpora
import Curation
import Runs
import Streams

/// `midstream dedup --method substring`.
struct SubstringStep {
  static let method = "substring"
  static let allStages = SubstringStages.Stage.allCases.map(\.rawValue) + [SpanOutput.stage]
  /// Windows that are looked at for the most frequent passages.
  private static let frequent = 200

  let options: SubstringOptions
  let tokenizer: String?
  let cutting: CutOptions
  let sharing: ShareOptions
  let files: DocumentFiles
  let folder: OutputFolder
  let common: CommonOptions

  /// Does all stages, or the one that is wanted.
  func perform() throws -> DedupRecord {
    try files.checkReadTwice()
    let settings = try options.settings(tokenizer: tokenizer, memory: sharing.memory.bytes)
    let listed = listed(settings)
    let work = try StagedWork(
      DedupFolder(folder: folder, settings: listed.described(inputs: files.paths)),
      stages: Self.allStages, inputs: files.paths, options: sharing, common: common)
    let search = search(settings, work.runner, try sharing.share())
    let texts = texts
    for stage in SubstringStages.Stage.allCases {
      try work.stage(stage.rawValue) { _ in try search.run(stage, texts: texts) }
    }
    let found = try search.found(frequent: Self.frequent)
    let repeated = found.frequent.map(SpanOutput.Repeated.init)
    let output = SpanOutput(
      work: work, folder: folder,
      writer: SpanWriter(
        folder: folder.output, files: files, rule: "dedup/repeated-substring",
        leastWords: cutting.leastWords, showsRemoved: cutting.showRemoved),
      method: Self.method, listed: listed)
    try output.write(spans: try search.spanDigests(), repeated: repeated)
    let record = try output.finish(repeated: repeated, search: found.counts)
    try work.finish()
    return record
  }

  /// What decides what is written, by the names of the options.
  private func listed(_ settings: SubstringSettings) -> [DatasetCard.Setting] {
    var listed: [DatasetCard.Setting] = [.init("method", Self.method)]
    switch settings.symbols {
    case .bytes: listed.append(.init("minimum-bytes", "\(settings.minimum)"))
    case .tokens(let tokenizer):
      listed += [
        .init("tokenizer", tokenizer.digest.hex), .init("minimum-tokens", "\(settings.minimum)"),
      ]
    }
    return listed + [
      .init("remove", settings.removal.rawValue), .init("least-words", "\(cutting.leastWords)"),
      .init("show-removed", cutting.showRemoved ? "yes" : "no"),
    ]
  }

  private func search(
    _ settings: SubstringSettings, _ runner: TaskRunner, _ share: TaskShare
  ) -> SubstringStages {
    let sizes = files.paths.map { Folder.byteCount(of: $0) ?? 0 }
    let digests = files.paths.map { RunFolder.digest(of: [StagedWork.identity($0)]) }
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
      try files.report(problems, of: task)
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
