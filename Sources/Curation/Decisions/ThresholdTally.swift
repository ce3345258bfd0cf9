import Runs
import Streams

/// What one rule's histogram holds so far.
struct ThresholdTally: Sendable {
  /// A document that may be shown.
  struct Candidate: Sendable {
    var order: Order
    var id: String
    var value: Float
  }

  /// Candidates are drawn by the digests of their ids, so that the order of counting does not matter.
  struct Order: Sendable, Comparable {
    var digest: UInt64
    var place: ThresholdsSummary.Place

    static func < (a: Self, b: Self) -> Bool {
      (a.digest, a.place.file, a.place.document) < (b.digest, b.place.file, b.place.document)
    }
  }

  private static let samplesABin = 3
  private static let samplesASide = 10

  /// Index into the chain's rules.
  let rule: Int
  let column: String
  let edges: ThresholdEdges
  /// Documents that no other rule fails, and the others.
  private(set) var free: ThresholdBins
  private(set) var bound: ThresholdBins
  private(set) var undecided = 0
  /// A few free documents of each bin.
  private var candidates: [[Candidate]]

  init(rule: Int, column: String, edges: ThresholdEdges, hasTokens: Bool) {
    self.rule = rule
    self.column = column
    self.edges = edges
    let zeros = [Int](repeating: 0, count: edges.values.count + 1)
    free = ThresholdBins(documents: zeros, bytes: zeros, tokens: hasTokens ? zeros : nil)
    bound = free
    candidates = zeros.map { _ in [] }
  }

  /// Counts a document that other rules fail too.
  mutating func addBound(_ value: Float, _ volume: DocumentVolume) {
    if value.isNaN {
      undecided += 1
    } else {
      bound.add(volume, to: edges.bin(value))
    }
  }

  /// Counts a document that no other rule fails.
  mutating func addFree(
    _ value: Float, _ volume: DocumentVolume, _ order: Order, id: () -> String
  ) {
    if value.isNaN {
      undecided += 1
      return
    }
    let bin = edges.bin(value)
    free.add(volume, to: bin)
    if takes(order, bin) { take(Candidate(order: order, id: id(), value: value), bin) }
  }

  mutating func merge(_ other: ThresholdTally) {
    undecided += other.undecided
    free.merge(other.free)
    bound.merge(other.bound)
    for bin in other.candidates.indices {
      for candidate in other.candidates[bin] where takes(candidate.order, bin) {
        take(candidate, bin)
      }
    }
  }

  private func takes(_ order: Order, _ bin: Int) -> Bool {
    guard candidates[bin].count == Self.samplesABin, let last = candidates[bin].last else {
      return true
    }
    return order < last.order
  }

  private mutating func take(_ candidate: Candidate, _ bin: Int) {
    let place =
      candidates[bin].firstIndex { candidate.order < $0.order } ?? candidates[bin].count
    candidates[bin].insert(candidate, at: place)
    if candidates[bin].count > Self.samplesABin { candidates[bin].removeLast() }
  }

  /// Documents of the bins next to the threshold on both sides, by rising value.
  func samples() -> [Candidate] {
    let below = candidates[...edges.present].reversed().joined().prefix(Self.samplesASide)
    let above = candidates[(edges.present + 1)...].joined().prefix(Self.samplesASide)
    return (Array(below) + Array(above)).sorted { ($0.value, $0.id) < ($1.value, $1.id) }
  }
}

extension ThresholdBins {
  fileprivate mutating func add(_ volume: DocumentVolume, to bin: Int) {
    documents[bin] += volume.documents
    bytes[bin] += volume.bytes
    if let count = volume.tokens { tokens?[bin] += count }
  }

  fileprivate mutating func merge(_ other: ThresholdBins) {
    for bin in documents.indices {
      documents[bin] += other.documents[bin]
      bytes[bin] += other.bytes[bin]
      if let count = other.tokens?[bin] { tokens?[bin] += count }
    }
  }
}
