import TextKernels

/// Texts as sparse vectors: counts of words and of pairs of neighbouring words, hashed into a fixed
/// number of buckets (Weinberger et al. 2009, arXiv:0902.2206), divided by their Euclidean length,
/// so that a text's length alone moves no score.
///
/// Words are lower-cased (A-Z) and cut at whitespace; ASCII, general and CJK punctuation counts as
/// whitespace. Owns its scratch memory.
public final class HashedFeatures {
  public let bucketCount: Int
  private let shift: UInt64
  private var blanked: [UInt8] = []
  private var hashes: [UInt64] = []
  private var counts: [UInt32]

  /// - Parameter bucketBits: 10 to 20.
  public init(bucketBits: Int) {
    precondition(LinearClassifier.bucketBitsRange.contains(bucketBits))
    bucketCount = 1 << bucketBits
    shift = UInt64(64 - bucketBits)
    counts = [UInt32](repeating: 0, count: bucketCount)
  }

  /// Hashes the words of a text; `bucket` then gives their features.
  /// - Returns: the number of words.
  private func readWords(_ text: UnsafeRawBufferPointer) -> Int {
    guard let start = text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return 0 }
    let room = text_word_capacity(text.count)
    if hashes.count < room {
      hashes = [UInt64](repeating: 0, count: room * 2)
      blanked = [UInt8](repeating: 0, count: room * 4)
    }
    text_blank_punctuation(start, text.count, &blanked)
    return text_word_hashes(blanked, text.count, &hashes, nil)
  }

  @inline(__always)
  private static func scramble(_ hash: UInt64) -> UInt64 {
    (hash ^ (hash >> 32)) &* 0x9e37_79b9_7f4a_7c15
  }

  /// Appends the buckets that a text touches and their values.
  public func append(
    _ text: UnsafeRawBufferPointer, buckets: inout [UInt32], values: inout [Float]
  ) {
    let first = buckets.count
    let words = readWords(text)
    var squares = 0.0
    countFeatures(words) { bucket, count in
      if count == 1 { buckets.append(UInt32(bucket)) }
      squares += Double(2 * count - 1)
    }
    let scale = squares > 0 ? Float(1 / squares.squareRoot()) : 0
    for bucket in buckets[first...] {
      values.append(Float(counts[Int(bucket)]) * scale)
      counts[Int(bucket)] = 0
    }
  }

  /// The inner product of a text's features with `weights`, one a bucket.
  func product(_ text: UnsafeRawBufferPointer, with weights: [Float]) -> Float {
    let words = readWords(text)
    var sum: Float = 0
    var squares = 0.0
    weights.withUnsafeBufferPointer { weights in
      countFeatures(words) { bucket, count in
        sum += weights[bucket]
        squares += Double(2 * count - 1)
      }
    }
    clearCounts(words)
    return squares > 0 ? sum * Float(1 / squares.squareRoot()) : 0
  }

  /// Calls `body` with the bucket of each feature and how often it has come so far. A square grows
  /// by 2n - 1 with the n-th, so the length needs no second pass.
  @inline(__always)
  private func countFeatures(_ words: Int, _ body: (Int, UInt32) -> Void) {
    hashes.withUnsafeBufferPointer { hashes in
      counts.withUnsafeMutableBufferPointer { counts in
        var previous: UInt64 = 0
        for index in 0..<words {
          let word = Self.scramble(hashes[index])
          let bucket = Int(truncatingIfNeeded: word >> shift)
          counts[bucket] &+= 1
          body(bucket, counts[bucket])
          if index > 0 {
            let pair = Int(truncatingIfNeeded: Self.scramble(previous &* 5 &+ word) >> shift)
            counts[pair] &+= 1
            body(pair, counts[pair])
          }
          previous = word
        }
      }
    }
  }

  private func clearCounts(_ words: Int) {
    if words > bucketCount / 8 {
      counts.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
      return
    }
    counts.withUnsafeMutableBufferPointer { counts in
      var previous: UInt64 = 0
      for index in 0..<words {
        let word = Self.scramble(hashes[index])
        counts[Int(truncatingIfNeeded: word >> shift)] = 0
        if index > 0 {
          counts[Int(truncatingIfNeeded: Self.scramble(previous &* 5 &+ word) >> shift)] = 0
        }
        previous = word
      }
    }
  }
}
