import Corpora
import Curation
import Runs
import Streams

/// The last stage of a search for repeated text, and its report: reads the inputs again, cuts the
/// spans out and writes `kept/`, `removed/`, `repeated.json`, the records and the card.
///
///     let output = SpanOutput(work: work, folder: folder, writer: writer, method: "line", …)
///     try output.write(spans: digests, repeated: top)
///     let record = try output.finish(repeated: top, search: counts)
///     try work.finish()
///
/// `spans/NNNNN.columns` of each input, and `work/holders/` where the search knows which documents
/// hold the copies that stay, must be there.
struct SpanOutput {
  /// Everything that this and the search leave in the folder.
  static let names = [
    "kept", "removed", "spans", RepeatsRecord.path, CurationRecord.path, DedupRecord.path,
    "report.html",
  ]
  static let stage = "write"
  /// How many passages are shown, and bytes of each.
  private static let shown = 20
  private static let shownBytes = 200

  let work: StagedWork
  let folder: OutputFolder
  let writer: SpanWriter
  /// As it is written: the part that was compared.
  let method: String
  /// All that decides what is written.
  let listed: [DatasetCard.Setting]

  /// A part of text of which copies went.
  struct Repeated: Codable, Equatable, Sendable {
    /// The first copy.
    var place: SpanWriter.Excerpt
    /// All that there were.
    var copies: Int
  }

  /// Does the stage's tasks, one an input, or makes sure that they were done.
  /// - Parameters:
  ///   - spans: a digest for each input of the input and its spans.
  ///   - repeated: the most frequent parts, for the report.
  func write(spans: [String], repeated: [Repeated]) throws {
    let excerpts = writer.files.paths.indices.map { Self.excerpts(repeated, of: $0) }
    let tasks = writer.files.paths.enumerated().map { file, path in
      StageTask(
        name: zeroPadded(file), inputs: spans[file], work: Folder.byteCount(of: path) ?? 0)
    }
    let writer = writer
    _ = try work.stage(
      Self.stage,
      settings: [writer.rule, "\(writer.leastWords)", "\(writer.showsRemoved)"]
        + repeated.map { "\($0.place)" }, tasks: tasks, worker: {}
    ) { _, file in try writer.write(file, excerpts: excerpts[file]) }
  }

  private static func excerpts(_ repeated: [Repeated], of file: Int) -> [SpanWriter.Excerpt] {
    repeated.map(\.place).filter { $0.task == file }.sorted {
      ($0.ordinal, $0.start) < ($1.ordinal, $1.start)
    }
  }

  /// Adds up what all tasks wrote, and writes the records and the card.
  /// - Parameters:
  ///   - search: counts of the search, for the summary.
  ///   - notes: what is to be said of the search.
  ///   - index: what an index was used for.
  func finish(
    repeated: [Repeated], search: [String: Int], notes: [String] = [], index: PartIndexRecord? = nil
  ) throws -> DedupRecord {
    try work.checkFinishes()
    var sum = SpanWriter.Part()
    var texts: [[String]] = []
    for file in writer.files.paths.indices {
      let part = try RecordFile.read(
        SpanWriter.Part.self, from: folder.file(SpanWriter.partPath(file)))
      sum.add(part)
      texts.append(part.excerpts ?? [])
    }
    let fates = sum.sources.total
    guard fates.documents > 0 else { throw writer.files.noDocument() }
    let repeats = RepeatsRecord(
      part: method, sources: sum.sources, spans: sum.spans, cutBytes: sum.cutBytes,
      lengths: sum.lengths.sorted { $0.key < $1.key }.map {
        SpanLengthCount(bytes: $0.key, spans: $0.value)
      }, search: search, repeated: passages(repeated, texts))
    var record = DedupRecord(
      method: method, settings: listed, inputs: writer.files.paths, stages: work.stages,
      sources: sum.sources, problems: sum.problems)
    record.add(repeats)
    record.notes = notes
    record.partIndex = index
    if let index, index.known > 0, record.kept == 0 {
      record.notes.append("nothing is left: the index has all of it, perhaps these very documents")
    }
    let removal = RuleRemovals(
      stage: "repeated-text", rule: "repeated-\(method)", documents: fates.removed,
      bytes: sum.removedDocumentBytes, alone: fates.removed, examples: [])
    try DatasetCard(
      keptIn: folder, by: "dedup", sources: sum.sources.kept, removed: fates.removed,
      settings: listed
    ).write(besides: folder.output)
    try RecordFile.write(repeats, to: folder.file(RepeatsRecord.path))
    try RecordFile.write(record, to: folder.file(DedupRecord.path))
    try RecordFile.write(
      CurationRecord(
        fates: fates, rules: fates.removed > 0 ? [removal] : [],
        duplicates: DuplicateSummary(
          exactRemoved: 0, nearRemoved: 0, evaluationOverlapRemoved: 0, sizes: [], largest: []),
        problems: sum.problems), to: folder.file(CurationRecord.path))
    return record
  }

  /// The most frequent parts with what they say; windows of one passage only once.
  /// - Parameter texts: of the excerpts of each input, in their order.
  private func passages(_ repeated: [Repeated], _ texts: [[String]]) -> [RepeatedPart] {
    var nextOf = [Int](repeating: 0, count: texts.count)
    var textOf: [Int: String] = [:]
    let order = repeated.indices.sorted {
      let (a, b) = (repeated[$0].place, repeated[$1].place)
      return (a.task, a.ordinal, a.start, $0) < (b.task, b.ordinal, b.start, $1)
    }
    for index in order {
      let file = repeated[index].place.task
      guard texts.indices.contains(file), texts[file].indices.contains(nextOf[file]) else {
        continue
      }
      textOf[index] = texts[file][nextOf[file]]
      nextOf[file] += 1
    }
    let parts = repeated.enumerated().map {
      RepeatedPassages.Part(repeated: $1, text: textOf[$0] ?? "")
    }
    // A line or a paragraph is a passage of its own, whatever the next one begins with.
    let isWindow = [SegmentRule.Part.sentence.rawValue, SubstringStep.method].contains(method)
    let shown =
      isWindow
      ? RepeatedPassages(parts, wanted: Self.shown).first : Array(parts.prefix(Self.shown))
    return shown.map { part in
      let place = part.repeated.place
      var text = part.text
      let excerpt = text.withUTF8 {
        TextExcerpt.text(0..<$0.count, of: UnsafeRawBufferPointer($0), limit: Self.shownBytes)
      }
      return RepeatedPart(
        copies: part.repeated.copies, bytes: place.length,
        input: writer.files.paths[place.task], document: place.ordinal, byte: place.start,
        excerpt: excerpt)
    }
  }
}
