import Corpora
import Runs
import Streams

/// Writes the ids of an input's documents for an index of parts, some documents a file.
struct SegmentIdentifiers {
  /// Documents a file.
  private static let size = 1 << 16

  private let run: RunFolder
  private let task: Int
  private var ids = ByteColumn()
  private(set) var outputs: [String] = []

  init(_ run: RunFolder, task: Int) {
    self.run = run
    self.task = task
  }

  mutating func append(_ batch: ByteColumn) throws {
    for index in 0..<batch.count {
      ids.append(batch[index])
      if ids.count == Self.size { try write() }
    }
  }

  mutating func finish() throws {
    if ids.count > 0 { try write() }
  }

  private mutating func write() throws {
    let path = "work/ids/\(zeroPadded(task))-\(zeroPadded(outputs.count))"
    try IdentifierFile.write(ids, to: run.file(path))
    outputs.append(path)
    ids = ByteColumn()
  }
}

extension SegmentDeduplication {
  /// What each input is.
  package var inputDigests: [String] { inputs.map(\.digest) }

  /// Documents of the inputs, once `hash` is complete.
  package func documentCount() throws -> Int {
    try hashRecords().reduce(0) { $0 + ($1.counts["documents"] ?? 0) }
  }

  /// What an index takes of the inputs, once `hash` is complete.
  package func indexInputs() throws -> [SegmentIndexUpdate.Input] {
    try hashRecords().map { record in
      let files = record.outputs.map { runner.run.file($0.path) }
      return SegmentIndexUpdate.Input(
        documents: record.counts["documents"] ?? 0, parts: record.counts["parts"] ?? 0,
        hashes: files.first ?? "", ids: Array(files.dropFirst()))
    }
  }
}
