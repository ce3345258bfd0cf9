import Corpora
import Streams

/// How well a classifier tells two classes of texts apart.
public struct LinearClassifierEvaluation: Sendable, Equatable {
  public var positiveCount: Int
  public var negativeCount: Int
  /// The probability that a positive text scores above a negative one, ties half (the area under
  /// the ROC curve); independent of any threshold or calibration.
  public var areaUnderCurve: Double
  /// The share of texts on the right side of 0.5.
  public var accuracy: Double

  /// - Throws: an input fault where a class is empty.
  public init(_ classifier: LinearClassifier, positive: ByteColumn, negative: ByteColumn) throws {
    let features = classifier.makeFeatures()
    try self.init(
      positive: classifier.probabilities(positive, features),
      negative: classifier.probabilities(negative, features))
  }

  /// From scores, whatever made them.
  public init(positive: [Float], negative: [Float]) throws {
    guard !positive.isEmpty, !negative.isEmpty else {
      throw Fault(
        .input, "a classifier is evaluated on texts of both classes",
        found: "\(positive.count) positive and \(negative.count) negative texts")
    }
    positiveCount = positive.count
    negativeCount = negative.count
    let right = positive.count { $0 >= 0.5 } + negative.count { $0 < 0.5 }
    accuracy = Double(right) / Double(positive.count + negative.count)
    // Mann-Whitney: over runs of equal scores, half of the pairs within a run count.
    let scores =
      (positive.map { (score: $0, isPositive: true) }
      + negative.map { (score: $0, isPositive: false) }).sorted { $0.score < $1.score }
    var below = 0
    var pairs = 0.0
    var start = 0
    while start < scores.count {
      var end = start
      var positives = 0
      while end < scores.count && scores[end].score == scores[start].score {
        positives += scores[end].isPositive ? 1 : 0
        end += 1
      }
      let negatives = end - start - positives
      pairs += Double(positives) * (Double(below) + Double(negatives) / 2)
      below += negatives
      start = end
    }
    areaUnderCurve = pairs / (Double(positive.count) * Double(negative.count))
  }
}
