import Streams

/// Counts how often each text comes, in bounded memory: where there are too many, only texts whose
/// hash ends in enough zero bits are counted, and all of their copies are.
///
/// Method: adaptive sampling (Wegman; Flajolet, "On adaptive sampling", Computing 43, 1990).
package struct DistinctTexts {
  private let limit: Int
  /// How many zero bits a hash must end in.
  private var depth = 0
  private var counts: [UInt64: UInt32] = [:]

  /// - Parameter limit: distinct texts to remember.
  package init(limit: Int = 2_000_000) { self.limit = limit }

  package mutating func insert(_ digest: ContentDigest) {
    let hash = digest.low
    guard hash.trailingZeroBitCount >= depth else { return }
    counts[hash, default: 0] &+= 1
    while counts.count > limit {
      depth += 1
      let depth = depth
      counts = counts.filter { $0.key.trailingZeroBitCount >= depth }
    }
  }

  /// The share of documents that are a further copy of a text, with its standard error: 0 where all
  /// were counted, else by the spread over the texts of the sample.
  package var duplicateShare: (value: Double, error: Double) {
    let documents = counts.values.reduce(0.0) { $0 + Double($1) }
    guard documents > 0 else { return (0, 0) }
    let share = (documents - Double(counts.count)) / documents
    if depth == 0 { return (share, 0) }
    // A ratio of sums over texts drawn at random: the delta method.
    let squares = counts.values.reduce(0.0) { sum, copies in
      let difference = Double(copies) * (1 - share) - 1
      return sum + difference * difference
    }
    let kept = 1 - 1 / Double(1 << min(depth, 62))
    return (share, (squares * kept).squareRoot() / documents)
  }
}
