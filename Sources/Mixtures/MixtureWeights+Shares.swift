import Glibc
import Streams

extension MixtureWeights {
  /// The share of each domain, in their order; they add up to 1.
  public func shares(among domains: [MixtureDomain]) throws -> [Double] {
    let plan = try MixturePlan(
      domains: domains, schedule: [MixtureSegment(steps: 1, weights: self)], samplesPerStep: 1)
    return plan.segments[0].weights.map { Double($0) / Double(MixturePlan.unit) }
  }
}
