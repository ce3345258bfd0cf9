import Evaluation
import Runs

extension StudyFigures {
  /// One branch against another, or against the trunk (`other` nil), in one measure.
  ///
  /// The effect is resolved only where it is more than other documents and other seeds together may
  /// change: their combined interval must leave out 0. Without a second seed, or with too few
  /// documents to know, nothing is resolved.
  ///
  /// - Parameters:
  ///   - name: what the difference stands for.
  ///   - trunkName: stands in the record where the trunk is the other side.
  ///   - level: confidence of both intervals.
  public func contrast(
    _ name: String, _ branch: Int, against other: Int?, in measure: Measure,
    trunkName: String = "", level: Double = 0.95
  ) -> StudyContrast {
    let ours = spread(of: branch, measure)
    let theirs =
      other.map { spread(of: $0, measure) }
      ?? trunk.map {
        SeedSpread(mean: value($0, measure), deviation: nil, values: [])
      }
    let otherName = other.map { branches[$0].name } ?? trunkName
    guard let ours, let theirs, (ours.mean - theirs.mean).isFinite else {
      return StudyContrast(
        name: name, branch: branches[branch].name, against: otherName,
        domain: self.name(of: measure), effect: nil, documents: nil, seeds: nil,
        resolution: .notMeasured, level: level)
    }
    let effect = ours.mean - theirs.mean
    let interval = documents?.interval(
      of: branch, against: other, weights: weights(of: measure), effect: effect, level: level)
    let seeds = seedInterval(
      around: effect, counts: [ours.values.count] + (other == nil ? [] : [theirs.values.count]),
      measure, level)
    var contrast = StudyContrast(
      name: name, branch: branches[branch].name, against: otherName,
      domain: self.name(of: measure), effect: effect, documents: interval, seeds: seeds,
      resolution: .notResolved, level: level)
    contrast.resolution = Self.resolution(contrast, needsDocuments: documents != nil)
    return contrast
  }

  private func weights(of measure: Measure) -> [Double] {
    switch measure {
    case .domain(let index): domains.indices.map { $0 == index ? 1 : 0 }
    case .target: targetWeights
    }
  }

  /// The difference of means of `counts` runs each, with the pooled deviation of the seeds.
  private func seedInterval(
    around effect: Double, counts: [Int], _ measure: Measure, _ level: Double
  ) -> Interval? {
    let noise = noise(measure)
    guard let deviation = noise.deviation else { return nil }
    let variance = counts.reduce(0) { $0 + 1 / Double(max($1, 1)) }
    let reach =
      deviation * variance.squareRoot()
      * StudentT.quantile(
        0.5 + level / 2, degreesOfFreedom: Double(noise.degreesOfFreedom))
    return Interval(low: effect - reach, high: effect + reach)
  }

  /// - Parameter needsDocuments: false where only figures are known, as of imported runs.
  private static func resolution(
    _ contrast: StudyContrast, needsDocuments: Bool
  ) -> StudyContrast.Resolution {
    guard contrast.seeds != nil, contrast.documents != nil || !needsDocuments,
      let combined = contrast.combined
    else { return .notResolved }
    if combined.high < 0 { return .better }
    if combined.low > 0 { return .worse }
    return .notResolved
  }
}
