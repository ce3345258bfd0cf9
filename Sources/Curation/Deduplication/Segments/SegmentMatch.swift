import Streams

/// A part of a text that is repeated, for a report: the place of its first copy.
public struct RepeatedSegment: Sendable, Equatable, Codable {
  public var task: Int
  public var ordinal: Int
  public var start: Int
  public var length: Int
  /// All copies that there are.
  public var copies: Int
}

/// The most frequent ones of many repeated parts, those of most copies first, equal ones by address.
struct MostRepeated: Sendable {
  static let limit = 50
  private(set) var segments: [RepeatedSegment] = []

  private static func comes(_ a: RepeatedSegment, before b: RepeatedSegment) -> Bool {
    (b.copies, a.task, a.ordinal, a.start) < (a.copies, b.task, b.ordinal, b.start)
  }

  mutating func add(_ segment: RepeatedSegment) {
    if segments.count == Self.limit, let last = segments.last,
      !Self.comes(segment, before: last)
    {
      return
    }
    let place = segments.firstIndex { Self.comes(segment, before: $0) } ?? segments.count
    segments.insert(segment, at: place)
    if segments.count > Self.limit { segments.removeLast() }
  }
}

/// The different parts of some range of hashes, each with its first copy and how many there are. The
/// same part always has the same hash, so ranges need nothing of each other.
struct DistinctSegments {
  /// Bytes of memory for each: first copy, its task, two counts, and up to four places of the table.
  private static let bytesPerSegment = 56
  /// The first copy that is not known from before, and its task.
  private static let bytesPerOwnCopy = 28

  static func bytesPerSegment(known: Int) -> Int {
    bytesPerSegment + (known > 0 ? bytesPerOwnCopy : 0)
  }

  /// Tasks before it are of documents that are known from before.
  let known: Int
  private var table: [UInt32]
  private(set) var firsts: [SegmentRecord] = []
  private(set) var taskOf: [UInt32] = []
  private(set) var copies: [Int] = []
  /// The first copy of a task that is not known from before; empty where none is known.
  private var ownFirsts: [SegmentRecord] = []
  private var ownTaskOf: [UInt32] = []

  init(known: Int) {
    self.known = known
    table = [UInt32](repeating: .max, count: 1024)
  }

  var count: Int { firsts.count }

  mutating func removeAll() {
    table = [UInt32](repeating: .max, count: 1024)
    firsts.removeAll(keepingCapacity: true)
    taskOf.removeAll(keepingCapacity: true)
    copies.removeAll(keepingCapacity: true)
    ownFirsts.removeAll(keepingCapacity: true)
    ownTaskOf.removeAll(keepingCapacity: true)
  }

  /// The number of the part that a record is a copy of; nil where it is a new one.
  func number(of record: SegmentRecord) -> Int? {
    let found = table[slot(of: record)]
    return found == .max ? nil : Int(found)
  }

  /// Counts a copy; copies come in order of address.
  /// - Returns: the part's number and how many copies there are now.
  mutating func add(_ record: SegmentRecord, task: Int) -> (number: Int, copies: Int) {
    let slot = slot(of: record)
    if table[slot] != .max {
      let number = Int(table[slot])
      copies[number] += 1
      if known > 0, task >= known, ownTaskOf[number] == .max {
        ownFirsts[number] = record
        ownTaskOf[number] = UInt32(task)
      }
      return (number, copies[number])
    }
    table[slot] = UInt32(truncatingIfNeeded: count)
    firsts.append(record)
    taskOf.append(UInt32(task))
    copies.append(1)
    if known > 0 {
      ownFirsts.append(record)
      ownTaskOf.append(task < known ? .max : UInt32(task))
    }
    if count * 2 > table.count { grow() }
    return (count - 1, 1)
  }

  /// The place of a record in the table, or the free one where it belongs. Low bits choose it: the
  /// high ones are those of the range.
  private func slot(of record: SegmentRecord) -> Int {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: record.high) & mask
    while table[slot] != .max, !firsts[Int(table[slot])].isEqual(record) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    table = [UInt32](repeating: .max, count: table.count * 2)
    let mask = table.count - 1
    for (number, record) in firsts.enumerated() {
      var slot = Int(truncatingIfNeeded: record.high) & mask
      while table[slot] != .max { slot = (slot + 1) & mask }
      table[slot] = UInt32(truncatingIfNeeded: number)
    }
  }

  /// The part's first copy among the inputs; nil where only documents from before have it.
  func repeated(_ number: Int) -> RepeatedSegment? {
    let (first, task) =
      known > 0 ? (ownFirsts[number], ownTaskOf[number]) : (firsts[number], taskOf[number])
    if task == .max { return nil }
    return RepeatedSegment(
      task: Int(task) - known, ordinal: Int(first.ordinal), start: Int(first.start),
      length: Int(first.length), copies: copies[number])
  }
}

/// Decides which copies go.
struct SegmentMatch {
  let rule: SegmentRule
  var segments: DistinctSegments
  private(set) var mostRepeated = MostRepeated()
  /// Parts that are repeated more often than may be.
  private(set) var repeatedCount = 0

  /// - Parameter known: so many tasks come first whose documents are known from before.
  init(_ rule: SegmentRule, known: Int = 0) {
    self.rule = rule
    segments = DistinctSegments(known: known)
  }

  /// Goes through the records of a range of hashes in order of address, twice where the first pass
  /// must count before anything can be said.
  /// - Parameters:
  ///   - records: the same each time that they are read.
  ///   - remove: takes each part that goes and, where one stays, the number of its first copy.
  ///   - hold: takes each copy that stays where others go.
  mutating func run(
    _ records: SegmentRangeRecords,
    remove: (DistinctSegments, SegmentRecord, _ task: Int, _ first: Int?) throws -> Void,
    hold: (SegmentRecord, _ task: Int) throws -> Void
  ) throws {
    segments.removeAll()
    let isOnePass = rule.copies == 1 && !rule.removesFirst
    try records.forEach { record, task in
      let (number, copies) = segments.add(record, task: task)
      guard isOnePass, copies > 1 else { return }
      if copies == 2 { try hold(segments.firsts[number], Int(segments.taskOf[number])) }
      try remove(segments, record, task, number)
    }
    if !isOnePass {
      var seen = [Int](repeating: 0, count: segments.count)
      try records.forEach { record, task in
        guard let number = segments.number(of: record), segments.copies[number] > rule.copies
        else { return }
        seen[number] += 1
        if rule.removesFirst {
          try remove(segments, record, task, nil)
        } else if seen[number] > rule.copies {
          try remove(segments, record, task, number)
        } else {
          try hold(record, task)
        }
      }
    }
    for number in 0..<segments.count where segments.copies[number] > rule.copies {
      guard let repeated = segments.repeated(number) else { continue }
      repeatedCount += 1
      mostRepeated.add(repeated)
    }
  }
}
