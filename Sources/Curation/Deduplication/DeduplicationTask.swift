import Corpora
import Streams

/// The columns of one task that deduplication works on.
public struct DeduplicationTask: Sendable {
  /// Ascending from task to task.
  public var task: Int32
  /// High and low half of each document's text hash.
  public var textHashes: [UInt64]
  /// Each document's bands, row by row; empty where only exact duplicates are wanted.
  public var bands: [UInt64]
  /// Which documents take part: those that the filters kept. Nil for all.
  public var keep: [Bool]?
  /// Documents of an evaluation set: never removed, and what repeats them is.
  public var isEvaluation: Bool
  /// The document of a cluster with the highest value stays; nil for the first by address.
  public var preference: [Float]?

  public init(
    task: Int32, textHashes: [UInt64], bands: [UInt64], keep: [Bool]? = nil,
    isEvaluation: Bool = false, preference: [Float]? = nil
  ) {
    self.task = task
    self.textHashes = textHashes
    self.bands = bands
    self.keep = keep
    self.isEvaluation = isEvaluation
    self.preference = preference
  }

  /// Takes the columns that `Fingerprinter` measured.
  /// - Parameter preferring: the name of a float32 column, or nil for the first by address.
  public init(
    task: Int32, columns: ColumnTable, keep: [Bool]? = nil, isEvaluation: Bool = false,
    preferring signal: String? = nil
  ) throws {
    let hashes = try columns.uint64Rows(Fingerprinter.textHashColumn)
    guard hashes.width == 2 else {
      throw Fault(
        .input, "column '\(Fingerprinter.textHashColumn)' does not hold text hashes",
        found: "rows of \(hashes.width)", expected: "rows of 2",
        hint: "measure the documents again")
    }
    self.init(
      task: task, textHashes: hashes.values,
      bands: try columns.uint64Rows(Fingerprinter.bandsColumn).values, keep: keep,
      isEvaluation: isEvaluation, preference: try signal.map { try columns.float32($0) })
  }

  var count: Int { textHashes.count / 2 }

  /// - Throws: where the columns are of different lengths, or bands are not those of the plan.
  func check(bandCount: Int?) throws {
    for (name, count) in [("keep mask", keep?.count), ("preferred signal", preference?.count)]
    where count ?? self.count != self.count {
      throw Fault(
        .failure, "the \(name) of task \(task) is of another length",
        found: "\(count ?? 0)", expected: "\(self.count)")
    }
    if let bandCount, bands.count != count * bandCount {
      throw Fault(
        .input, "the MinHash bands of task \(task) do not fit the plan",
        found: "\(bands.count) values for \(count) documents",
        expected: "\(bandCount) a document", hint: "measure the documents again with this plan")
    }
    guard count <= Int(Int32.max) else {
      throw Fault(
        .input, "too many documents in one task of a deduplication", found: "\(count)",
        expected: "at most \(Int32.max)")
    }
  }
}
