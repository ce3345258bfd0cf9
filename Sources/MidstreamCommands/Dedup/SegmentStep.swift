import Corpora
import Curation
import Foundation
import Runs
import Streams

/// `midstream dedup --method paragraph|sentence|line`.
struct SegmentStep {
  static let allStages =
    [IndexPlan.stage] + SegmentDeduplication.Stage.allCases.map(\.rawValue)
    + [SegmentDeduplication.bloomStage, SpanOutput.stage]

  let rule: SegmentRule
  let options: SegmentOptions
  let cutting: CutOptions
  let indexing: IndexOptions
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
    let indexed = try indexing.openParts(
      rule, isFilter: options.bloom,
      isWhole: [nil, StagedWork.finishStage].contains(sharing.stage))
    let bloom = try options.bloomSettings(indexed)
    let listed = listed(bloom) + indexing.listedForParts
    let work = try StagedWork(
      DedupFolder(folder: folder, settings: listed.described(inputs: files.paths)),
      stages: stages, inputs: files.paths, options: sharing, common: common)
    let inputs = files.paths.map { RunFolder.digest(of: [StagedWork.identity($0)]) }
    if let indexed, try indexed.isCommitted(work.run) {
      return try work.finishCommitted(folder) { try indexed.removeLeftOvers() }
    }
    try indexed?.check(inputs: inputs, work)
    var search = search(inputs, work.runner)
    search.index = indexed?.index
    search.isForIndex = indexed?.updates == true
    let output = SpanOutput(
      work: work, folder: folder,
      writer: SpanWriter(
        folder: folder.output, files: files, rule: "dedup/repeated-\(rule.part.rawValue)",
        leastWords: cutting.leastWords, showsRemoved: cutting.showRemoved),
      method: rule.part.rawValue, listed: listed)
    if let bloom { return try performBloom(bloom, search, output, indexed) }
    for stage in search.stages {
      try work.stage(stage.rawValue) { try search.run(stage, share: $0) }
    }
    let found = try search.report()
    let repeated = found.repeated.map(SpanOutput.Repeated.init)
    try output.write(spans: try search.spanDigests(), repeated: repeated)
    let seen = indexed?.record(
      documents: try search.documentCount(), parts: found.counts["parts"] ?? 0,
      removedForKnown: found.counts["removedForKnown"])
    let record = try output.finish(repeated: repeated, search: found.counts, index: seen)
    if let indexed, indexed.updates {
      try indexed.commit(.hashes(try search.indexInputs()), inputs: inputs)
    }
    try work.finish()
    return record
  }

  /// The stages of these options, in order.
  private var stages: [String] {
    let index = indexing.index == nil ? [] : [IndexPlan.stage]
    if options.bloom { return index + [SegmentDeduplication.bloomStage, SpanOutput.stage] }
    let search: [SegmentDeduplication.Stage] =
      rule.scope == .document ? [.select] : SegmentDeduplication.Stage.allCases
    return index + search.map(\.rawValue) + [SpanOutput.stage]
  }

  /// What decides what is written, by the names of the options.
  private func listed(_ bloom: SegmentDeduplication.BloomSettings?) -> [DatasetCard.Setting] {
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
    if let bloom {
      settings += [
        .init("expected", "\(bloom.expected)"), .init("false-positive", "\(bloom.falsePositives)"),
      ]
    }
    return settings
  }

  private func search(_ inputs: [String], _ runner: TaskRunner) -> SegmentDeduplication {
    let files = files
    let inputs = zip(files.paths, inputs).map { path, digest in
      SegmentDeduplication.Input(digest: digest, bytes: Folder.byteCount(of: path) ?? 0)
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
    _ settings: SegmentDeduplication.BloomSettings, _ search: SegmentDeduplication,
    _ output: SpanOutput, _ indexed: IndexedParts?
  ) throws -> DedupRecord {
    let (report, digests) = try search.runBloom(settings)
    guard report.currentFalsePositives <= max(0.01, 10 * report.falsePositives) else {
      throw Fault(
        .input, "the Bloom filter is too small: it would take new parts for known ones",
        found: "a share of \(String(format: "%.2g", report.currentFalsePositives)) at the end, of "
          + counted(report.parts, "part"),
        expected: "about \(report.falsePositives)",
        hint: indexed?.index == nil
          ? "another --output and --expected \(report.parts): enough for any corpus of so many parts"
          : "a filter cannot grow: make another index, from all documents, with more --expected")
    }
    try output.write(spans: digests, repeated: [])
    let record = try output.finish(
      repeated: [],
      search: [
        "parts": report.parts, "copies": report.copies, "spans": report.spans,
        "bloomBytes": report.bytes,
      ],
      notes: [
        "Bloom filter: \(amount(report.bytes, "B")), \(counted(report.hashes, "hash", "hashes")) a "
          + "part, for \(counted(report.expected, "part")) at \(report.falsePositives); "
          + "\(grouped(report.distinct)) are in it, the rate is "
          + String(format: "%.2g", report.currentFalsePositives)
      ],
      index: indexed?.record(
        documents: report.documents, parts: report.newParts, removedForKnown: nil))
    if let indexed, indexed.updates {
      let path = output.work.run.file(SegmentDeduplication.filterPath)
      try indexed.commit(
        .filter(path, settings, documents: report.documents, newParts: report.newParts),
        inputs: search.inputDigests)
    }
    try output.work.finish()
    return record
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
