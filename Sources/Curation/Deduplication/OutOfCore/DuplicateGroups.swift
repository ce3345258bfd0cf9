import Runs
import Streams

/// Finds documents that share a hash, one range of buckets at a time.
struct DuplicateGroups {
  /// One table's buckets that are read and sorted together.
  struct Range: Sendable, Equatable {
    var table: Int
    var buckets: Swift.Range<Int>
  }

  let runs: [HashRun]
  let numbering: DocumentNumbering
  /// Documents below are known from before: groups of them alone are not new.
  var firstNew = 0
  /// Whether what is written goes with this process.
  var isScratch = false

  /// How many of a group's first documents all its members are compared with.
  static let pivotLimit = 64

  /// - Parameter paths: of the run of each part.
  /// - Throws: where a run does not belong to its part, or has other hashes than the first.
  init(_ paths: [String], _ numbering: DocumentNumbering, firstNew: Int = 0) throws {
    runs = try paths.map { try HashRun($0) }
    self.numbering = numbering
    self.firstNew = firstNew
    for (index, run) in runs.enumerated() {
      guard run.documentCount == numbering.parts[index].count, run.tables == runs[0].tables,
        run.wordsPerHash == runs[0].wordsPerHash
      else {
        throw Fault(
          .input, "the hashes in '\(paths[index])' are not those of its documents",
          found: "\(run.tables) tables of \(run.documentCount) documents",
          expected: "\(runs[0].tables) tables of \(numbering.parts[index].count) documents",
          hint: "measure the documents again")
      }
    }
  }

  /// Ranges that cover all tables, each with its hashes, its numbers and room to sort them within
  /// `memory` bytes (or of one bucket, the least that can be read).
  func ranges(memory: Int) -> [Range] {
    guard let first = runs.first else { return [] }
    let hashSize = first.wordsPerHash == 2 ? 24 : 16
    var ranges: [Range] = []
    for table in 0..<first.tables {
      var start = 0
      var bytes = 0
      for bucket in 0..<HashRun.bucketCount {
        let more = runs.reduce(0) {
          $0 + $1.count(table: table, buckets: bucket..<bucket + 1) * hashSize * 2
        }
        if bytes > 0, bytes + more > memory {
          ranges.append(Range(table: table, buckets: start..<bucket))
          (start, bytes) = (bucket, 0)
        }
        bytes += more
      }
      ranges.append(Range(table: table, buckets: start..<HashRun.bucketCount))
    }
    return ranges
  }

  /// Calls `body` with the documents of each hash of a range that two or more have, as numbers in
  /// order; groups in order of the hash.
  func forEach(in range: Range, _ body: ([UInt64]) throws -> Void) throws {
    try Interruption.check()
    if runs.first?.wordsPerHash == 2 {
      try forEachPair(in: range, body)
    } else {
      try forEachSingle(in: range, body)
    }
  }

  private func forEachSingle(in range: Range, _ body: ([UInt64]) throws -> Void) throws {
    var hashes: [UInt64] = []
    var numbers: [UInt64] = []
    let count = runs.reduce(0) { $0 + $1.count(table: range.table, buckets: range.buckets) }
    hashes.reserveCapacity(count)
    numbers.reserveCapacity(count)
    for (index, run) in runs.enumerated() {
      let read = try run.read(table: range.table, buckets: range.buckets)
      let start = UInt64(numbering.range(ofPart: index).lowerBound)
      hashes += read.first
      for place in read.places { numbers.append(start + UInt64(place)) }
    }
    let sorted = HashSort(hashes: hashes, payloads: numbers)
    (hashes, numbers) = ([], [])
    var members: [UInt64] = []
    try sorted.forEachGroup { _, places in
      members.removeAll(keepingCapacity: true)
      members += sorted.payloads[places]
      if Int(members[members.count - 1]) >= firstNew { try body(members) }
    }
  }

  /// Hashes of two words: sorted by the first; those with equal first words are told apart by the
  /// second, in order of the first document that has it.
  private func forEachPair(in range: Range, _ body: ([UInt64]) throws -> Void) throws {
    var hashes: [UInt64] = []
    var payloads: [SIMD2<UInt64>] = []
    for (index, run) in runs.enumerated() {
      let read = try run.read(table: range.table, buckets: range.buckets)
      let start = UInt64(numbering.range(ofPart: index).lowerBound)
      hashes += read.first
      for (second, place) in zip(read.second, read.places) {
        payloads.append(SIMD2(second, start + UInt64(place)))
      }
    }
    let sorted = HashSort(hashes: hashes, payloads: payloads)
    (hashes, payloads) = ([], [])
    var rest: [SIMD2<UInt64>] = []
    var others: [SIMD2<UInt64>] = []
    var members: [UInt64] = []
    try sorted.forEachGroup { _, places in
      rest.removeAll(keepingCapacity: true)
      rest += sorted.payloads[places]
      while let second = rest.first?.x {
        members.removeAll(keepingCapacity: true)
        others.removeAll(keepingCapacity: true)
        for entry in rest {
          if entry.x == second { members.append(entry.y) } else { others.append(entry) }
        }
        if members.count > 1, Int(members[members.count - 1]) >= firstNew { try body(members) }
        swap(&rest, &others)
      }
    }
  }

  // MARK: Stages

  /// Writes the groups of equal hashes of a range.
  func writeEqual(_ range: Range, to path: String) throws {
    let file = try GroupFile.Writer(path, isScratch: isScratch)
    try forEach(in: range) { try file.append($0) }
    try file.commit()
  }

  /// Writes the groups of a range of bands, without documents that repeat another one to the letter.
  /// Members that are known from before and are no pivots have nothing to be compared with.
  func writeCandidates(_ range: Range, repeats: NumberSet, to path: String) throws {
    let file = try GroupFile.Writer(path, isScratch: isScratch)
    var members: [UInt64] = []
    try forEach(in: range) { group in
      members.removeAll(keepingCapacity: true)
      for number in group where !repeats.contains(Int(number)) {
        if members.count < Self.pivotLimit || Int(number) >= firstNew { members.append(number) }
      }
      guard members.count > 1, Int(members[members.count - 1]) >= firstNew else { return }
      try file.append(members)
    }
    try file.commit()
  }

  /// All documents that are of equal hash with an earlier one.
  static func repeats(_ paths: [String], documentCount: Int) throws -> NumberSet {
    var repeats = NumberSet(count: documentCount)
    for path in paths {
      try GroupFile.forEach(path, below: documentCount) { group in
        for number in group.dropFirst() { repeats.insert(Int(number)) }
      }
    }
    return repeats
  }
}

/// Groups of document numbers on disk: the number of members, then the members in order.
enum GroupFile {
  struct Writer {
    private let file: ValueFile.Writer

    init(_ path: String, isScratch: Bool = false) throws {
      file = try ValueFile.Writer(path, kind: "GRPS", isScratch: isScratch)
    }

    func append(_ members: [UInt64]) throws {
      try file.append(UInt64(members.count))
      try file.append(contentsOf: members)
    }

    func commit() throws { try file.commit() }
  }

  /// - Parameter documentCount: members are below.
  static func forEach(
    _ path: String, below documentCount: Int, _ body: ([UInt64]) throws -> Void
  ) throws {
    let reader = try ValueFile.Reader(path, kind: "GRPS")
    var values = try ValueFile.Sequence(reader)
    var members: [UInt64] = []
    while let count = try values.value() {
      members.removeAll(keepingCapacity: true)
      guard count >= 2, count <= UInt64(documentCount) else {
        throw reader.damaged("a group of \(count)", expected: "2 to \(documentCount) members")
      }
      for _ in 0..<count {
        let member = try values.needed()
        guard member < UInt64(documentCount) else {
          throw reader.damaged("document \(member)", expected: "below \(documentCount)")
        }
        members.append(member)
      }
      try body(members)
    }
  }
}
