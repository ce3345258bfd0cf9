import Streams

/// What becomes of a domain that the weights would repeat more often than its cap.
public enum OverCap: String, Sendable, Codable, CaseIterable {
  /// It is repeated, and the plan says so.
  case warn
  /// It gets no sample from its cap on, and the others take over in proportion.
  case redistribute
  /// There is no such plan.
  case refuse
}

extension MixturePlan {
  /// A domain that the plan repeats more often than it may.
  public struct RepetitionWarning: Sendable, Equatable, CustomStringConvertible {
    /// The name of the domain.
    public var domain: String
    /// What the plan comes to.
    public var plannedEpochs: Double
    /// The cap.
    public var mostEpochs: Double

    /// One line with the numbers.
    public var description: String {
      func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
      return "the plan repeats '\(domain)' \(rounded(plannedEpochs)) times, more than "
        + "\(rounded(mostEpochs))"
    }
  }

  /// The domains over their cap, in the order of the domains.
  public var warnings: [RepetitionWarning] {
    zip(domains, plannedEpochs).compactMap { domain, epochs in
      guard let most = domain.mostEpochs, epochs > most else { return nil }
      return RepetitionWarning(domain: domain.name, plannedEpochs: epochs, mostEpochs: most)
    }
  }

  /// Repetition over the cap, and caps that change the weights, in plain words.
  public var remarks: [String] {
    warnings.map(\.description)
      + domains.indices.compactMap { index in
        cappedAt[index].map { sample in
          "'\(domains[index].name)' is at its cap from step \(step(ofSample: sample)) on, and the "
            + "others share its weight"
        }
      }
  }

  /// Samples that a domain may have in all; nil without a cap.
  func mostSamples(of domain: Int) -> Int? {
    domains[domain].mostEpochs.map { most in
      Int(min(most * Double(domains[domain].windowCount), Double(Self.mostSamples)))
    }
  }

  /// Cuts a segment that comes next where a domain reaches its cap: from there on the others share
  /// its weight. What is planned of a domain never exceeds its cap, and since no prefix of the samples
  /// is a whole sample ahead of the plan, neither does what is drawn of it.
  ///
  /// - Parameter shares: what the segment's weights were rounded from.
  func cutAtCaps(
    _ segment: Segment, shares: [Double]
  ) throws -> (segments: [Segment], cappedAt: [Int?]) {
    var planned = planned(after: segment.samples.lowerBound)
    let caps = domains.indices.map { mostSamples(of: $0).map { $0 * Self.unit } ?? .max }
    var cappedAt = cappedAt
    var weights = segment.weights
    var left = shares
    var start = segment.samples.lowerBound
    var parts: [Segment] = []
    while true {
      var end = segment.samples.upperBound
      for domain in domains.indices where weights[domain] > 0 {
        end = min(end, start + max(0, caps[domain] - planned[domain]) / weights[domain])
      }
      if end > start {
        parts.append(Segment(samples: start..<end, weights: weights))
        for domain in domains.indices { planned[domain] += weights[domain] * (end - start) }
      }
      start = end
      guard end < segment.samples.upperBound else { return (parts, cappedAt) }
      for domain in domains.indices
      where weights[domain] > 0 && caps[domain] - planned[domain] < weights[domain] {
        left[domain] = 0
        cappedAt[domain] = cappedAt[domain] ?? end
      }
      guard left.contains(where: { $0 > 0 }) else {
        throw runsDry(segment, at: end, cappedAt: cappedAt)
      }
      weights = try MixtureWeights.whole(left, unit: Self.unit)
    }
  }

  private func runsDry(_ segment: Segment, at sample: Int, cappedAt: [Int?]) -> Fault {
    let dry = domains.indices.filter { segment.weights[$0] > 0 }.map { domain in
      "'\(domains[domain].name)' at step \(step(ofSample: cappedAt[domain] ?? sample))"
    }
    return Fault(
      .input,
      "the mixture runs dry at step \(step(ofSample: sample)): every domain with a weight is at "
        + "its cap", found: dry.joined(separator: ", "),
      expected: "text for \(segment.samples.upperBound / samplesPerStep) steps",
      hint: "train on fewer tokens, raise the caps, or give another domain a weight")
  }
}
