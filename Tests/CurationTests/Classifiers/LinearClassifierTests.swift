import Corpora
import Foundation
import Streams
import Testing

@testable import Curation

/// Texts of two vocabularies that overlap; `topic` decides which words are frequent.
private func texts(_ count: Int, topic: Int, seed: UInt64) -> ByteColumn {
  var state = seed &* 2 &+ 1
  func random(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
  var column = ByteColumn()
  for _ in 0..<count {
    let words = (0..<10 + random(60)).map { _ in
      random(8) == 0 ? "topic\(topic)\(random(30))" : "word\(random(300))"
    }
    column.append(words.joined(separator: " "))
  }
  return column
}

@Suite struct LinearClassifierTests {
  @Test("the analytic gradient of the objective is that of finite differences")
  func gradient() {
    let examples = LabelledFeatures(
      bucketBits: 10, positive: texts(9, topic: 1, seed: 1), negative: texts(7, topic: 2, seed: 2))
    let weights = (0..<1024).map { sin(Double($0)) }
    func value(_ weights: [Double], _ bias: Double) -> Double {
      examples.objective(weights: weights, bias: bias, l2: 0.01, classWeights: (0.7, 1.2)).value
    }
    let gradient = examples.objective(
      weights: weights, bias: 0.3, l2: 0.01, classWeights: (0.7, 1.2)
    ).gradient
    let step = 1e-5
    for bucket in stride(from: 0, to: 1024, by: 31) {
      var (up, down) = (weights, weights)
      up[bucket] += step
      down[bucket] -= step
      let difference = (value(up, 0.3) - value(down, 0.3)) / (2 * step)
      #expect(abs(difference - gradient[bucket]) < 1e-8)
    }
    let bias = (value(weights, 0.3 + step) - value(weights, 0.3 - step)) / (2 * step)
    #expect(abs(bias - gradient[1024]) < 1e-8)
  }

  @Test("training comes within 2% of the least objective that gradient descent finds")
  func optimum() throws {
    var training = LinearClassifierTraining()
    training.bucketBits = 10
    training.epochs = 60
    training.l2 = 1e-3
    let examples = LabelledFeatures(
      bucketBits: 10, positive: texts(60, topic: 1, seed: 3), negative: texts(40, topic: 2, seed: 4)
    )
    let classWeights = (negative: 50.0 / 40, positive: 50.0 / 60)
    var weights = [Double](repeating: 0, count: 1024)
    var bias = 0.0
    for _ in 0..<1500 {
      let gradient = examples.objective(
        weights: weights, bias: bias, l2: 1e-3, classWeights: classWeights
      ).gradient
      for bucket in 0..<1024 { weights[bucket] -= 2 * gradient[bucket] }
      bias -= 2 * gradient[1024]
    }
    let best = examples.objective(
      weights: weights, bias: bias, l2: 1e-3, classWeights: classWeights
    ).value
    let model = training.train(examples)
    let found = examples.objective(
      weights: model.weights.map(Double.init), bias: Double(model.bias), l2: 1e-3,
      classWeights: classWeights
    ).value
    #expect(found >= best * 0.98)
    #expect(found <= best * 1.02, "\(found) against \(best)")
  }

  @Test("the same seed gives the same bits, and another seed another model")
  func determinism() throws {
    var training = LinearClassifierTraining()
    let (a, b) = (texts(30, topic: 1, seed: 5), texts(30, topic: 2, seed: 6))
    let first = try training.train(positive: a, negative: b)
    #expect(try training.train(positive: a, negative: b) == first)
    training.seed = 1
    #expect(try training.train(positive: a, negative: b) != first)
  }

  @Test("unseen texts of two topics are told apart")
  func generalises() throws {
    let model = try LinearClassifierTraining().train(
      positive: texts(300, topic: 1, seed: 7), negative: texts(300, topic: 2, seed: 8))
    let evaluation = try LinearClassifierEvaluation(
      model, positive: texts(200, topic: 1, seed: 9), negative: texts(200, topic: 2, seed: 10))
    #expect(evaluation.areaUnderCurve > 0.98)
    #expect(evaluation.accuracy > 0.93)
  }

  @Test("features are counts of words and neighbouring pairs, of length 1")
  func features() {
    let hashed = HashedFeatures(bucketBits: 20)
    func vector(_ text: String) -> [UInt32: Float] {
      var buckets: [UInt32] = []
      var values: [Float] = []
      var text = text
      text.withUTF8 {
        hashed.append(UnsafeRawBufferPointer($0), buckets: &buckets, values: &values)
      }
      return Dictionary(uniqueKeysWithValues: zip(buckets, values))
    }
    // the (2), cat, saw, dog; the-cat, cat-saw, saw-the, the-dog: squares 4 + 7.
    let found = vector("The cat saw (the) dog.")
    #expect(found.count == 8)
    #expect(abs((found.values.max() ?? 0) - 2 / Float(11).squareRoot()) < 1e-6)
    #expect(abs(found.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
    #expect(found == vector("the CAT, saw the dog"))
    #expect(found != vector("the dog saw the cat"))
    #expect(vector(" ... ").isEmpty)
  }

  @Test("a prediction is the plain product of features and weights, whatever came before")
  func prediction() throws {
    let model = try LinearClassifierTraining().train(
      positive: texts(30, topic: 1, seed: 11), negative: texts(30, topic: 2, seed: 12))
    var column = texts(40, topic: 1, seed: 13)
    column.append("")
    column.append(String(repeating: "word1 topic15 ", count: 20000))
    let features = model.makeFeatures()
    let found = model.probabilities(column, features)
    #expect(found == model.probabilities(column, features))
    for index in 0..<column.count {
      var buckets: [UInt32] = []
      var values: [Float] = []
      column.withBytes(index) { features.append($0, buckets: &buckets, values: &values) }
      let logit = zip(buckets, values).reduce(model.bias) { $0 + model.weights[Int($1.0)] * $1.1 }
      #expect(abs(found[index] - 1 / (1 + exp(-logit))) < 1e-4)
    }
    #expect(abs(found[40] - 1 / (1 + exp(-model.bias))) < 1e-6)
  }

  @Test("a saved model is read back equal, and stays under 200 KB")
  func file() throws {
    let model = try LinearClassifierTraining().train(
      positive: texts(300, topic: 1, seed: 14), negative: texts(300, topic: 2, seed: 15))
    let bytes = try model.encoded()
    #expect(bytes.count < 200_000)
    #expect(try LinearClassifier(encoded: bytes, name: "model") == model)
    let path = NSTemporaryDirectory() + "/classifier-\(UInt64.random(in: 0 ... .max)).bin"
    defer { try? Folder.remove(path) }
    try model.save(to: path)
    #expect(try LinearClassifier(contentsOf: path) == model)
  }

  @Test("a truncated file is a fault, and a changed byte is one or leaves the same model")
  func damagedFiles() throws {
    var training = LinearClassifierTraining()
    training.bucketBits = 10
    let model = try training.train(
      positive: texts(5, topic: 1, seed: 16), negative: texts(5, topic: 2, seed: 17))
    let bytes = try model.encoded()
    for count in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: Fault.self) {
        try LinearClassifier(encoded: Array(bytes[..<count]), name: "cut")
      }
    }
    // Bytes 12 to 15 are the bias: any finite number is one. A bit of the frame that zstd does not
    // use may change; its checksum then still vouches for the weights.
    for index in Array(0..<12) + Array(stride(from: 16, to: bytes.count, by: 5)) {
      var changed = bytes
      changed[index] ^= 0x55
      do {
        #expect(try LinearClassifier(encoded: changed, name: "changed") == model)
        #expect(index >= 16)
      } catch { #expect(error is Fault) }
    }
    var infinite = bytes
    infinite.replaceSubrange(12..<16, with: [0, 0, 0x80, 0x7F])
    #expect(throws: Fault.self) { try LinearClassifier(encoded: infinite, name: "infinite") }
  }

  @Test("the area under the curve is the share of right pairs, ties half")
  func areaUnderCurve() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      func scores() -> [Float] {
        (0..<Int.random(in: 1...30, using: &generator)).map { _ in
          Float(Int.random(in: 0...8, using: &generator)) / 8
        }
      }
      let (positive, negative) = (scores(), scores())
      let pairs = positive.reduce(0.0) { sum, p in
        sum + negative.reduce(0.0) { $0 + (p > $1 ? 1 : p == $1 ? 0.5 : 0) }
      }
      let found = try LinearClassifierEvaluation(positive: positive, negative: negative)
      let expected = pairs / Double(positive.count * negative.count)
      #expect(abs(found.areaUnderCurve - expected) < 1e-12)
    }
  }

  @Test("classes without texts and settings out of range are input faults")
  func settings() throws {
    let some = texts(2, topic: 1, seed: 18)
    #expect(throws: Fault.self) {
      try LinearClassifierTraining().train(positive: some, negative: ByteColumn())
    }
    var training = LinearClassifierTraining()
    training.bucketBits = 40
    #expect(throws: Fault.self) { try training.train(positive: some, negative: some) }
    training = LinearClassifierTraining()
    training.learningRate = .nan
    #expect(throws: Fault.self) { try training.train(positive: some, negative: some) }
    #expect(throws: Fault.self) { try LinearClassifierEvaluation(positive: [], negative: [1]) }
  }
}
