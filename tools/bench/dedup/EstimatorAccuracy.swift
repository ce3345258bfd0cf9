import CounterRandom
import Curation
import Foundation

/// Bias and variance of the share of equal slots, over drawn pairs of sets of single words.
struct EstimatorAccuracy {
  /// Rows of numbers: for each size of the union, over similarities from 0.05 to 0.95, the mean
  /// error, its greatest size in standard errors, and the variance as a share of J(1-J)/k.
  static func rows(slots: Int, pairs: Int) throws -> [String] {
    let plan = try MinHashPlan(validatingBands: slots, slotsPerBand: 1, shingleLength: 1)
    let fingerprinter = Fingerprinter(plan: plan)
    let random = CounterRandom(seed: 1, purpose: "estimator accuracy")
    var rows = ["union\tpairs\tmean error\tgreatest z\tvariance ratio"]
    var draw: UInt64 = 0
    for union in [2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000] {
      var (errors, squares, variances, greatest, trials) = (0.0, 0.0, 0.0, 0.0, 0)
      for step in stride(from: 1, through: 19, by: 2) {
        let common = Int((Double(union * step) / 20).rounded())
        let truth = Double(common) / Double(union)
        let variance = truth * (1 - truth) / Double(slots)
        let count = max(50, min(pairs, pairs * 200 / union))
        var sum = 0.0
        for _ in 0..<count {
          let numbers = (0..<union).map { random.bits(draw &+ UInt64($0)) }
          draw &+= UInt64(union)
          let half = common + (union - common) / 2
          let a = sketch(numbers[..<half], fingerprinter)
          let b = sketch(numbers[..<common] + numbers[half...], fingerprinter)
          var equal = 0
          for slot in a.indices where b.indices.contains(slot) && a[slot] == b[slot] { equal += 1 }
          let error = Double(equal) / Double(slots) - truth
          sum += error
          squares += error * error
        }
        errors += sum
        trials += count
        variances += Double(count) * variance
        if variance > 0 {
          greatest = max(greatest, abs(sum) / (Double(count) * variance).squareRoot())
        }
      }
      rows.append(
        String(
          format: "%d\t%d\t%+.5f\t%.2f\t%.3f", union, trials, errors / Double(trials), greatest,
          squares / variances))
    }
    return rows
  }

  private static func sketch(
    _ numbers: some Sequence<UInt64>, _ fingerprinter: Fingerprinter
  ) -> [UInt32] {
    var text: [UInt8] = []
    for number in numbers {
      for shift in stride(from: 0, to: 64, by: 4) {
        text.append(0x61 + UInt8(number >> shift & 15))
      }
      text.append(0x20)
    }
    return text.withUnsafeBytes { fingerprinter.sketch($0) }
  }
}
