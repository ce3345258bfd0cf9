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
}

/// All tasks as one numbered row of documents.
struct DeduplicationCorpus: Sendable {
  let tasks: [DeduplicationTask]
  /// The number of the first document of each task, and the number of all.
  private let starts: [Int]

  var count: Int { starts[tasks.count] }

  init(_ tasks: [DeduplicationTask], bandCount: Int?) throws {
    self.tasks = tasks
    var starts = [0]
    for (index, task) in tasks.enumerated() {
      if index > 0, tasks[index - 1].task >= task.task {
        throw Fault(
          .failure, "tasks of a deduplication are not in order",
          found: "task \(task.task) after \(tasks[index - 1].task)")
      }
      try Self.check(task, "keep mask", task.keep?.count)
      try Self.check(task, "preferred signal", task.preference?.count)
      if let bandCount, task.bands.count != task.count * bandCount {
        throw Fault(
          .input, "the MinHash bands of task \(task.task) do not fit the plan",
          found: "\(task.bands.count) values for \(task.count) documents",
          expected: "\(bandCount) a document", hint: "measure the documents again with this plan")
      }
      starts.append(starts[index] + task.count)
    }
    guard starts[tasks.count] < Int(UInt32.max), tasks.allSatisfy({ $0.count <= Int(Int32.max) })
    else {
      throw Fault(
        .input, "too many documents for one deduplication", found: "\(starts[tasks.count])",
        expected: "fewer than \(UInt32.max)", hint: "deduplicate by source first")
    }
    self.starts = starts
  }

  private static func check(_ task: DeduplicationTask, _ name: String, _ count: Int?) throws {
    guard let count, count != task.count else { return }
    throw Fault(
      .failure, "the \(name) of task \(task.task) is of another length",
      found: "\(count)", expected: "\(task.count)")
  }

  /// The documents of task number `index`, as numbers.
  func documents(ofTask index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// The index of the task that holds a document.
  func taskIndex(of document: Int) -> Int {
    var low = 0
    var high = tasks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= document { low = middle } else { high = middle }
    }
    return low
  }

  func address(_ document: Int) -> DocumentAddress {
    let index = taskIndex(of: document)
    return DocumentAddress(task: tasks[index].task, ordinal: Int32(document - starts[index]))
  }

  /// The documents that take part, in order.
  func participants() -> [UInt32] {
    var documents: [UInt32] = []
    documents.reserveCapacity(count)
    for (index, task) in tasks.enumerated() {
      for ordinal in 0..<task.count where task.keep?[ordinal] ?? true {
        documents.append(UInt32(starts[index] + ordinal))
      }
    }
    return documents
  }

  /// One column of rows of `width` values, gathered for `documents`, which must be in order.
  func gather(
    _ documents: [UInt32], _ rows: KeyPath<DeduplicationTask, [UInt64]>, width: Int, column: Int
  ) -> [UInt64] {
    var values: [UInt64] = []
    values.reserveCapacity(documents.count)
    var position = 0
    for index in tasks.indices {
      let range = self.documents(ofTask: index)
      let rows = tasks[index][keyPath: rows]
      while position < documents.count, Int(documents[position]) < range.upperBound {
        values.append(rows[(Int(documents[position]) - range.lowerBound) * width + column])
        position += 1
      }
    }
    return values
  }
}
