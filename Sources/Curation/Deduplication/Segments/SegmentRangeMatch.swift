import Streams

/// What a task of the stage `match` found.
struct SegmentRangeReport: Codable, Sendable {
  /// Different parts that are repeated more often than may be.
  var repeated: Int
  /// Copies that go.
  var removed: Int
  /// Of those, for a copy in a document that is known from before.
  var removedForKnown: Int
  var mostRepeated: [RepeatedSegment]
}

/// Some partitions of the hash files of all tasks, or a share of one by further bits: the records in
/// order of task.
struct SegmentRangeRecords {
  let readers: [PartitionedRecordsReader]
  let partitions: Range<Int>
  let pass: Int
  let passes: Int

  /// Calls `body` with each record and its task.
  func forEach(_ body: (SegmentRecord, Int) throws -> Void) throws {
    for (task, reader) in readers.enumerated() {
      try reader.forEach(partitions) { record in
        // The bits behind those of the partition.
        let bits = record.high << UInt64(SegmentDeduplication.partitionBits)
        if passes > 1, Int(bits.multipliedFullWidth(by: UInt64(passes)).high) != pass { return }
        try body(record, task)
      }
    }
  }
}

/// Matches the parts of a range of partitions over the hash files of all tasks, and holds no more of
/// them than fit into memory: some partitions at a time, or a share of one by further bits.
struct SegmentRangeMatch {
  private let rule: SegmentRule
  private let readers: [PartitionedRecordsReader]
  private let range: Range<Int>
  private let memory: Int
  private let known: Int

  /// - Parameters:
  ///   - known: files of documents that are known from before.
  ///   - files: of the inputs.
  init(
    _ rule: SegmentRule, known: [String] = [], files: [String], range: Range<Int>, memory: Int
  ) throws {
    self.rule = rule
    self.known = known.count
    self.range = range
    self.memory = memory
    readers = try (known + files).map {
      try PartitionedRecordsReader($0, partitions: SegmentDeduplication.partitions, range: range)
    }
  }

  /// Writes the parts of the inputs that go by task, then the copies that stay where others go, by
  /// task. A copy in a document that is known from before has a task behind those of the inputs.
  func write(to path: String) throws -> SegmentRangeReport {
    let tasks = readers.count - known
    func number(_ task: Int) -> Int { task < known ? tasks + task : task - known }
    let writer = try PartitionedRecordsWriter(path, partitions: 2 * tasks, memory: memory / 4)
    var match = SegmentMatch(rule, known: known)
    var (removed, removedForKnown) = (0, 0)
    for (partitions, passes) in groups() {
      for pass in 0..<passes {
        let records = SegmentRangeRecords(
          readers: readers, partitions: partitions, pass: pass, passes: passes)
        try match.run(records) { segments, record, task, first in
          guard task >= known else { return }
          removed += 1
          let kept = first.map { (number(Int(segments.taskOf[$0])), segments.firsts[$0]) }
          if let kept, kept.0 >= tasks { removedForKnown += 1 }
          try writer.append(SegmentRecord(removing: record, kept: kept), to: number(task))
        } hold: { record, task in
          if task >= known { try writer.append(record, to: tasks + number(task)) }
        }
      }
    }
    try writer.commit()
    return SegmentRangeReport(
      repeated: match.repeatedCount, removed: removed, removedForKnown: removedForKnown,
      mostRepeated: match.mostRepeated.segments)
  }

  /// The partitions of the range in groups that fit into memory, each with the passes it takes.
  private func groups() -> [(partitions: Range<Int>, passes: Int)] {
    let most = max(
      1024, min(memory / DistinctSegments.bytesPerSegment(known: known), Int(UInt32.max) - 1))
    var groups: [(Range<Int>, Int)] = []
    var (start, count) = (range.lowerBound, 0)
    for partition in range {
      let own = readers.reduce(0) { $0 + $1.count(partition..<partition + 1) }
      if count > 0, count + own > most {
        groups.append((start..<partition, 1))
        (start, count) = (partition, 0)
      }
      count += own
      if own > most {
        groups.append((start..<partition + 1, (own + most - 1) / most))
        (start, count) = (partition + 1, 0)
      }
    }
    if count > 0 { groups.append((start..<range.upperBound, 1)) }
    return groups
  }
}
