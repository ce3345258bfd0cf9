import Curation
import Foundation
import Runs
import Streams

/// Clusters documents whose bands are made, not read: how deduplication grows far beyond what is
/// in memory.
///
/// Three documents of ten belong to a tenth as many clusters, three on average. Each of their bands
/// is the cluster's with the probability of one band of 8 slots at a similarity of 0.9, and its own
/// otherwise. So which documents hang together is known from the drawn bits, and is counted apart.
struct SyntheticBands {
  let documents: Int
  let folder: String
  let memory: Int
  let threads: Int

  static let bands = 14
  private static let partSize = 1 << 18
  private static let shared = UInt64(0.43046721 * Double(1 << 32))

  private static func mix(_ value: UInt64) -> UInt64 {
    var x = value &+ 0x9e37_79b9_7f4a_7c15
    x = (x ^ x >> 30) &* 0xbf58_476d_1ce4_e5b9
    x = (x ^ x >> 27) &* 0x94d0_49bb_1331_11eb
    return x ^ x >> 31
  }

  /// The cluster of a document, or nil.
  private func cluster(_ document: Int) -> UInt64? {
    document % 10 < 3 ? Self.mix(UInt64(document) ^ 0xc1) % UInt64(max(1, documents / 10)) : nil
  }

  /// Which bands of a document are its cluster's.
  private static func sharedBands(_ document: Int) -> UInt16 {
    (0..<bands).reduce(UInt16(0)) { bits, band in
      let drawn = mix(UInt64(document) << 8 | UInt64(band)) & 0xffff_ffff
      return bits | (drawn < shared ? 1 << UInt16(band) : 0)
    }
  }

  private func rows(_ range: Range<Int>) -> [UInt64] {
    var rows: [UInt64] = []
    rows.reserveCapacity(range.count * Self.bands)
    for document in range {
      let cluster = cluster(document)
      let bits = cluster == nil ? 0 : Self.sharedBands(document)
      for band in 0..<Self.bands {
        if let cluster, bits >> UInt16(band) & 1 == 1 {
          rows.append(Self.mix(1 << 63 | cluster << 8 | UInt64(band)))
        } else {
          rows.append(Self.mix(1 << 62 | UInt64(document) << 8 | UInt64(band)))
        }
      }
    }
    return rows
  }

  /// Documents that a deduplication must remove, counted from the drawn bits.
  private func expectedRemovals() -> Int {
    var members: [(cluster: UInt32, bits: UInt16)] = []
    members.reserveCapacity(documents / 10 * 3 + 10)
    for document in 0..<documents {
      if let cluster = cluster(document) {
        members.append((UInt32(cluster), Self.sharedBands(document)))
      }
    }
    members.sort { $0.cluster < $1.cluster }
    var removed = 0
    var start = 0
    while start < members.count {
      var components: [UInt16] = []
      var end = start
      while end < members.count, members[end].cluster == members[start].cluster {
        let bits = members[end].bits
        end += 1
        if bits == 0 { continue }
        let joined = components.filter { $0 & bits != 0 }
        components.removeAll { $0 & bits != 0 }
        components.append(joined.reduce(bits, |))
        removed += joined.count
      }
      start = end
    }
    return removed
  }

  /// Runs all stages and calls `report` with the figures of each.
  func run(
    _ report: (_ stage: String, _ seconds: Double, _ figures: [String: Double]) -> Void
  ) throws {
    let parts = stride(from: 0, to: documents, by: Self.partSize).enumerated().map { index, first in
      HashedPart(
        documents: DocumentPart(
          task: Int32(index), count: min(Self.partSize, documents - first)),
        equalRun: "", bandRun: "\(folder)/bands/\(index)")
    }
    let stages = try DeduplicationStages(parts, memory: memory / 4)
    let whole = ContinuousClock.now
    func timed<R>(_ stage: String, _ body: () throws -> R) throws -> R {
      let start = ContinuousClock.now
      let result = try body()
      report(
        stage, start.duration(to: .now) / .seconds(1),
        ["disk_gb": Self.diskBytes(folder) / 1e9, "peak_memory_gb": Self.peakMemory / 1e9])
      return result
    }
    _ = try timed("make") {
      try concurrentWork(parts.count) { index in
        let first = index * Self.partSize
        try DeduplicationStages.writeBandRun(
          rows(first..<first + parts[index].documents.count), bands: Self.bands, keep: nil,
          to: parts[index].bandRun ?? "")
      }
    }
    let groups = try timed("match") {
      let matching = try stages.bandMatching(equalGroups: [])
      try concurrentWork(matching.pieceCount) {
        try matching.write(piece: $0, to: "\(folder)/groups/\($0)")
      }
      return (0..<matching.pieceCount).map { "\(folder)/groups/\($0)" }
    }
    let found = try timed("select") {
      try stages.select(
        .init(equalGroups: [], unverifiedGroups: groups), removals: "\(folder)/removals",
        survivors: "\(folder)/survivors", preferences: { _ in KeepPreferences() })
    }
    let seconds = whole.duration(to: .now) / .seconds(1)
    let memory = Self.peakMemory
    let expected = expectedRemovals()
    report(
      "whole", seconds,
      [
        "documents": Double(documents), "clusters": Double(found.clusters),
        "removed": Double(found.nearRemoved), "removed_expected": Double(expected),
        "disk_gb": Self.diskBytes(folder) / 1e9, "peak_memory_gb": memory / 1e9,
      ])
  }

  private func concurrentWork(_ count: Int, _ body: @Sendable (Int) throws -> Void) throws {
    _ = try concurrentMap(count, threads: threads, body)
  }

  private static var peakMemory: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_maxrss) * 1024
  }

  private static func diskBytes(_ folder: String) -> Double {
    let files = (try? Folder.files(under: folder)) ?? []
    return files.reduce(0.0) { $0 + Double(Folder.byteCount(of: folder + "/" + $1) ?? 0) }
  }
}
