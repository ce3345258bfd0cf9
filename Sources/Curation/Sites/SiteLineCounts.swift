import Corpora
import Streams

/// Counts, for each line of each host, the documents that have it: the first pass that
/// `site_boilerplate` needs. For one thread; several threads or tasks count into folders of their own
/// and are frozen together.
///
///     let counts = try SiteLineCounts(folder: scratch)
///     try counts.add(batch)  // every batch of the inputs
///     let lines = try SiteLineCounts.freeze([counts], minimum: chain.siteLineMinimum ?? 2)
///     let meter = try ChainMeter(chain, siteLines: lines)
///
/// The keys of lines go to partitions by their first bits: 64 KiB of each in memory, the rest on disk,
/// 8 bytes a line and document. Freezing holds one partition at a time, a 64th of all keys, and what
/// is repeated. The counts are exact, but for lines that share a 64-bit key.
public final class SiteLineCounts {
  /// Files in `folder` while counting; they are removed at the end.
  private let partitions: [KeyPartition]
  private var reader = SiteLineReader()
  private var keys: [UInt64] = []

  static let partitionCount = 64

  /// - Parameter folder: Where partitions are kept, made where it is missing; of this object alone.
  public convenience init(folder: String) throws {
    try self.init(folder: folder, keysInMemory: 8192)
  }

  /// - Parameter keysInMemory: of each partition.
  init(folder: String, keysInMemory: Int) throws {
    try Folder.create(folder)
    partitions = (0..<Self.partitionCount).map {
      KeyPartition("\(folder)/lines-\($0).keys", most: keysInMemory)
    }
  }

  /// Counts the lines of a batch, texts as they are.
  public func add(_ batch: DocumentBatch) throws {
    for document in 0..<batch.count {
      guard batch.urls.withBytes(document, { reader.readHost($0) }) else { continue }
      keys.removeAll(keepingCapacity: true)
      batch.texts.withBytes(document) { text in
        reader.forEachLine(of: text) { key, _ in keys.append(key) }
      }
      // Each line once a document, and the document itself.
      keys.sort()
      try add(reader.hostKey)
      var last: UInt64?
      for key in keys where key != last {
        try add(key)
        last = key
      }
    }
  }

  private func add(_ key: UInt64) throws {
    try partitions[Int(truncatingIfNeeded: key >> 58)].append(key)
  }

  /// The lines and hosts that at least `minimum` documents have, over all inputs together.
  public static func freeze(_ parts: [SiteLineCounts], minimum: Int) throws -> FrozenSiteLines {
    var entries: [(key: UInt64, count: UInt32)] = []
    for partition in 0..<partitionCount {
      var keys: [UInt64] = []
      for part in parts { try part.partitions[partition].take(into: &keys) }
      keys.sort()
      var start = 0
      while start < keys.count {
        var end = start + 1
        while end < keys.count, keys[end] == keys[start] { end += 1 }
        if end - start >= minimum {
          entries.append((keys[start], UInt32(clamping: end - start)))
        }
        start = end
      }
    }
    return FrozenSiteLines(entries, minimum: minimum)
  }
}
