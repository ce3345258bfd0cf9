import Glibc
import Streams

/// How documents are sketched and cut into bands for locality-sensitive hashing.
///
/// A document is the set of its runs of `shingleWords` words. Its sketch has
/// `bands * slotsPerBand` slots; two documents of Jaccard similarity s agree in each with
/// probability s, so they share at least one band, and become candidates, with probability
/// `1 - (1 - s^r)^b` (Leskovec, Rajaraman & Ullman, "Mining of Massive Datasets", chapter 3).
public struct MinHashPlan: Sendable, Hashable {
  /// b.
  public var bands: Int
  /// r.
  public var slotsPerBand: Int
  /// Words in a shingle.
  public var shingleWords: Int

  /// 14 bands of 8 slots over runs of 5 words, as FineWeb has them.
  public static let fineWeb = MinHashPlan(bands: 14, slotsPerBand: 8, shingleWords: 5)

  private init(bands: Int, slotsPerBand: Int, shingleWords: Int) {
    self.bands = bands
    self.slotsPerBand = slotsPerBand
    self.shingleWords = shingleWords
  }

  /// The most slots that a sketch may have.
  public static let slotLimit = 1024

  /// - Throws: an input fault unless all are positive and there are at most 1,024 slots.
  public init(validatingBands bands: Int, slotsPerBand: Int, shingleWords: Int = 5) throws {
    guard (1...Self.slotLimit).contains(bands), (1...Self.slotLimit).contains(slotsPerBand),
      bands * slotsPerBand <= Self.slotLimit, (1...1000).contains(shingleWords)
    else {
      throw Fault(
        .input, "these MinHash bands cannot be used",
        found: "\(bands) bands of \(slotsPerBand) slots over \(shingleWords) words",
        expected: "at least 1 each, at most \(Self.slotLimit) slots and 1000 words")
    }
    self.init(bands: bands, slotsPerBand: slotsPerBand, shingleWords: shingleWords)
  }

  public var slots: Int { bands * slotsPerBand }

  /// The probability that a pair of this Jaccard similarity becomes a candidate.
  public func candidateProbability(similarity: Double) -> Double {
    1 - pow(1 - pow(similarity, Double(slotsPerBand)), Double(bands))
  }

  /// The similarity near which the S-curve is steepest: (1/b)^(1/r).
  public var steepestSimilarity: Double { pow(1 / Double(bands), 1 / Double(slotsPerBand)) }

  /// The cheapest plan of at most `slots` slots that finds pairs at `threshold` with at least the
  /// probability `recall`: of all such plans the one that lets the fewest pairs below the threshold
  /// through (least area under the S-curve there), then the one with fewer slots. Candidates are
  /// verified, so lost pairs cost more than surplus ones.
  public static func plan(
    threshold: Double, recall: Double = 0.9, slots: Int = 112, shingleWords: Int = 5
  ) throws -> MinHashPlan {
    guard threshold > 0, threshold < 1, recall > 0, recall < 1 else {
      throw Fault(
        .input, "no MinHash bands for this threshold",
        found: "threshold \(threshold), recall \(recall)", expected: "both between 0 and 1")
    }
    guard (1...slotLimit).contains(slots) else {
      throw Fault(
        .input, "no MinHash bands with so many slots", found: "\(slots)",
        expected: "1 to \(slotLimit)")
    }
    var best: (plan: MinHashPlan, area: Double)?
    for rows in 1...slots {
      for bands in 1...(slots / rows) {
        let plan = MinHashPlan(bands: bands, slotsPerBand: rows, shingleWords: shingleWords)
        guard plan.candidateProbability(similarity: threshold) >= recall else { continue }
        let area = plan.falseCandidateArea(below: threshold)
        if let best, best.area <= area { continue }
        best = (plan, area)
      }
    }
    guard let best else {
      throw Fault(
        .input, "\(slots) MinHash slots cannot reach this recall",
        found: "threshold \(threshold), recall \(recall)", hint: "allow more slots")
    }
    return best.plan
  }

  /// The area under the S-curve below the threshold, by the midpoint rule.
  private func falseCandidateArea(below threshold: Double) -> Double {
    let steps = 64
    let width = threshold / Double(steps)
    return (0..<steps).reduce(0) {
      $0 + candidateProbability(similarity: (Double($1) + 0.5) * width) * width
    }
  }
}
