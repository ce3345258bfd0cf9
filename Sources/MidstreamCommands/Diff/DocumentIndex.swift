import Streams

/// What became of a document in a run.
enum DocumentUse: UInt8, CaseIterable {
  case removed, kept
  /// Set aside before any filter.
  case evaluation
  /// The run has not decided yet.
  case undecided
}

/// The documents of one run by the hash of their ids, in 16 bytes a document.
///
/// 64 bits of hash tell ids apart: among a hundred million documents of each of two runs, an id that
/// only one of them has is taken for another's with a probability of 0.0005 in all.
struct DocumentIndex {
  /// One document. Its place is where it comes among all documents of the run.
  struct Entry {
    private static let placeShift: UInt64 = 30
    private static let matchedBit: UInt64 = 1
    private static let textShift: UInt64 = 5
    private static let textMask: UInt64 = (1 << 25) - 1

    fileprivate let hash: UInt64
    /// From the top: place (34 bits), text (25), use (2), domain (2), matched (1).
    fileprivate var fields: UInt64

    init(id: UInt64, place: Int, text: UInt64, use: DocumentUse, domain: UInt8) {
      hash = id
      fields =
        UInt64(place) << Self.placeShift | (text & Self.textMask) << Self.textShift
        | UInt64(use.rawValue) << 3 | UInt64(domain & 3) << 1
    }

    var place: Int { Int(fields >> Self.placeShift) }
    var idHash: UInt64 { hash }
    var use: DocumentUse { DocumentUse(rawValue: UInt8(fields >> 3 & 3)) ?? .undecided }
    /// An index into `StreamRecipe.domains`.
    var domain: Int { Int(fields >> 1 & 3) }
    var isMatched: Bool { fields & Self.matchedBit != 0 }

    /// Whether a text of this digest may be the entry's; another text is told from it but for one
    /// time in 33 million.
    func hasText(_ text: UInt64) -> Bool {
      fields >> Self.textShift & Self.textMask == text & Self.textMask
    }

    fileprivate mutating func match() { fields |= Self.matchedBit }
  }

  static let mostDocuments = 1 << 34

  /// By hash, documents of one id in the run's order.
  private(set) var entries: [Entry] = []

  mutating func append(_ entry: Entry) { entries.append(entry) }

  /// Sorts what was appended; look-ups work after it.
  mutating func finish() {
    entries.sort { ($0.hash, $0.fields) < ($1.hash, $1.fields) }
  }

  /// The documents that were never taken, in the run's order. The index is empty after it.
  mutating func removeUnmatched() -> [Entry] {
    var rest: [Entry] = []
    swap(&rest, &entries)
    rest.removeAll(where: \.isMatched)
    rest.sort { $0.fields < $1.fields }
    return rest
  }

  /// The first document of this id that was not taken before; it is taken now.
  mutating func take(id hash: UInt64) -> Entry? {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    while low < entries.count, entries[low].hash == hash {
      if !entries[low].isMatched {
        entries[low].match()
        return entries[low]
      }
      low += 1
    }
    return nil
  }
}
