import TextKernels

/// The shingles of one text as a sorted set of 32-bit hashes, to verify candidates.
///
/// Different shingles of one pair of texts fall together with probability 2^-32 each, so a measured
/// similarity is too high by about n / 2^32 for texts of n shingles: one in a million at 4,000.
package struct ShingleSet: Sendable {
  package let hashes: [UInt32]

  var count: Int { hashes.count }

  /// The Jaccard similarity of two sets, or nil where it is below `threshold`.
  func similarity(to other: ShingleSet, atLeast threshold: Double) -> Double? {
    Self.similarity(hashes, count, other.hashes, other.count, atLeast: threshold)
  }

  /// The Jaccard similarity of two sorted sets, or nil where it is below `threshold`.
  static func similarity(
    _ a: UnsafePointer<UInt32>, _ aCount: Int, _ b: UnsafePointer<UInt32>, _ bCount: Int,
    atLeast threshold: Double
  ) -> Double? {
    let smaller = min(aCount, bCount)
    let larger = max(aCount, bCount)
    guard smaller > 0, Double(smaller) >= threshold * Double(larger) else { return nil }
    // |A∩B| / (|A| + |B| - |A∩B|) >= t. One less than the bound: rounding must lose no pair.
    let total = Double(aCount + bCount)
    let needed = max(0, Int(total * threshold / (1 + threshold)) - 1)
    let common = text_common_count(a, aCount, b, bCount, needed)
    let similarity = Double(common) / Double(aCount + bCount - common)
    return similarity >= threshold ? similarity : nil
  }
}

/// Makes shingle sets; owns its scratch memory.
package final class ShingleSetMaker {
  private let hasher: ShingleHasher

  /// Sets of the shingles that the plan's sketches are made of.
  package init(plan: MinHashPlan) { hasher = ShingleHasher(plan) }

  package func set(of text: UnsafeRawBufferPointer) -> ShingleSet {
    let shingles = hasher.shingles(of: text)
    guard let base = shingles.baseAddress else { return ShingleSet(hashes: []) }
    let count = text_shingle_set(base, shingles.count)
    let set = UnsafeRawBufferPointer(start: base, count: count * MemoryLayout<UInt32>.stride)
    return ShingleSet(
      hashes: [UInt32](unsafeUninitializedCapacity: count) { buffer, kept in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: set)
        kept = count
      })
  }
}
