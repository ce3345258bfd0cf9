import Streams

/// A mixture on its way to another trainer: shares by domain, stretch by stretch, and where that
/// trainer finds each domain's data.
public struct ExportedMixture: Sendable, Equatable {
  /// A stretch of training with constant shares.
  public struct Stage: Sendable, Equatable {
    public var name: String
    /// 1-based.
    public var firstStep: Int
    public var steps: Int
    /// In the order of the domains; they add up to 1.
    public var shares: [Double]
  }

  /// One domain of the mixture.
  public struct Domain: Sendable, Equatable {
    public var name: String
    /// Where the other trainer finds it: a folder, a prefix or a file, as that trainer wants it.
    public var path: String
    /// Passes over it that the mixture needs at most; nil where it is not known.
    public var mostEpochs: Double?

    public init(name: String, path: String, mostEpochs: Double? = nil) {
      self.name = name
      self.path = path
      self.mostEpochs = mostEpochs
    }
  }

  public let domains: [Domain]
  /// One after the other.
  public let stages: [Stage]
  /// Over all stages, in the order of the domains.
  public let shares: [Double]
  /// Where the mixture comes from, in one line for the file's reader.
  public let origin: String
  public let seed: Int?

  /// A mixture without a schedule.
  /// - Parameter weights: one a domain; they need not add up to 1. Domains without weight are left
  ///   out.
  public init(
    name: String, domains: [Domain], weights: [Double], origin: String, seed: Int? = nil
  ) throws {
    try self.init(
      domains: domains,
      stages: [Stage(name: name, firstStep: 1, steps: 1, shares: weights)], weights: weights,
      origin: origin, seed: seed)
  }

  /// The stretches of a plan. One that begins inside a step begins with the step nearest to it here.
  /// - Parameter path: of each domain, by name.
  public init(
    name: String, plan: MixturePlan, path: (String) -> String, origin: String, seed: Int? = nil
  ) throws {
    let epochs = plan.plannedEpochs
    let starts = plan.segments.map { segment in
      Int((Double(segment.samples.lowerBound) / Double(plan.samplesPerStep)).rounded())
    }
    let end = plan.sampleCount / plan.samplesPerStep
    var stages: [Stage] = []
    for (index, segment) in plan.segments.enumerated() {
      let next = index + 1 < starts.count ? starts[index + 1] : end
      guard next > starts[index] else { continue }
      stages.append(
        Stage(
          name: plan.segments.count == 1 ? name : "\(name)-\(stages.count + 1)",
          firstStep: starts[index] + 1, steps: next - starts[index],
          shares: segment.weights.map(Double.init)))
    }
    try self.init(
      domains: zip(plan.domains, epochs).map { domain, epochs in
        Domain(
          name: domain.name, path: path(domain.name),
          mostEpochs: max(epochs, domain.mostEpochs ?? 0))
      }, stages: stages, weights: plan.plannedSamples(after: plan.sampleCount), origin: origin,
      seed: seed)
  }

  private init(
    domains: [Domain], stages: [Stage], weights: [Double], origin: String, seed: Int?
  ) throws {
    let used = domains.indices.filter { $0 < weights.count && weights[$0] > 0 }
    let sum = used.reduce(0) { $0 + weights[$1] }
    guard weights.count == domains.count, weights.allSatisfy({ $0 >= 0 }), sum > 0, sum.isFinite
    else {
      throw Fault(
        .input, "there is no mixture to export", found: "no domain with a weight",
        expected: "a weight above 0")
    }
    self.domains = used.map { domains[$0] }
    self.stages = stages.map { stage in
      let sum = used.reduce(0) { $0 + stage.shares[$1] }
      var stage = stage
      stage.shares = used.map { stage.shares[$0] / sum }
      return stage
    }
    shares = used.map { weights[$0] / sum }
    self.origin = origin.split(separator: "\n").joined(separator: " ")
    self.seed = seed
  }
}
