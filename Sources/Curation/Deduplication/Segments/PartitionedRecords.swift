import Streams

/// A work file of records in partitions. It is written as runs, each what fitted into memory: the
/// records of a run lie in order of partition, and within one as they came. Behind the runs is, for
/// each, the number of its records before each partition and in all (UInt32), then a trailer:
/// partitions, runs, the directory's place (UInt64 each), the high half of its XXH3-128, "MSPARTS1".
enum PartitionedRecords {
  static let magic: UInt64 = 0x3153_5452_4150_534D
  static let trailerWords = 5

  static func damaged(_ path: String, _ found: String) -> Fault {
    Fault(
      .input, "a work file of the search for repeated parts is damaged", at: path, found: found,
      hint: "remove it and start again: what is complete is not done again")
  }
}

/// Writes a work file.
final class PartitionedRecordsWriter {
  private let file: OutputFile
  private let partitions: Int
  private let most: Int
  private var records: [SegmentRecord] = []
  private var partitionOf: [UInt32] = []
  private var directory: [UInt32] = []
  private var runs = 0
  private(set) var count = 0

  /// - Parameter memory: bytes for the records that wait.
  init(_ path: String, partitions: Int, memory: Int) throws {
    file = try OutputFile(path)
    self.partitions = partitions
    most = max(1024, min(memory / (2 * SegmentRecord.byteCount + 4), Int(UInt32.max)))
  }

  func append(_ record: SegmentRecord, to partition: Int) throws {
    records.append(record)
    partitionOf.append(UInt32(partition))
    if records.count == most { try writeRun() }
  }

  private func writeRun() throws {
    var starts = [UInt32](repeating: 0, count: partitions + 1)
    for partition in partitionOf { starts[Int(partition) + 1] += 1 }
    for partition in 0..<partitions { starts[partition + 1] += starts[partition] }
    directory += starts
    let sorted = [SegmentRecord](unsafeUninitializedCapacity: records.count) { buffer, filled in
      for (record, partition) in zip(records, partitionOf) {
        let place = starts[Int(partition)]
        buffer[Int(place)] = record
        starts[Int(partition)] = place + 1
      }
      filled = records.count
    }
    try sorted.withUnsafeBytes { try file.write($0) }
    count += records.count
    runs += 1
    records.removeAll(keepingCapacity: true)
    partitionOf.removeAll(keepingCapacity: true)
  }

  func commit() throws {
    if !records.isEmpty { try writeRun() }
    let place = file.byteCount
    let digest = try directory.withUnsafeBytes { bytes in
      try file.write(bytes)
      return ContentDigest(bytes).high
    }
    let trailer = [
      UInt64(partitions), UInt64(runs), UInt64(place), digest, PartitionedRecords.magic,
    ]
    try trailer.withUnsafeBytes { try file.write($0) }
    try file.commit()
  }
}

/// Reads ranges of partitions of a work file.
struct PartitionedRecordsReader {
  let path: String
  /// The first partition that the directory below covers.
  private let first: Int
  /// The place of each run, and its records before each partition of the range and behind it.
  private let runs: [(place: Int, starts: [UInt32])]

  /// Reads the part of the directory for `range`.
  /// - Throws: an input fault for a file that is cut short, damaged, or has other partitions.
  init(_ path: String, partitions: Int, range: Range<Int>) throws {
    self.path = path
    first = range.lowerBound
    let file = try RandomAccessBytes(path: path)
    let trailerBytes = PartitionedRecords.trailerWords * 8
    let trailer = try Self.words(file.bytes(at: file.count - trailerBytes, count: trailerBytes))
    guard trailer.count == PartitionedRecords.trailerWords,
      trailer[4] == PartitionedRecords.magic, trailer[0] == UInt64(partitions),
      let runCount = Int(exactly: trailer[1]), let place = Int(exactly: trailer[2]),
      place >= 0, place <= file.count - trailerBytes
    else { throw PartitionedRecords.damaged(path, "no trailer at its end") }
    let directory = try file.bytes(at: place, count: file.count - trailerBytes - place)
    let rowBytes = (partitions + 1) * 4
    guard directory.count % rowBytes == 0, directory.count / rowBytes == runCount,
      directory.withUnsafeBytes({ ContentDigest($0).high }) == trailer[3]
    else { throw PartitionedRecords.damaged(path, "another directory than was written") }
    var runs: [(place: Int, starts: [UInt32])] = []
    var records = 0
    directory.withUnsafeBytes { bytes in
      for run in 0..<runCount {
        func start(_ partition: Int) -> UInt32 {
          bytes.loadUnaligned(fromByteOffset: run * rowBytes + partition * 4, as: UInt32.self)
        }
        let starts = (range.lowerBound...range.upperBound).map(start)
        runs.append((records * SegmentRecord.byteCount, starts))
        records += Int(start(partitions))
      }
    }
    guard records * SegmentRecord.byteCount == place else {
      throw PartitionedRecords.damaged(path, "\(place) bytes for \(records) records")
    }
    self.runs = runs
  }

  private static func words(_ bytes: [UInt8]) -> [UInt64] {
    bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
  }

  /// The number of records in `partitions`.
  func count(_ partitions: Range<Int>) -> Int {
    runs.reduce(0) { sum, run in
      let (start, end) = (partitions.lowerBound - first, partitions.upperBound - first)
      return sum + Int(run.starts[end]) - Int(run.starts[start])
    }
  }

  /// Calls `body` with the records in `partitions`, run by run.
  func forEach(_ partitions: Range<Int>, _ body: (SegmentRecord) throws -> Void) throws {
    if count(partitions) == 0 { return }
    let file = try RandomAccessBytes(path: path)
    let piece = UnsafeMutableRawBufferPointer.allocate(
      byteCount: SegmentRecord.byteCount << 13, alignment: 8)
    defer { piece.deallocate() }
    for run in runs {
      var from = Int(run.starts[partitions.lowerBound - first])
      let to = Int(run.starts[partitions.upperBound - first])
      while from < to {
        let wanted = min(to - from, 1 << 13) * SegmentRecord.byteCount
        let count = try file.read(
          at: run.place + from * SegmentRecord.byteCount,
          into: UnsafeMutableRawBufferPointer(rebasing: piece[..<wanted]))
        guard count == wanted else { throw PartitionedRecords.damaged(path, "its end") }
        for offset in stride(from: 0, to: wanted, by: SegmentRecord.byteCount) {
          try body(piece.load(fromByteOffset: offset, as: SegmentRecord.self))
        }
        from += wanted / SegmentRecord.byteCount
      }
    }
  }
}
