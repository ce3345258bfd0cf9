import Streams

/// Three words of a work file: a part of a text by its hash, or a removed span.
struct SegmentRecord: BitwiseCopyable, Equatable {
  var words: (UInt64, UInt64, UInt64)

  init(_ a: UInt64, _ b: UInt64, _ c: UInt64) { words = (a, b, c) }

  static func == (a: Self, b: Self) -> Bool { a.words == b.words }

  static let byteCount = 24

  // MARK: A part by its hash

  /// 96 bits of the hash: that any two of 10^11 parts share them by chance has a probability below
  /// 10^-6.
  init(_ part: HashedSegment, ordinal: UInt32) {
    words = (
      part.high, part.low & ~0xFFFF_FFFF | UInt64(ordinal),
      UInt64(part.start) << 32 | UInt64(part.end - part.start)
    )
  }

  var high: UInt64 { words.0 }
  var low: UInt32 { UInt32(truncatingIfNeeded: words.1 >> 32) }
  var ordinal: UInt32 { UInt32(truncatingIfNeeded: words.1) }
  var start: UInt32 { UInt32(truncatingIfNeeded: words.2 >> 32) }
  var length: UInt32 { UInt32(truncatingIfNeeded: words.2) }

  func isEqual(_ other: Self) -> Bool { high == other.high && low == other.low }

  // MARK: A span that goes

  /// A part that goes, and the copy that stays, in task `task`, where there is one.
  init(removing part: SegmentRecord, kept: (task: Int, part: SegmentRecord)?) {
    let noTask = UInt64(UInt32.max)
    words = (
      UInt64(part.ordinal) << 32 | UInt64(part.start),
      UInt64(part.length) << 32 | (kept.map { UInt64($0.task) } ?? noTask),
      kept.map { UInt64($0.part.ordinal) << 32 | UInt64($0.part.start) } ?? 0
    )
  }

  /// - Throws: a fault where it is not one that was made by `init(removing:kept:)`.
  func span(_ path: String) throws -> RemovedSpan {
    let start = Int(words.0 & 0xFFFF_FFFF)
    guard words.1 >> 32 > 0 else { throw PartitionedRecords.damaged(path, "a part of no bytes") }
    let task = UInt32(truncatingIfNeeded: words.1)
    var kept: RemovedSpan.Place?
    if task != .max {
      guard let task = Int32(exactly: task), let ordinal = Int32(exactly: words.2 >> 32) else {
        throw PartitionedRecords.damaged(path, "an address out of range")
      }
      kept = RemovedSpan.Place(
        document: DocumentAddress(task: task, ordinal: ordinal),
        byte: Int(words.2 & 0xFFFF_FFFF))
    }
    return RemovedSpan(
      ordinal: Int(words.0 >> 32), bytes: start..<start + Int(words.1 >> 32), kept: kept)
  }
}
