import Corpora
import Curation
import Foundation
import Streams

/// A real two-class task for comparing classifiers: documents of Python's packages against all
/// others. Every other document trains, the rest test.
struct ClassifierExport {
  private var texts: [String: ByteColumn] = [:]

  init(_ batches: [DocumentBatch]) {
    var number = 0
    for batch in batches {
      for index in 0..<batch.count {
        let label = batch.sources.string(index).contains("python") ? "1" : "0"
        texts[(number % 2 == 0 ? "train" : "test") + label, default: ByteColumn()]
          .append(batch.texts[index])
        number += 1
      }
    }
  }

  /// Writes the hashed features of both halves in SVMlight form (`train.svm`, `test.svm`) and this
  /// program's probabilities and figures for the test half (`scores.txt`, `figures.json`).
  func write(to folder: String) throws {
    let empty = ByteColumn()
    let training = LinearClassifierTraining()
    let start = ContinuousClock.now
    let model = try training.train(
      positive: texts["train1"] ?? empty, negative: texts["train0"] ?? empty)
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let features = model.makeFeatures()
    var scores = ""
    for half in ["train", "test"] {
      var rows = ""
      for label in ["1", "0"] {
        let column = texts[half + label] ?? empty
        for index in 0..<column.count {
          var buckets: [UInt32] = []
          var values: [Float] = []
          column.withBytes(index) { features.append($0, buckets: &buckets, values: &values) }
          let pairs = zip(buckets, values).sorted { $0.0 < $1.0 }
          rows += label + pairs.map { " \($0.0 + 1):\($0.1)" }.joined() + "\n"
        }
        if half == "test" {
          scores += model.probabilities(column, features).map { "\(label) \($0)\n" }.joined()
        }
      }
      try OutputFile.write(rows.utf8, to: folder + "/\(half).svm")
    }
    let evaluation = try LinearClassifierEvaluation(
      model, positive: texts["test1"] ?? empty, negative: texts["test0"] ?? empty)
    try OutputFile.write(scores.utf8, to: folder + "/scores.txt")
    try OutputFile.write(
      """
      {"auc":\(evaluation.areaUnderCurve),"accuracy":\(evaluation.accuracy),\
      "train_seconds":\(seconds),"l2":\(training.l2),"buckets":\(model.weights.count),\
      "file_bytes":\(try model.encoded().count)}

      """.utf8, to: folder + "/figures.json")
  }
}
