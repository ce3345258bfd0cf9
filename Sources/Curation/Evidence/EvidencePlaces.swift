/// Collects the first places of a text, or the longest ones. Places that overlap, or have nothing but
/// ASCII white space between them, become one.
struct EvidencePlaces {
  /// In the order of the text.
  var ranges: [Range<Int>] { isByLength ? found.sorted { $0.lowerBound < $1.lowerBound } : found }

  private let text: UnsafeBufferPointer<UInt8>
  private let limit: Int
  private var found: [Range<Int>] = []
  private var isByLength = false
  /// The shortest of those found, while the longest are wanted.
  private var shortest = 0

  init(_ text: UnsafeBufferPointer<UInt8>, limit: Int) {
    self.text = text
    self.limit = limit
  }

  /// Adds a place that begins nowhere before the last one; an empty one shows nothing.
  /// - Returns: false where no further place would be taken.
  mutating func add(_ range: Range<Int>) -> Bool {
    if range.isEmpty { return true }
    if let last = found.last, continues(last, range) {
      found[found.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      return true
    }
    if found.count >= limit { return false }
    found.append(range)
    return true
  }

  /// Adds a place where it is longer than the shortest so far.
  mutating func addLongest(_ range: Range<Int>) {
    if range.isEmpty || limit < 1 { return }
    isByLength = true
    if found.count < limit {
      found.append(range)
    } else if range.count > found[shortest].count {
      found[shortest] = range
    } else {
      return
    }
    shortest = found.indices.min { found[$0].count < found[$1].count } ?? 0
  }

  private func continues(_ last: Range<Int>, _ next: Range<Int>) -> Bool {
    if next.lowerBound <= last.upperBound { return true }
    return text[last.upperBound..<next.lowerBound].allSatisfy { $0 == 32 || (9...13).contains($0) }
  }
}
