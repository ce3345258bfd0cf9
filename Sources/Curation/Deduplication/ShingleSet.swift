import TextKernels

/// The shingles of one text as a sorted set of 32-bit hashes, to verify candidates.
///
/// Different shingles of one pair of texts fall together with probability 2^-32 each, so a measured
/// similarity is too high by about n / 2^32 for texts of n shingles: one in a million at 4,000.
struct ShingleSet: Sendable {
  let hashes: [UInt32]

  var count: Int { hashes.count }

  /// The Jaccard similarity of two sets, or nil where it is below `threshold`.
  func similarity(to other: ShingleSet, atLeast threshold: Double) -> Double? {
    let smaller = min(count, other.count)
    let larger = max(count, other.count)
    guard smaller > 0, Double(smaller) >= threshold * Double(larger) else { return nil }
    // |A∩B| / (|A| + |B| - |A∩B|) >= t. One less than the bound: rounding must lose no pair.
    let total = Double(count + other.count)
    let needed = max(0, Int(total * threshold / (1 + threshold)) - 1)
    let common = text_common_count(hashes, count, other.hashes, other.count, needed)
    let similarity = Double(common) / Double(count + other.count - common)
    return similarity >= threshold ? similarity : nil
  }
}

/// Makes shingle sets; owns its scratch memory.
final class ShingleSetMaker {
  private let shingleWords: Int
  private var shingles: [UInt64] = []
  private var scratch: [UInt32] = []

  init(shingleWords: Int) { self.shingleWords = shingleWords }

  func set(of text: UnsafeRawBufferPointer) -> ShingleSet {
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      return ShingleSet(hashes: [])
    }
    let capacity = text_word_capacity(text.count)
    if shingles.count < capacity {
      shingles = [UInt64](repeating: 0, count: capacity * 2)
      scratch = [UInt32](repeating: 0, count: capacity * 2)
    }
    let words = text_word_hashes(start, text.count, &shingles, nil)
    let count = text_shingles(&shingles, words, shingleWords)
    return ShingleSet(
      hashes: [UInt32](unsafeUninitializedCapacity: count) { buffer, kept in
        guard let base = buffer.baseAddress else { return }
        kept = text_shingle_set(shingles, count, base, &scratch)
      })
  }
}
