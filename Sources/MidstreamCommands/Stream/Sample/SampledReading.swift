import Corpora
import Runs

/// Reads the documents of a slice that are in a sample.
struct SampledReading {
  /// What was looked at to find them, and the time that a larger sample would take more of.
  struct Outcome {
    /// Records of files that hold many documents: all, and those in the sample.
    var records = 0
    var sampledRecords = 0
    /// Of the work on documents of the sample; the rest was reading past the others.
    var seconds = 0.0

    static let recordsCount = "records"
    static let sampledRecordsCount = "sampled records"
    static let microsecondsCount = "microseconds on the sample"

    /// As a completion record keeps it.
    var counts: [String: Int] {
      [
        Self.recordsCount: records, Self.sampledRecordsCount: sampledRecords,
        Self.microsecondsCount: Int(seconds * 1e6),
      ]
    }
  }

  let reader: CorpusReader
  let sample: DocumentSample

  /// Reads as `CorpusReader.read` does. Files that are one document are taken to be chosen already.
  func read(
    _ slice: DocumentSlice, problems: inout ReadingProblems,
    extract: @escaping TextExtraction, body: (DocumentBatch) throws -> Void
  ) throws -> Outcome {
    var outcome = Outcome()
    let source = reader.source(of: slice).source
    var whole = slice
    var records = slice
    whole.files.removeAll { !(source.format(of: $0.path)?.isOneDocument ?? true) }
    records.files.removeAll { source.format(of: $0.path)?.isOneDocument ?? true }
    if !whole.files.isEmpty {
      let start = ContinuousClock.now
      try reader.read(whole, problems: &problems, extract: extract, body: body)
      outcome.seconds += start.duration(to: .now).seconds
    }
    guard !records.files.isEmpty else { return outcome }
    try reader.read(
      records, problems: &problems,
      extract: { raw, text in
        guard sample.contains(id: raw.id) else {
          // Left out below by its id: no text needs to be extracted for that.
          text.append(UInt8(ascii: "."))
          return nil
        }
        let start = ContinuousClock.now
        defer { outcome.seconds += start.duration(to: .now).seconds }
        return extract(raw, &text)
      }
    ) { batch in
      outcome.records += batch.count
      let taken = batch.selecting { batch.ids.withBytes($0, sample.contains(id:)) }
      if taken.isEmpty { return }
      outcome.sampledRecords += taken.count
      let start = ContinuousClock.now
      try body(taken)
      outcome.seconds += start.duration(to: .now).seconds
    }
    return outcome
  }
}
