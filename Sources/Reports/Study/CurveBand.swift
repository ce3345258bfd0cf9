import Runs

/// A branch's curve: at each number of tokens that all of its completed runs have a value for, the
/// lowest, the mean and the highest of them.
struct CurveBand: Sendable {
  let points: [BandChart.Point]

  init(_ members: [StudyMemberRecord], _ value: (StudyPoint) -> Double?) {
    var values: [Int: [Double]] = [:]
    for member in members {
      var seen: Set<Int> = []
      for point in member.curve where seen.insert(point.tokens).inserted {
        if let value = value(point), value.isFinite {
          values[point.tokens, default: []].append(value)
        }
      }
    }
    points = values.keys.sorted().compactMap { tokens in
      guard let values = values[tokens], values.count == members.count, let low = values.min(),
        let high = values.max()
      else { return nil }
      return .init(
        x: Double(tokens), low: low, mean: values.reduce(0, +) / Double(values.count), high: high)
    }
  }
}
