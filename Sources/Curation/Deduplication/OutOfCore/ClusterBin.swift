import Streams

/// The links of some whole clusters, as a graph in memory.
struct ClusterBin {
  /// Members of a bin, where there are not too many bins of them.
  static let size = 1 << 20

  static let kind: StaticString = "BLNK"

  /// The documents, in order.
  let numbers: [UInt64]
  /// The links of document `i` are at `starts[i]..<starts[i + 1]`.
  private var starts: [Int]
  private var others: [UInt32]
  private var similarities: [Float]
  /// The first document of equal text, or the document itself.
  private var equals: [UInt32]

  /// - Parameter values: of each link both documents, then the similarity's bits, and a bit above
  ///   them where the texts are equal.
  init(_ values: [UInt64]) {
    let links = values.count / 3
    var numbers = (0..<links).flatMap { [values[$0 * 3], values[$0 * 3 + 1]] }
    numbers.sort()
    var distinct: [UInt64] = []
    for number in numbers where distinct.last != number { distinct.append(number) }
    self.numbers = distinct
    let ends = (0..<links * 2).map { distinct.sortedPlace(of: values[$0 / 2 * 3 + $0 % 2]) }
    starts = [Int](repeating: 0, count: distinct.count + 1)
    for end in ends { starts[end + 1] += 1 }
    for index in 0..<distinct.count { starts[index + 1] += starts[index] }
    var next = starts
    others = [UInt32](repeating: 0, count: links * 2)
    similarities = [Float](repeating: 0, count: links * 2)
    equals = (0..<UInt32(distinct.count)).map { $0 }
    for link in 0..<links {
      let (a, b) = (ends[link * 2], ends[link * 2 + 1])
      let similarity = Float(bitPattern: UInt32(truncatingIfNeeded: values[link * 3 + 2]))
      for (from, to) in [(a, b), (b, a)] {
        others[next[from]] = UInt32(to)
        similarities[next[from]] = similarity
        next[from] += 1
      }
      // Links of equal texts all start from the first of them.
      if values[link * 3 + 2] >> 32 == 1 { equals[b] = UInt32(a) }
    }
  }

  func equalGroup(_ place: Int) -> UInt32 { equals[place] }

  @inline(__always)
  func forEachLink(
    of place: Int, _ body: (_ other: Int, _ similarity: Float) throws -> Void
  ) rethrows {
    for index in starts[place]..<starts[place + 1] {
      try body(Int(others[index]), similarities[index])
    }
  }

  /// Calls `body` with the places of each cluster in order; clusters in order of their first.
  func forEachCluster(_ body: ([Int]) throws -> Void) rethrows {
    var seen = [Bool](repeating: false, count: numbers.count)
    for first in numbers.indices where !seen[first] {
      seen[first] = true
      var cluster = [first]
      var next = 0
      while next < cluster.count {
        forEachLink(of: cluster[next]) { other, _ in
          if seen[other] { return }
          seen[other] = true
          cluster.append(other)
        }
        next += 1
      }
      cluster.sort()
      try body(cluster)
    }
  }
}
