import Corpora
import Glibc
import Streams

/// A linear model over hashed words and word pairs: the probability that a text is of the positive
/// class, for example of high quality. Logistic regression; weights are kept at half precision.
public struct LinearClassifier: Sendable, Equatable {
  static let bucketBitsRange = 10...20

  /// The name of the column that `quality` fills.
  public static let qualityColumn = "quality"

  /// The base-2 logarithm of the number of buckets.
  public let bucketBits: Int
  /// One a bucket; each is a half-precision number.
  public let weights: [Float]
  public let bias: Float

  /// Rounds the weights to half precision, so that a saved model gives the same scores.
  init(bucketBits: Int, weights: [Float], bias: Float) {
    self.bucketBits = bucketBits
    self.weights = weights.map { Self.half($0) }
    self.bias = bias
  }

  private static func half(_ value: Float) -> Float {
    Float(Float16(max(-65504, min(65504, value))))
  }

  /// The probability of the positive class for each text. A text without words has that of the
  /// bias alone.
  public func probabilities(_ texts: ByteColumn, _ features: HashedFeatures) -> [Float] {
    precondition(features.bucketCount == weights.count)
    return (0..<texts.count).map { index in
      texts.withBytes(index) { text in
        Self.sigmoid(bias + features.product(text, with: weights))
      }
    }
  }

  /// Sets the column `quality` for a batch. Pass the same features for all batches of a thread.
  public func measure(
    _ batch: DocumentBatch, _ features: HashedFeatures, into columns: inout ColumnTable
  ) {
    columns.set(Self.qualityColumn, .float32(probabilities(batch.texts, features)))
  }

  /// Scratch memory for this model's features; one a thread.
  public func makeFeatures() -> HashedFeatures { HashedFeatures(bucketBits: bucketBits) }

  static func sigmoid(_ logit: Float) -> Float { 1 / (1 + exp(-logit)) }
}
