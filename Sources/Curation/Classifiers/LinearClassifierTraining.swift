import Corpora
import CounterRandom
import Glibc
import Streams

/// How a linear classifier is trained: it minimises the mean logistic loss plus
/// `l2 / 2 * |weights|^2` (the bias is free) by AdaGrad (Duchi, Hazan & Singer 2011) over single
/// texts in an order drawn from the seed, and takes the mean of the weights over the last half of the
/// epochs. The same texts, settings and seed give the same bits.
public struct LinearClassifierTraining: Sendable {
  public var bucketBits = 16
  public var epochs = 10
  public var learningRate: Float = 0.5
  public var l2: Float = 1e-6
  public var seed: UInt64 = 0
  /// Give both classes the same total weight, whatever their sizes.
  public var balancesClasses = true

  public init() {}

  /// - Parameters:
  ///   - positive: texts that should score high.
  ///   - negative: texts that should score low.
  /// - Throws: an input fault where a class is empty or a setting out of range.
  public func train(positive: ByteColumn, negative: ByteColumn) throws -> LinearClassifier {
    try checkSettings()
    guard !positive.isEmpty, !negative.isEmpty else {
      throw Fault(
        .input, "a classifier needs texts of both classes",
        found: "\(positive.count) positive and \(negative.count) negative texts")
    }
    let examples = LabelledFeatures(bucketBits: bucketBits, positive: positive, negative: negative)
    return train(examples)
  }

  private func checkSettings() throws {
    guard LinearClassifier.bucketBitsRange.contains(bucketBits), (1...10_000).contains(epochs),
      learningRate > 0, learningRate.isFinite, l2 >= 0, l2.isFinite
    else {
      throw Fault(
        .input, "these settings of the classifier cannot be used",
        found: "2^\(bucketBits) buckets, \(epochs) epochs, rate \(learningRate), l2 \(l2)",
        expected: "2^10 to 2^20 buckets, 1 to 10000 epochs, a positive rate, l2 of 0 or more")
    }
  }

  func train(_ examples: LabelledFeatures) -> LinearClassifier {
    let count = examples.count
    let bucketCount = 1 << bucketBits
    var weights = [Float](repeating: 0, count: bucketCount)
    var squares = [Float](repeating: 1e-8, count: bucketCount)
    var sums = [Float](repeating: 0, count: bucketCount)
    var bias: Float = 0
    var biasSquares: Float = 1e-8
    var biasSum: Float = 0
    let classWeights = self.classWeights(examples)
    let decay = examples.l2Share(l2)
    let order = CounterRandom(seed: seed, purpose: "order of classifier examples")
    let averagedFrom = epochs / 2
    for epoch in 0..<epochs {
      let permutation = KeyedPermutation(
        count: UInt64(count), random: order.substream(UInt64(epoch)))
      for step in 0..<count {
        let example = Int(permutation[UInt64(step)])
        let features = examples.features(example)
        var logit = bias
        for feature in features {
          logit += weights[Int(examples.buckets[feature])] * examples.values[feature]
        }
        let isPositive = examples.isPositive(example)
        let error =
          (LinearClassifier.sigmoid(logit) - (isPositive ? 1 : 0))
          * classWeights[isPositive ? 1 : 0]
        for feature in features {
          let bucket = Int(examples.buckets[feature])
          let gradient = error * examples.values[feature] + decay[bucket] * weights[bucket]
          squares[bucket] += gradient * gradient
          weights[bucket] -= learningRate * gradient / squares[bucket].squareRoot()
        }
        biasSquares += error * error
        bias -= learningRate * error / biasSquares.squareRoot()
      }
      if epoch >= averagedFrom {
        for bucket in 0..<bucketCount { sums[bucket] += weights[bucket] }
        biasSum += bias
      }
    }
    let averaged = Float(epochs - averagedFrom)
    return LinearClassifier(
      bucketBits: bucketBits, weights: sums.map { $0 / averaged }, bias: biasSum / averaged)
  }

  /// Weights of negative and positive examples, 1 on average.
  private func classWeights(_ examples: LabelledFeatures) -> [Float] {
    guard balancesClasses else { return [1, 1] }
    let half = Float(examples.count) / 2
    let negatives = examples.count - examples.positiveCount
    return [half / Float(max(1, negatives)), half / Float(max(1, examples.positiveCount))]
  }
}

/// The features of all training texts: positive ones first.
struct LabelledFeatures: Sendable {
  let bucketBits: Int
  let positiveCount: Int
  private(set) var buckets: [UInt32] = []
  private(set) var values: [Float] = []
  private var starts = [0]

  init(bucketBits: Int, positive: ByteColumn, negative: ByteColumn) {
    self.bucketBits = bucketBits
    positiveCount = positive.count
    let hashed = HashedFeatures(bucketBits: bucketBits)
    for texts in [positive, negative] {
      for index in 0..<texts.count {
        texts.withBytes(index) { hashed.append($0, buckets: &buckets, values: &values) }
        starts.append(buckets.count)
      }
    }
  }

  var count: Int { starts.count - 1 }

  func features(_ example: Int) -> Range<Int> { starts[example]..<starts[example + 1] }

  func isPositive(_ example: Int) -> Bool { example < positiveCount }

  /// Regularisation is applied where a bucket is touched, in the share that makes its sum over an
  /// epoch that of every step.
  func l2Share(_ l2: Float) -> [Float] {
    var touches = [Float](repeating: 0, count: 1 << bucketBits)
    for bucket in buckets { touches[Int(bucket)] += 1 }
    return touches.map { $0 > 0 ? l2 * Float(count) / $0 : 0 }
  }

  /// The objective that training minimises, and its gradient (weights, then bias): for tests.
  func objective(
    weights: [Double], bias: Double, l2: Double, classWeights: (negative: Double, positive: Double)
  ) -> (value: Double, gradient: [Double]) {
    var value = 0.0
    var gradient = [Double](repeating: 0, count: weights.count + 1)
    for example in 0..<count {
      let features = features(example)
      let logit = features.reduce(bias) { $0 + weights[Int(buckets[$1])] * Double(values[$1]) }
      let sign: Double = isPositive(example) ? 1 : -1
      let weight =
        (isPositive(example) ? classWeights.positive : classWeights.negative) / Double(count)
      value += weight * (max(0, -sign * logit) + log1p(exp(-abs(logit))))
      let error = -sign / (1 + exp(sign * logit)) * weight
      for feature in features {
        gradient[Int(buckets[feature])] += error * Double(values[feature])
      }
      gradient[weights.count] += error
    }
    for bucket in weights.indices {
      value += l2 / 2 * weights[bucket] * weights[bucket]
      gradient[bucket] += l2 * weights[bucket]
    }
    return (value, gradient)
  }
}
