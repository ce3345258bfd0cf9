import Corpora
import Curation
import Runs
import Streams

/// `midstream dedup --method paragraph|sentence|line`.
struct SegmentStep {
  static let allStages =
    SegmentDeduplication.Stage.allCases.map(\.rawValue)
    + [SegmentDeduplication.bloomStage, SpanOutput.stage]

  let rule: SegmentRule
  let options: SegmentOptions
  let cutting: CutOptions
  let sharing: ShareOptions
  let files: DocumentFiles
  let folder: OutputFolder
  let common: CommonOptions

  /// Does all stages, or the one that is wanted.
  func perform() throws -> DedupRecord {
    try files.checkReadTwice()
    if options.bloom, sharing.stage != nil {
      throw Fault(
        .input, "--bloom has no stages to spread over processes",
        hint: "leave out --stage and --tasks: what was seen depends on all that came before")
    }
    let listed = listed
    let work = try StagedWork(
      DedupFolder(folder: folder, settings: listed.described(inputs: files.paths)),
      stages: stages, inputs: files.paths, options: sharing, common: common)
    let search = search(work.runner)
    let output = SpanOutput(
      work: work, folder: folder,
      writer: SpanWriter(
        folder: folder.output, files: files, rule: "dedup/repeated-\(rule.part.rawValue)",
        leastWords: cutting.leastWords, showsRemoved: cutting.showRemoved),
      method: rule.part.rawValue, listed: listed)
    if options.bloom { return try performBloom(search, output) }
    for stage in search.stages {
      try work.stage(stage.rawValue) { try search.run(stage, share: $0) }
    }
    let found = try search.report()
    let repeated = found.repeated.map(SpanOutput.Repeated.init)
    try output.write(spans: try search.spanDigests(), repeated: repeated)
    return try output.finish(repeated: repeated, search: found.counts)
  }

  /// The stages of these options, in order.
  private var stages: [String] {
    if options.bloom { return [SegmentDeduplication.bloomStage, SpanOutput.stage] }
    let search: [SegmentDeduplication.Stage] =
      rule.scope == .document ? [.select] : SegmentDeduplication.Stage.allCases
    return search.map(\.rawValue) + [SpanOutput.stage]
  }

  /// What decides what is written, by the names of the options.
  private var listed: [DatasetCard.Setting] {
    func yes(_ flag: Bool) -> String { flag ? "yes" : "no" }
    var settings: [DatasetCard.Setting] = [
      .init("method", rule.part.rawValue), .init("segment-words", "\(rule.leastWords)"),
    ]
    if rule.part == .sentence { settings.append(.init("window", "\(rule.window)")) }
    settings += [
      .init("copies", "\(rule.copies)"), .init("all-copies", yes(rule.removesFirst)),
      .init("scope", rule.scope.rawValue), .init("least-words", "\(cutting.leastWords)"),
      .init("show-removed", yes(cutting.showRemoved)), .init("bloom", yes(options.bloom)),
    ]
    if options.bloom {
      settings += [
        .init("expected", "\(options.expected ?? 1)"),
        .init("false-positive", "\(options.falsePositive)"),
      ]
    }
    return settings
  }

  private func search(_ runner: TaskRunner) -> SegmentDeduplication {
    let files = files
    let inputs = files.paths.map { path in
      SegmentDeduplication.Input(
        digest: RunFolder.digest(of: [StagedWork.identity(path)]),
        bytes: Folder.byteCount(of: path) ?? 0)
    }
    return SegmentDeduplication(
      rule, inputs: inputs, runner: runner, memory: sharing.memory.bytes
    ) { task, body in
      var problems = ReadingProblems()
      try files.forEachBatch(of: task, problems: &problems, body)
      try files.report(problems, of: task)
    }
  }

  private func performBloom(
    _ search: SegmentDeduplication, _ output: SpanOutput
  ) throws -> DedupRecord {
    let expected = options.expected ?? 1
    let settings = SegmentDeduplication.BloomSettings(
      expected: expected, falsePositives: options.falsePositive)
    let (report, digests) = try search.runBloom(settings)
    guard report.falsePositives <= max(0.01, 10 * options.falsePositive) else {
      throw Fault(
        .input, "the Bloom filter is too small: it would take new parts for known ones",
        found:
          "a share of \(report.falsePositives) at the end, of \(counted(report.parts, "part"))",
        expected: "about \(options.falsePositive)",
        hint: "--overwrite --expected \(report.parts) is enough for any corpus of so many parts")
    }
    try output.write(spans: digests, repeated: [])
    return try output.finish(
      repeated: [],
      search: [
        "parts": report.parts, "copies": report.copies, "spans": report.spans,
        "bloomBytes": report.bytes,
      ],
      notes: [
        "Bloom filter: \(amount(report.bytes, "B")), \(counted(report.hashes, "bit")) a part, for "
          + "\(counted(expected, "part")) at \(options.falsePositive); "
          + "\(grouped(report.distinct)) are in it, the rate is \(report.falsePositives)"
      ])
  }
}

extension SpanOutput.Repeated {
  init(_ segment: RepeatedSegment) {
    self.init(
      place: SpanWriter.Excerpt(
        task: segment.task, ordinal: segment.ordinal, start: segment.start,
        length: segment.length), copies: segment.copies)
  }
}
