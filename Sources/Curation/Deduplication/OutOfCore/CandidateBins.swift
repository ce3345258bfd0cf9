import Streams

/// The candidates of a deduplication, and the bin of each: candidates that a chain of groups
/// connects are in one bin, and bins are of nearly equal size, so that each can be verified apart
/// from the others and in memory.
///
/// On disk behind the header: the numbers of documents, candidates and bins; the number of each
/// candidate in 64 bits, in order; its bin in 16 bits.
struct CandidateBins {
  static let binLimit = 4096
  /// Candidates of a bin, where there are not more than `binLimit` bins of them.
  static let binSize = 128
  static let groupKind: StaticString = "BGRP"

  /// Finds what is connected in the groups of `paths`, in order, and writes the candidates to
  /// `output`, and their groups by bin to `binnedGroups`: the number of members, then the members.
  /// - Returns: the number of bins.
  static func write(
    groups paths: [String], documentCount: Int, to output: String, binnedGroups: String,
    memory: Int, isScratch: Bool = false
  ) throws -> Int {
    var candidates = NumberSet(count: documentCount)
    for path in paths {
      try GroupFile.forEach(path, below: documentCount) { group in
        for member in group { candidates.insert(Int(member)) }
      }
    }
    candidates.countMembers()
    guard candidates.memberCount < Int(UInt32.max) else {
      throw Fault(
        .input, "too many documents resemble others for one deduplication",
        found: "\(candidates.memberCount)", expected: "fewer than \(UInt32.max)",
        hint: "deduplicate by source first")
    }
    let bins = try self.bins(paths, candidates, documentCount)
    let file = try BinnedFile.Writer(
      binnedGroups, kind: groupKind, memory: memory, isScratch: isScratch)
    var record: [UInt64] = []
    for path in paths {
      try GroupFile.forEach(path, below: documentCount) { group in
        record.removeAll(keepingCapacity: true)
        record.append(UInt64(group.count))
        record += group
        try file.append(record, bin: Int(bins.of[candidates.rank(Int(group[0]))]))
      }
    }
    try file.commit()
    try write(candidates, bins.of, binCount: bins.count, documentCount, to: output, isScratch)
    return bins.count
  }

  /// The bin of each candidate.
  private static func bins(
    _ paths: [String], _ candidates: NumberSet, _ documentCount: Int
  ) throws -> (of: [UInt16], count: Int) {
    var components = UnionFind(count: candidates.memberCount)
    for path in paths {
      try GroupFile.forEach(path, below: documentCount) { group in
        let first = UInt32(candidates.rank(Int(group[0])))
        for member in group.dropFirst() {
          components.join(first, UInt32(candidates.rank(Int(member))))
        }
      }
    }
    return assign(&components, count: candidates.memberCount, binSize: binSize)
  }

  /// Puts whole components into bins of about `binSize` members, in order of their roots.
  static func assign(
    _ components: inout UnionFind, count: Int, binSize: Int
  ) -> (of: [UInt16], count: Int) {
    var sizes = [UInt32](repeating: 0, count: count)
    for member in 0..<UInt32(count) { sizes[Int(components.root(member))] += 1 }
    let size = max(binSize, (count + binLimit - 1) / binLimit)
    var bins = [UInt16](repeating: 0, count: count)
    var bin = 0
    var filled = 0
    for member in 0..<UInt32(count) {
      let root = components.root(member)
      if root == member {
        if filled > 0, filled + Int(sizes[Int(root)]) > size, bin + 1 < binLimit {
          bin += 1
          filled = 0
        }
        filled += Int(sizes[Int(root)])
        bins[Int(member)] = UInt16(bin)
      } else {
        // A root comes before its other members.
        bins[Int(member)] = bins[Int(root)]
      }
    }
    return (bins, count == 0 ? 0 : bin + 1)
  }

  private static func write(
    _ candidates: NumberSet, _ bins: [UInt16], binCount: Int, _ documentCount: Int,
    to output: String, _ isScratch: Bool
  ) throws {
    let file = try ValueFile.Writer(output, kind: "CAND", isScratch: isScratch)
    try file.append(UInt64(documentCount))
    try file.append(UInt64(candidates.memberCount))
    try file.append(UInt64(binCount))
    try candidates.forEach(in: 0..<documentCount) { try file.append(UInt64($0)) }
    try file.append(contentsOf: bins)
    try file.commit()
  }

  let binCount: Int
  let candidateCount: Int
  private let reader: ValueFile.Reader

  init(_ path: String, documentCount: Int) throws {
    reader = try ValueFile.Reader(path, kind: "CAND")
    let head = try reader.values(UInt64.self, at: 0, count: 3)
    guard head[0] == documentCount, head[1] <= documentCount, head[2] <= Self.binLimit,
      reader.count == 24 + Int(head[1]) * 10
    else {
      throw reader.damaged(
        "\(reader.count) bytes for \(head)", expected: "candidates of \(documentCount) documents")
    }
    candidateCount = Int(head[1])
    binCount = Int(head[2])
  }

  /// The candidates among a range of documents, in order, with their bins.
  func candidates(in range: Range<Int>) throws -> (numbers: [UInt64], bins: [UInt16]) {
    let from = try position(of: UInt64(range.lowerBound))
    let to = try position(of: UInt64(range.upperBound))
    let bins = try reader.values(
      UInt16.self, at: 24 + candidateCount * 8 + from * 2, count: to - from)
    guard bins.allSatisfy({ $0 < binCount }) else {
      throw reader.damaged("a bin that is not there", expected: "\(binCount) bins")
    }
    let numbers = try reader.values(UInt64.self, at: 24 + from * 8, count: to - from)
    guard numbers.allSatisfy({ range.contains(Int(clamping: $0)) }) else {
      throw reader.damaged("candidates out of order", expected: "numbers that ascend")
    }
    return (numbers, bins)
  }

  /// How many candidates are smaller than a number.
  private func position(of number: UInt64) throws -> Int {
    var low = 0
    var high = candidateCount
    while low < high {
      let middle = (low + high) / 2
      if try reader.values(UInt64.self, at: 24 + middle * 8, count: 1)[0] < number {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }
}
