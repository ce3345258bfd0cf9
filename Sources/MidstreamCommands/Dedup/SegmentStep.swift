import Corpora
import Curation
import Runs
import Streams

/// `midstream dedup --method paragraph|sentence|line`.
struct SegmentStep {
  let rule: SegmentRule
  let options: SegmentOptions
  let stages: ShareOptions
  let files: DocumentFiles
  let folder: OutputFolder
  let common: CommonOptions

  private static let finishStage = "finish"

  func run() throws {
    try files.checkReadTwice()
    let share = try stages.share()
    if let stage = stages.stage { try check(stage) }
    let work = DedupFolder(folder: folder, settings: settings)
    let replaces = try work.check(
      inputs: files.paths, share: share, stages: Self.allStages)
    let run = try RunFolder(folder.output)
    let lock = try RunLock(run, share: share)
    defer { withExtendedLifetime(lock) {} }
    try work.begin(replaces: replaces, stages: Self.allStages)
    let runner = TaskRunner(run: run, threads: common.threads, progress: common.progress)
    let search = search(runner)
    let output = SpanOutput(
      folder: folder,
      writer: SpanWriter(
        folder: folder.output, files: files, rule: "dedup/repeated-\(rule.part.rawValue)",
        leastWords: options.leastWords, showsRemoved: options.showRemoved))
    if options.bloom { return try runBloom(search, runner, output, work) }
    for stage in search.stages where stages.stage.map({ $0 == stage.rawValue }) ?? true {
      try search.run(stage, share: share)
    }
    guard isWanted(SpanOutput.stage) || isWanted(Self.finishStage) else { return }
    let found = try search.report()
    let repeated = found.repeated.map(SpanOutput.Repeated.init)
    let digests = try search.spanDigests()
    if isWanted(SpanOutput.stage) {
      try output.write(runner, spans: digests, repeated: repeated, share: share)
    }
    guard isWanted(Self.finishStage), share.contains(0) else { return }
    try output.checkWritten(runner, spans: digests, repeated: repeated)
    try finish(output, repeated, found.counts, work)
  }

  private static let allStages =
    SegmentDeduplication.Stage.allCases.map(\.rawValue) + [SpanOutput.stage]

  /// What decides what is written, for people who come back to unfinished work.
  private var settings: [String] {
    [
      "--method \(rule.part.rawValue) --segment-words \(rule.leastWords) --window \(rule.window)",
      "--copies \(rule.copies)\(rule.removesFirst ? " --all-copies" : "") --scope \(rule.scope)",
      "--least-words \(options.leastWords)\(options.showRemoved ? " --show-removed" : "")",
      options.bloom
        ? "--bloom --expected \(options.expected ?? 1) --false-positive \(options.falsePositive)"
        : "without --bloom",
    ] + files.paths.map { "--input \($0)" }
  }

  private func isWanted(_ stage: String) -> Bool { stages.stage.map { $0 == stage } ?? true }

  private func check(_ stage: String) throws {
    if options.bloom {
      throw Fault(
        .input, "--bloom has no stages to spread over processes",
        hint: "leave out --stage and --tasks: what was seen depends on all that came before")
    }
    let names =
      (rule.scope == .document ? ["select"] : SegmentDeduplication.Stage.allCases.map(\.rawValue))
      + [SpanOutput.stage, Self.finishStage]
    if names.contains(stage) { return }
    throw Fault(
      .input, "there is no stage '\(stage)' here", expected: names.joined(separator: ", "),
      hint: NearestName.find(stage, in: names).map { "did you mean '\($0)'?" })
  }

  private func search(_ runner: TaskRunner) -> SegmentDeduplication {
    let files = files
    let inputs = files.paths.map { path in
      let bytes = Folder.byteCount(of: path) ?? 0
      return SegmentDeduplication.Input(
        digest: RunFolder.digest(of: [
          path, "\(bytes)", "\(Folder.modificationTime(of: path) ?? 0)",
        ]), bytes: bytes)
    }
    return SegmentDeduplication(
      rule, inputs: inputs, runner: runner, memory: stages.memory.bytes
    ) { task, body in
      var problems = ReadingProblems()
      try files.forEachBatch(of: task, problems: &problems, body)
      try DocumentFiles.report(problems)
    }
  }

  private func runBloom(
    _ search: SegmentDeduplication, _ runner: TaskRunner, _ output: SpanOutput, _ work: DedupFolder
  ) throws {
    let expected = options.expected ?? 1
    let settings = SegmentDeduplication.BloomSettings(
      expected: expected, falsePositives: options.falsePositive)
    let (report, digests) = try search.runBloom(settings)
    common.progress.note(
      "Bloom filter: \(amount(report.bytes, "B")), \(report.hashes) bits a part, for "
        + "\(grouped(expected)) parts at \(options.falsePositive); \(grouped(report.distinct)) are "
        + "in it, the rate is \(report.falsePositives)")
    guard report.falsePositives <= max(0.01, 10 * options.falsePositive) else {
      throw Fault(
        .input, "the Bloom filter is too small: it would take new parts for known ones",
        found: "a share of \(report.falsePositives) at the end, of \(grouped(report.parts)) parts",
        expected: "about \(options.falsePositive)",
        hint: "--overwrite --expected \(report.parts) is enough for any corpus of so many parts")
    }
    try output.write(runner, spans: digests, repeated: [])
    try finish(
      output, [],
      [
        "parts": report.parts, "copies": report.copies, "spans": report.spans,
        "bloomBytes": report.bytes,
      ], work)
  }

  private func finish(
    _ output: SpanOutput, _ repeated: [SpanOutput.Repeated], _ search: [String: Int],
    _ work: DedupFolder
  ) throws {
    let summary = try output.finish(
      repeated: repeated, search: search, step: "dedup --method \(rule.part.rawValue)")
    try work.finish(stages: Self.allStages)
    if common.json { return try Output.json(summary) }
    try Output.print(summary.text(folder.output, part: rule.part.rawValue))
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
