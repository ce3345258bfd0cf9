import Corpora
import Curation
import Runs
import Streams

/// Writes the documents of one input without its removed spans: the body of the stage `write`.
///
/// It reads `spans/NNNNN.columns` and, where there is one, `work/holders/NNNNN.columns` (column
/// `ordinal`: documents that hold copies for which others go), and writes `kept/NNNNN.jsonl.zst`,
/// `removed/NNNNN.jsonl.zst` and its counts, all named by the input's number.
struct SpanWriter: Sendable {
  static let spansColumn = "removed_spans"
  static let bytesColumn = "removed_bytes"

  /// The folder of `RunFolder`, to which outputs are relative.
  var folder: String
  var files: DocumentFiles
  /// What stands before the reason in `removed_by`, for example "dedup/repeated-line".
  var rule: String
  /// A document that loses text and has fewer words left goes whole.
  var leastWords: Int
  /// `removed/` also has what was cut out of documents that stay.
  var showsRemoved: Bool

  /// A part of a text that is looked for while texts are read anyway.
  struct Excerpt: Codable, Equatable, Sendable {
    var task: Int
    var ordinal: Int
    var start: Int
    var length: Int

    /// Bytes that are read of it: enough to see which excerpts are of one passage.
    static let readBytes = 4096
  }

  /// What one task has done.
  struct Part: Codable, Equatable {
    /// By source.
    var sources: [String: DocumentFates] = [:]
    /// Spans of text, and by the highest power of two in their length in bytes.
    var spans = 0
    var lengths: [Int: Int] = [:]
    /// Bytes that were cut out of documents that stay, with the white space that goes.
    var cutBytes = 0
    /// Bytes of text of the documents that went whole.
    var removedDocumentBytes = 0
    /// The texts of the excerpts that were asked for, in their order; nil for a sum of parts.
    var excerpts: [String]?
    /// What could not be read.
    var problems = ReadingProblems()

    mutating func add(_ other: Part) {
      sources.merge(other.sources, uniquingKeysWith: +)
      spans += other.spans
      lengths.merge(other.lengths, uniquingKeysWith: +)
      cutBytes += other.cutBytes
      removedDocumentBytes += other.removedDocumentBytes
      problems.merge(other.problems)
    }
  }

  static func spansPath(_ file: Int) -> String { "spans/\(zeroPadded(file)).columns" }
  static func holdersPath(_ file: Int) -> String { "work/holders/\(zeroPadded(file)).columns" }
  static func partPath(_ file: Int) -> String { "work/written/\(zeroPadded(file)).json" }

  /// Writes the outputs of input `file`.
  /// - Parameter excerpts: of this file, in order of document.
  func write(_ file: Int, excerpts: [Excerpt]) throws -> TaskOutcome {
    let spans = try RemovedSpans(ColumnFile.read(folder + "/" + Self.spansPath(file))).spans
    let holders = folder + "/" + Self.holdersPath(file)
    var removal = SpanRemoval(
      spans,
      holders: Folder.isFile(holders)
        ? try ColumnFile.read(holders).uint64("ordinal").map { Int($0) } : [],
      leastWords: leastWords)
    let outputs = ["kept", "removed"].map { "\($0)/\(zeroPadded(file)).jsonl.zst" }
    let kept = try DocumentWriter(folder + "/" + outputs[0])
    let removed = try DocumentWriter(folder + "/" + outputs[1])
    var part = Part()
    part.spans = spans.count
    for span in spans { part.lengths[span.lengthClass, default: 0] += 1 }
    var fates = Part()
    var texts: [String] = []
    var wanted = excerpts[...]
    try files.forEachBatch(of: file, problems: &part.problems) { first, batch in
      while let excerpt = wanted.first, excerpt.ordinal < first + batch.count {
        texts.append(try text(of: excerpt, in: batch, first))
        wanted = wanted.dropFirst()
      }
      var edited = batch
      let outcomes = try removal.apply(to: &edited, first: first)
      edited.attributes.set(Self.spansColumn, .uint64(outcomes.map { UInt64($0.spans) }))
      edited.attributes.set(Self.bytesColumn, .uint64(outcomes.map { UInt64($0.bytes) }))
      try kept.write(edited, attributes: [Self.spansColumn, Self.bytesColumn]) {
        !outcomes[$0].goesWhole
      }
      try write(outcomes, removal.cuts, of: batch, to: removed)
      fates.add(outcomes, of: batch, edited: edited)
    }
    try removal.finish()
    guard wanted.isEmpty else { throw Self.changed(file) }
    try kept.commit()
    try removed.commit()
    part.add(fates)
    part.excerpts = texts
    let total = part.sources.total
    try RecordFile.write(part, to: folder + "/" + Self.partPath(file))
    return TaskOutcome(
      outputs: outputs + [Self.partPath(file)],
      counts: ["documents": total.documents, "kept": total.kept, "removed": total.removed])
  }

  private static func changed(_ file: Int) -> Fault {
    Fault(
      .input, "input \(file) is not what it was when repeated text was looked for",
      hint: "run the deduplication again with --overwrite")
  }

  private func text(
    of excerpt: Excerpt, in batch: DocumentBatch, _ first: Int
  ) throws -> String {
    let index = excerpt.ordinal - first
    guard index >= 0, excerpt.start >= 0, excerpt.length >= 0,
      excerpt.start + excerpt.length <= batch.texts.byteCount(index)
    else { throw Self.changed(excerpt.task) }
    return batch.texts.withBytes(index) { text in
      TextExcerpt.text(
        excerpt.start..<excerpt.start + excerpt.length, of: text, limit: Excerpt.readBytes)
    }
  }

  /// Documents that went whole and, where that is wanted, what was cut out of the others.
  private func write(
    _ outcomes: [SpanRemoval.Outcome], _ cuts: [Range<Int>], of batch: DocumentBatch,
    to removed: DocumentWriter
  ) throws {
    let shown = outcomes.map { $0.goesWhole || (showsRemoved && $0.bytes > 0) }
    guard shown.contains(true) else { return }
    var batch = batch
    var texts = ByteColumn()
    var reasons = ByteColumn()
    for (index, outcome) in outcomes.enumerated() {
      guard shown[index] else {
        texts.appendEmpty()
        reasons.appendEmpty()
        continue
      }
      let amount =
        "\(counted(outcome.spans, "part")), \(counted(outcome.bytes, "byte"))"
      if outcome.goesWhole {
        texts.append(batch.texts[index])
        let least = max(1, leastWords)
        reasons.append(
          "\(rule): fewer than \(counted(least, "word")) \(least == 1 ? "is" : "are") left without "
            + amount)
      } else {
        let text = batch.texts[index]
        let parts = cuts[outcome.cuts].map { text.dropFirst($0.lowerBound).prefix($0.count) }
        texts.append(Array(parts.joined(separator: "\n\n".utf8)))
        reasons.append("\(rule): \(amount); the document stays without them")
      }
    }
    batch.replaceTexts(with: texts)
    batch.attributes.set("removed_by", .bytes(reasons))
    try removed.write(batch, attributes: ["removed_by"]) { shown[$0] }
  }
}

extension SpanWriter.Part {
  fileprivate mutating func add(
    _ outcomes: [SpanRemoval.Outcome], of batch: DocumentBatch, edited: DocumentBatch
  ) {
    for (index, outcome) in outcomes.enumerated() {
      let bytes = batch.texts.byteCount(index)
      let kept = outcome.goesWhole ? nil : edited.texts.byteCount(index)
      sources[batch.sources.string(index), default: DocumentFates()]
        .add(bytes: bytes, keptBytes: kept)
      if kept == nil { removedDocumentBytes += bytes } else { cutBytes += outcome.bytes }
    }
  }
}

extension RemovedSpan {
  /// The highest power of two in its length.
  fileprivate var lengthClass: Int {
    1 << (Int.bitWidth - 1 - max(1, bytes.count).leadingZeroBitCount)
  }
}
