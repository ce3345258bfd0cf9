import Mixtures
import Streams
import Testing

/// Random plans, checked by the test's own count alone: it adds up what each sample should be shared
/// out as, and what each domain has had.
@Suite struct PlanPropertyTests {
  @Test(
    "every prefix of random schedules stays within a sample of the plan, and of every cap",
    arguments: [OverCap.warn, .redistribute])
  func prefixes(overCap: OverCap) throws {
    var filled = 0
    var cut = 0
    for number in 0..<500 as Range<UInt64> {
      let mixture = try RandomMixture(number &* 2 &+ (overCap == .warn ? 0 : 1), overCap: overCap)
      let (shortfall, spare) = mixture.fill()
      let slack = Double(mixture.domains.count)
      let plan: MixturePlan
      do {
        plan = try mixture.plan()
      } catch let fault as Fault {
        // Each domain may keep the last part of a sample of its cap.
        #expect(
          overCap == .redistribute && (shortfall > 0 || spare <= slack), "\(number): \(fault)")
        #expect(fault.message.contains("runs dry at step"))
        continue
      }
      if overCap == .redistribute { #expect(shortfall <= slack, "mixture \(number)") }
      filled += 1
      cut += plan.segments.count - mixture.schedule.count
      checkWeights(plan, mixture)
      checkSamples(plan, mixture)
    }
    #expect(filled > 250, "too few plans could be filled to say much: \(filled)")
    #expect(overCap == .redistribute ? cut > 100 : cut == 0)
  }

  /// The compiled segments are the schedule's, in its proportions among the domains below their caps.
  private func checkWeights(_ plan: MixturePlan, _ mixture: RandomMixture) {
    var planned = [Int](repeating: 0, count: mixture.domains.count)
    var segments = plan.segments[...]
    var start = 0
    for (asked, shares) in zip(mixture.schedule, mixture.shares) {
      let end = start + asked.steps * mixture.samplesPerStep
      while let segment = segments.first, segment.samples.lowerBound < end {
        segments.removeFirst()
        #expect(segment.samples.lowerBound == start && segment.samples.upperBound <= end)
        #expect(segment.weights.reduce(0, +) == MixturePlan.unit)
        let active = shares.indices.filter { segment.weights[$0] > 0 }
        let sum = active.reduce(0) { $0 + shares[$1] }
        for domain in shares.indices {
          let weight = Double(segment.weights[domain]) / Double(MixturePlan.unit)
          if weight > 0 {
            #expect(abs(weight - shares[domain] / sum) < 1e-8)
          } else if shares[domain] > 1e-7 {
            let cap = mixture.cap(domain).map { $0 * MixturePlan.unit } ?? .max
            #expect(cap - planned[domain] < MixturePlan.unit, "dropped below its cap")
          }
          planned[domain] += segment.weights[domain] * segment.samples.count
        }
        start = segment.samples.upperBound
      }
      #expect(start == end)
    }
    let warned = mixture.domains.indices.filter { domain in
      guard let most = mixture.domains[domain].mostEpochs else { return false }
      let epochs =
        Double(planned[domain]) / Double(MixturePlan.unit)
        / Double(mixture.domains[domain].windowCount)
      return epochs > most
    }
    #expect(plan.warnings.map(\.domain) == warned.map { mixture.domains[$0].name })
    #expect(mixture.overCap == .warn || warned.isEmpty)
  }

  private func checkSamples(_ plan: MixturePlan, _ mixture: RandomMixture) {
    let count = mixture.domains.count
    var sampler = MixtureSampler(plan)
    var wanted = [Int](repeating: 0, count: count)
    var had = wanted
    var worst = 0
    var ordinalsFollow = true
    for segment in plan.segments {
      for _ in segment.samples {
        guard let sample = sampler.next() else {
          Issue.record("the samples end early")
          return
        }
        ordinalsFollow = ordinalsFollow && sample.ordinal == had[sample.domain]
        had[sample.domain] += 1
        wanted[sample.domain] -= MixturePlan.unit
        for domain in 0..<count {
          wanted[domain] += segment.weights[domain]
          worst = max(worst, abs(wanted[domain]))
        }
      }
    }
    #expect(ordinalsFollow && sampler.next() == nil && sampler.state.counts == had)
    let distance = Double(worst) / Double(MixturePlan.unit)
    let bound = count > 1 ? 1 - 1 / Double(2 * count - 2) : 0
    #expect(distance <= bound + 1e-6 && distance < 1)
    if mixture.overCap == .redistribute {
      for domain in 0..<count { #expect(had[domain] <= mixture.cap(domain) ?? .max) }
    }
  }
}
