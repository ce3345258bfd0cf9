import Corpora
import Runs
import Streams
import TestFolders
import Testing

@testable import Curation

/// Texts in memory as tasks of the search for repeated parts.
struct SmallTexts {
  /// The texts of each task.
  var tasks: [[[UInt8]]]

  init(_ tasks: [[[UInt8]]]) { self.tasks = tasks }

  init(_ tasks: [[String]]) { self.tasks = tasks.map { $0.map { Array($0.utf8) } } }

  func documents(batch size: Int = 3) -> TaskDocuments {
    let tasks = tasks
    return { task, body in
      var first = 0
      while first < tasks[task].count {
        let texts = tasks[task][first..<min(first + size, tasks[task].count)]
        try body(first, Self.batch(texts))
        first += texts.count
      }
    }
  }

  static func batch(_ texts: some Sequence<[UInt8]>) -> DocumentBatch {
    var batch = DocumentBatch()
    for text in texts {
      let none = UnsafeRawBufferPointer(start: nil, count: 0)
      text.withUnsafeBytes { batch.append(id: none, text: $0, source: none) }
    }
    return batch
  }

  func search(
    _ rule: SegmentRule, in folder: String, threads: Int = 1, memory: Int = 1 << 30,
    documents: TaskDocuments? = nil
  ) throws -> SegmentDeduplication {
    SegmentDeduplication(
      rule,
      inputs: tasks.map {
        .init(
          digest: RunFolder.digest(of: $0.map { String(decoding: $0, as: UTF8.self) }), bytes: 1)
      },
      runner: TaskRunner(
        run: try RunFolder(folder), threads: threads, progress: ProgressLine(quiet: true)),
      memory: memory, documents: documents ?? self.documents())
  }

  /// The spans of each task.
  func spans(
    _ rule: SegmentRule, threads: Int = 1, memory: Int = 1 << 30
  ) throws -> [[RemovedSpan]] {
    let folder = try TemporaryFolder()
    try search(rule, in: folder.path, threads: threads, memory: memory).run()
    return try Self.spans(in: folder.path, tasks: tasks.count)
  }

  static func spans(in folder: String, tasks: Int) throws -> [[RemovedSpan]] {
    try (0..<tasks).map {
      try RemovedSpans(
        ColumnFile.read(folder + "/" + SegmentDeduplication.spansPath($0))
      ).spans
    }
  }
}

/// Numbers that are the same in each run: SplitMix64 (Steele, Lea & Flood 2014) of their places.
struct DrawnNumbers {
  let seed: UInt64

  func bits(_ index: UInt64) -> UInt64 {
    var z = (seed << 32 &+ index &+ 1) &* 0x9e37_79b9_7f4a_7c15
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
