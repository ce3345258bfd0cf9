import Glibc
import Streams

/// How documents are sketched and cut into bands for locality-sensitive hashing.
///
/// A document is the set of its runs of `shingleLength` words, characters or tokens. Its sketch has
/// `bands * slotsPerBand` slots; two documents of Jaccard similarity s agree in each with
/// probability s, so they share at least one band, and become candidates, with probability
/// `1 - (1 - s^r)^b` (Leskovec, Rajaraman & Ullman, "Mining of Massive Datasets", chapter 3).
public struct MinHashPlan: Sendable, Hashable {
  /// b.
  public var bands: Int
  /// r.
  public var slotsPerBand: Int
  /// Words, characters or tokens in a shingle.
  public var shingleLength: Int
  /// What a shingle is a run of.
  public var unit: ShingleUnit

  /// 14 bands of 8 slots over runs of 5 words, as FineWeb has them.
  public static let fineWeb = MinHashPlan(14, 8, shingleLength: 5, unit: .word)

  init(_ bands: Int, _ slotsPerBand: Int, shingleLength: Int, unit: ShingleUnit) {
    self.bands = bands
    self.slotsPerBand = slotsPerBand
    self.shingleLength = shingleLength
    self.unit = unit
  }

  /// The most slots that a sketch may have.
  public static let slotLimit = 1024
  /// The most units that a shingle may have.
  public static let shingleLimit = 1000

  /// - Throws: an input fault unless all are positive, there are at most 1,024 slots, and shingles
  ///   are of at most 1,000 units.
  public init(
    validatingBands bands: Int, slotsPerBand: Int, shingleLength: Int = 5,
    unit: ShingleUnit = .word
  ) throws {
    guard (1...Self.slotLimit).contains(bands), (1...Self.slotLimit).contains(slotsPerBand),
      bands * slotsPerBand <= Self.slotLimit
    else {
      throw Fault(
        .input, "these MinHash bands cannot be used",
        found: "\(bands) bands of \(slotsPerBand) slots",
        expected: "at least 1 each, at most \(Self.slotLimit) slots")
    }
    try Self.check(shingleLength)
    self.init(bands, slotsPerBand, shingleLength: shingleLength, unit: unit)
  }

  private static func check(_ shingleLength: Int) throws {
    guard (1...shingleLimit).contains(shingleLength) else {
      throw Fault(
        .input, "shingles cannot have this length", found: "\(shingleLength)",
        expected: "1 to \(shingleLimit)")
    }
  }

  public var slots: Int { bands * slotsPerBand }

  /// Bytes that the bands of a document take on disk while candidates are searched: 8 of a band's
  /// hash and 4 of the document's number, each band.
  public var bandBytesPerDocument: Int { 12 * bands }
}

extension MinHashPlan: CustomStringConvertible {
  /// For example `14 bands of 8 slots, runs of 5 words`; plans of the same description make the
  /// same bands.
  public var description: String {
    let runs = "runs of \(shingleLength) \(unit.name)\(shingleLength == 1 ? "" : "s")"
    let tokenizer = unit.tokenizerDigest.map { " of tokenizer \($0.hex)" } ?? ""
    return "\(bands) band\(bands == 1 ? "" : "s") of \(slotsPerBand) "
      + "slot\(slotsPerBand == 1 ? "" : "s"), \(runs)\(tokenizer)"
  }
}

// MARK: - The S-curve

extension MinHashPlan {
  /// The probability that a pair of this Jaccard similarity becomes a candidate.
  public func candidateProbability(similarity: Double) -> Double {
    // 1 - (1 - p)^b without the loss of digits where p is small.
    -expm1(Double(bands) * log1p(-pow(similarity, Double(slotsPerBand))))
  }

  /// The similarity near which the S-curve is steepest: (1/b)^(1/r).
  public var steepestSimilarity: Double { pow(1 / Double(bands), 1 / Double(slotsPerBand)) }

  /// The area under the S-curve below a similarity: were pairs spread evenly over all similarities
  /// from 0 to 1, this share of them would be candidates below the threshold, for verification to
  /// refuse.
  public func falseCandidateArea(below threshold: Double) -> Double {
    area(0, threshold) { candidateProbability(similarity: $0) }
  }

  /// The area above the S-curve from a similarity on: the share of all pairs, were they spread
  /// evenly, that are similar and never compared.
  public func missedPairArea(above threshold: Double) -> Double {
    area(threshold, 1) { 1 - candidateProbability(similarity: $0) }
  }

  /// By the midpoint rule.
  private func area(_ low: Double, _ high: Double, _ height: (Double) -> Double) -> Double {
    let steps = 64
    let width = (high - low) / Double(steps)
    return (0..<steps).reduce(0) { $0 + height(low + (Double($1) + 0.5) * width) * width }
  }
}

// MARK: - Planning

extension MinHashPlan {
  /// The cheapest plan of at most `slots` slots that finds pairs at `threshold` with at least the
  /// probability `recall`: of all such plans the one that lets the fewest pairs below the threshold
  /// through (least area under the S-curve there), then the one with fewer slots. Candidates are
  /// verified, so lost pairs cost more than surplus ones.
  public static func plan(
    threshold: Double, recall: Double = 0.9, slots: Int = 112, shingleLength: Int = 5,
    unit: ShingleUnit = .word
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
    try check(shingleLength)
    var best: (plan: MinHashPlan, area: Double)?
    for rows in 1...slots {
      for bands in 1...(slots / rows) {
        let plan = MinHashPlan(bands, rows, shingleLength: shingleLength, unit: unit)
        guard plan.candidateProbability(similarity: threshold) >= recall else { continue }
        let area = plan.falseCandidateArea(below: threshold)
        if let best, best.area <= area { continue }
        best = (plan, area)
        // More bands of as many slots let more through.
        break
      }
    }
    guard let best else {
      throw Fault(
        .input, "\(slots) MinHash slots cannot reach this recall",
        found: "threshold \(threshold), recall \(recall)", hint: "allow more slots")
    }
    return best.plan
  }
}
