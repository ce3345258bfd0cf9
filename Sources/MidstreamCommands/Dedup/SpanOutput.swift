import Corpora
import Curation
import Runs
import Streams

/// The last stage of a search for repeated text, and its report: reads the inputs again, cuts the
/// spans out and writes `kept/`, `removed/`, `repeated.json` and the card.
///
///     let output = SpanOutput(folder: folder, writer: writer)
///     try output.write(runner, spans: digests, repeated: top)
///     let summary = try output.finish(repeated: top, search: counts, step: "dedup")
///
/// `spans/NNNNN.columns` of each input, and `work/holders/` where the search knows which documents
/// hold the copies that stay, must be there.
struct SpanOutput {
  /// Everything that this and the search leave in the folder.
  static let names = ["kept", "removed", "spans", summaryPath]
  static let summaryPath = "repeated.json"
  static let stage = "write"

  let folder: OutputFolder
  let writer: SpanWriter

  /// A part of text of which copies went.
  struct Repeated: Codable, Equatable, Sendable {
    /// The first copy.
    var place: SpanWriter.Excerpt
    /// All that there were.
    var copies: Int
  }

  /// `repeated.json`, and what `--json` prints.
  struct Summary: Codable, Equatable {
    struct Part: Codable, Equatable {
      var copies: Int
      var bytes: Int
      /// The input, the document's place in it and the byte of the first copy.
      var input: String
      var document: Int
      var byte: Int
      /// The first 200 bytes.
      var excerpt: String
    }

    var amounts: SpanWriter.Part
    /// What the search counted.
    var search: [String: Int]
    /// The most frequent parts.
    var repeated: [Part]
  }

  /// The stage's tasks, one an input.
  /// - Parameter spans: digests of the spans of each input.
  private func tasks(spans: [String]) -> [StageTask] {
    writer.files.paths.enumerated().map { file, path in
      StageTask(
        name: SpanWriter.name(file), inputs: spans[file], work: Folder.byteCount(of: path) ?? 0)
    }
  }

  private func configuration(_ repeated: [Repeated]) -> String {
    RunFolder.digest(
      of: [writer.rule, "\(writer.leastWords)", "\(writer.showsRemoved)"]
        + repeated.map { "\($0.place)" })
  }

  /// Does the tasks of `share`.
  /// - Parameters:
  ///   - spans: a digest for each input of the input and its spans.
  ///   - repeated: the most frequent parts, for the report.
  @discardableResult
  func write(
    _ runner: TaskRunner, spans: [String], repeated: [Repeated], share: TaskShare = .whole
  ) throws -> [CompletionRecord] {
    let excerpts = writer.files.paths.indices.map { Self.excerpts(repeated, of: $0) }
    let writer = writer
    return try runner.run(
      Self.stage, configuration: configuration(repeated), tasks: tasks(spans: spans), share: share,
      worker: {}, body: { _, file in try writer.write(file, excerpts: excerpts[file]) })
  }

  private static func excerpts(_ repeated: [Repeated], of file: Int) -> [SpanWriter.Excerpt] {
    repeated.map(\.place).filter { $0.task == file }.sorted {
      ($0.ordinal, $0.start) < ($1.ordinal, $1.start)
    }
  }

  /// - Throws: an input fault where a task of the stage is not done.
  func checkWritten(_ runner: TaskRunner, spans: [String], repeated: [Repeated]) throws {
    _ = try runner.completed(
      Self.stage, configuration: configuration(repeated), tasks: tasks(spans: spans),
      hint: "do its tasks first: --stage \(Self.stage), with every --task")
  }

  /// Adds up what all tasks wrote, and writes the summary and the card.
  /// - Parameter search: counts of the search, for the summary.
  func finish(repeated: [Repeated], search: [String: Int], step: String) throws -> Summary {
    var amounts = SpanWriter.Part()
    var texts: [[String]] = []
    for file in writer.files.paths.indices {
      let part = try RecordFile.read(
        SpanWriter.Part.self, from: folder.file(SpanWriter.partPath(file)))
      amounts.add(part)
      texts.append(part.excerpts ?? [])
    }
    guard amounts.documents > 0 else { throw writer.files.noDocument() }
    var nextOf = [Int](repeating: 0, count: texts.count)
    var excerptOf: [Int: String] = [:]
    let order = repeated.indices.sorted {
      let (a, b) = (repeated[$0].place, repeated[$1].place)
      return (a.task, a.ordinal, a.start, $0) < (b.task, b.ordinal, b.start, $1)
    }
    for index in order {
      let file = repeated[index].place.task
      guard texts[file].indices.contains(nextOf[file]) else { continue }
      excerptOf[index] = texts[file][nextOf[file]]
      nextOf[file] += 1
    }
    let summary = Summary(
      amounts: amounts, search: search,
      repeated: repeated.enumerated().map { index, part in
        Summary.Part(
          copies: part.copies, bytes: part.place.length,
          input: writer.files.paths[part.place.task], document: part.place.ordinal,
          byte: part.place.start, excerpt: excerptOf[index] ?? "")
      })
    try DatasetCard(
      keptIn: folder, by: step,
      sources: amounts.sources, removed: amounts.removed
    ).write(besides: folder.output)
    try RecordFile.write(summary, to: folder.file(Self.summaryPath))
    return summary
  }
}

extension SpanOutput.Summary {
  /// For people.
  /// - Parameter part: what was compared, for example "line".
  func text(_ output: String, part: String) -> String {
    var lines = [
      "\(output): \(grouped(amounts.kept)) of \(grouped(amounts.documents)) documents kept, "
        + "\(grouped(amounts.edited)) of them with text cut out",
      "cut out: \(grouped(amounts.spans)) parts, \(amount(amounts.removedBytes, "B")) of "
        + "\(amount(amounts.textBytes, "B")); \(grouped(amounts.removed)) documents "
        + "(\(amount(amounts.removedDocumentBytes, "B"))) went whole",
    ]
    if !repeated.isEmpty { lines.append("the most frequent \(part)s:") }
    for part in repeated.prefix(5) {
      let excerpt = part.excerpt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      lines.append("  \(grouped(part.copies)) x  \(excerpt.prefix(70))".printable)
    }
    return lines.joined(separator: "\n")
  }
}
