import Ablations
import CounterRandom
import Glibc
import Runs
import Testing

/// Studies with known truth: figures are drawn, not trained.
@Suite struct VerdictTests {
  /// Runs of branches whose true bits per byte are `truth`, in two domains, with seeds' deviation.
  private func figures(
    _ truth: [Double], seeds: Int = 3, deviation: Double = 0.01, draw: UInt64 = 1
  ) -> StudyFigures {
    let random = CounterRandom(seed: draw, purpose: "seeds")
    var place: UInt64 = 0
    func noise() -> Double {
      place += 2
      let (u, v) = (random.uniform(place), random.uniform(place + 1))
      return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v) * deviation
    }
    return StudyFigures(
      domains: ["general", "math"], target: [0, 1],
      branches: truth.enumerated().map { index, value in
        .init(
          name: "mixture \(index)", runs: (0..<seeds).map { _ in [2 + noise(), value + noise()] })
      }, trunk: [2, 3], documents: nil)
  }

  @Test("a mixture that is clearly best is named with its distance from the next")
  func best() {
    let result = MixtureVerdict(figures([2.5, 2.0, 2.3, 2.9]), leftOut: [])
    #expect(result.verdict.best == ["mixture 1"])
    #expect(result.verdict.sentence.hasPrefix("'mixture 1' is the best mixture"))
    let lead = result.contrasts.first
    #expect(lead?.against == "mixture 2")
    #expect(abs((lead?.effect ?? 0) + 0.3) < 0.03)
    #expect(abs((lead?.level ?? 0) - (1 - 0.05 / 6)) < 1e-12)
  }

  @Test("two leaders that cannot be told apart are both named, and what they beat")
  func leaders() {
    let result = MixtureVerdict(figures([2.0, 2.001, 2.5]), leftOut: [])
    #expect(Set(result.verdict.best) == ["mixture 0", "mixture 1"])
    #expect(result.verdict.sentence.contains("cannot be told apart"))
    #expect(result.verdict.sentence.contains("better than 'mixture 2'"))
  }

  @Test("among equal mixtures something is ranked in no more than a twentieth of the studies")
  func equals() {
    let studies = 400
    let wrong = (0..<studies).filter {
      let result = MixtureVerdict(
        figures([2, 2, 2, 2, 2], draw: UInt64($0 + 10)), leftOut: [])
      return !result.verdict.best.isEmpty
    }.count
    // Bonferroni keeps it below 5%; 400 studies of 5% would exceed 33 once in 1,000 times.
    #expect(wrong <= 33)
  }

  @Test("a 95% interval of two branches' difference holds the truth 95 times in 100")
  func coverage() {
    let studies = 1000
    let covered = (0..<studies).filter {
      let figures = figures([2.0, 2.02], draw: UInt64($0 + 1))
      let seeds = figures.contrast("lead", 0, against: 1, in: .domain(1)).seeds
      return seeds.map { $0.low <= -0.02 && -0.02 <= $0.high } ?? false
    }.count
    // Three standard deviations of a binomial draw.
    #expect(abs(covered - 950) < 21)
  }

  @Test("with one seed nothing is ranked, however far apart the mixtures are")
  func oneSeed() {
    let result = MixtureVerdict(figures([1, 3], seeds: 1), leftOut: [])
    #expect(result.verdict.best.isEmpty)
    #expect(result.verdict.sentence.contains("second seed"))
    #expect(result.contrasts.first?.resolution == .notResolved)
  }

  @Test("no run, one branch and a figure that is not finite give a sentence each")
  func nothing() {
    let none = StudyFigures(
      domains: ["math"], target: [1], branches: [.init(name: "a", runs: [])], trunk: nil,
      documents: nil)
    #expect(MixtureVerdict(none, leftOut: []).verdict.sentence.contains("no run was completed"))
    #expect(
      MixtureVerdict(figures([2]), leftOut: []).verdict.sentence.contains("only 'mixture 0'"))
    let broken = StudyFigures(
      domains: ["math"], target: [1],
      branches: [
        .init(name: "a", runs: [[.nan], [1]]), .init(name: "b", runs: [[1], [1.1]]),
        .init(name: "c", runs: [[2], [2.1]]),
      ], trunk: nil, documents: nil)
    let result = MixtureVerdict(broken, leftOut: ["a, seed 1: not finite"])
    #expect(!result.verdict.best.contains("a"))
    #expect(result.verdict.sentence.hasSuffix("Left out: 1 run."))
  }

  @Test("the noise floor pools the deviations within branches")
  func noiseFloor() {
    let figures = StudyFigures(
      domains: ["math"], target: [1],
      branches: [
        .init(name: "a", runs: [[1], [1.2]]), .init(name: "b", runs: [[5], [5.1], [5.2]]),
        .init(name: "c", runs: [[9]]),
      ], trunk: nil, documents: nil)
    let noise = figures.noise(.domain(0))
    #expect(noise.degreesOfFreedom == 3)
    #expect(abs((noise.deviation ?? 0) - ((0.02 + 0.02) / 3).squareRoot()) < 1e-12)
  }

  @Test("arms give filter gain, mixture gain and forgetting as separate numbers")
  func arms() {
    func runs(_ general: Double, _ math: Double) -> [[Double]] {
      [-0.001, 0, 0.001].map { [general + $0, math + $0] }
    }
    let figures = StudyFigures(
      domains: ["general", "math"], target: [1, 1],
      branches: [
        .init(name: "natural", runs: runs(2.0, 2.6)), .init(name: "weighted", runs: runs(2.1, 2.4)),
        .init(name: "curated", runs: runs(2.1, 2.3)), .init(name: "general", runs: runs(1.9, 2.7)),
      ], trunk: [2.05, 2.9], documents: nil)
    let result = ArmsVerdict(
      figures, .init(natural: 0, weighted: 1, curated: 2, generalOnly: 3), general: 0,
      trunkName: "base", leftOut: [])
    func effect(_ name: String, _ domain: String) -> StudyContrast? {
      result.contrasts.first { $0.name == name && $0.domain == domain }
    }
    func expect(
      _ name: String, _ domain: String, _ value: Double, _ resolution: StudyContrast.Resolution
    ) {
      #expect(abs((effect(name, domain)?.effect ?? .nan) - value) < 1e-9, "\(name) \(domain)")
      #expect(effect(name, domain)?.resolution == resolution, "\(name) \(domain)")
    }
    expect(ArmsVerdict.filterGain, "math", -0.1, .better)
    expect(ArmsVerdict.filterGain, "general", 0, .notResolved)
    expect(ArmsVerdict.mixtureGain, "math", -0.2, .better)
    expect(ArmsVerdict.mixtureGain, "general", 0.1, .worse)
    expect(ArmsVerdict.forgettingBase, "general", 0.05, .worse)
    expect(ArmsVerdict.forgettingControl, "general", 0.2, .worse)
    expect(ArmsVerdict.filterGain, "target", -0.05, .better)
    let sentence = result.verdict.sentence
    #expect(sentence.contains("Filter gain: better in math (−0.1000), not resolved in general"))
    #expect(sentence.contains("Forgetting: general is 0.0500 bits per byte worse than 'base'."))
  }

  @Test("resampled documents give the interval that theory gives, and hold back what seeds allow")
  func documents() {
    // 400 documents of 1,000 bytes; the difference of a document in bits per byte is 0.01 ± 0.2.
    let random = CounterRandom(seed: 3, purpose: "documents")
    let nats = (0..<400).map { 1000 * log(2.0) * (2 + 0.3 * random.uniform($0)) }
    let signs = (0..<400).map { random.uniform($0 + 1000) < 0.5 ? -0.2 : 0.2 }
    let others = zip(nats, signs).map { $0 + 1000 * log(2.0) * (0.01 + $1) }
    let evidence = DocumentEvidence(
      domain: [Int](repeating: 0, count: 400), bytes: Array(repeating: 1000, count: 400),
      domainCount: 1, branches: [[others, others], [nats, nats]], trunk: nats, seed: 1)
    func rate(_ nats: [Double]) -> [Double] { [nats.reduce(0, +) / (log(2.0) * 400_000)] }
    let figures = StudyFigures(
      domains: ["math"], target: [1],
      branches: [
        .init(name: "other", runs: [rate(others), rate(others)]),
        .init(name: "nats", runs: [rate(nats), rate(nats)]),
      ], trunk: rate(nats), documents: evidence)
    for (contrast, reach) in [
      (figures.contrast("x", 0, against: 1, in: .domain(0)), 1.96),
      (figures.contrast("x", 0, against: nil, in: .target), 1.96),
      (figures.contrast("x", 0, against: 1, in: .target, level: 0.999), 3.29),
    ] {
      let width = (contrast.documents?.high ?? 0) - (contrast.documents?.low ?? 0)
      let theory = 2 * reach * 0.2 / 400.0.squareRoot()
      #expect(abs(width / theory - 1) < 0.12)
      #expect(contrast.seeds?.low == contrast.effect)
      #expect(contrast.resolution == .notResolved)
    }
  }

  /// Without a true difference, where documents and seeds move a figure alike: an effect that is
  /// outside of each interval alone comes about one time in six.
  @Test("documents and seeds together resolve a difference that is none one time in twenty")
  func bothErrors() {
    let (studies, count) = (300, 60)
    let resolved = (0..<studies).filter { study in
      let random = CounterRandom(seed: UInt64(study + 1), purpose: "both errors")
      var place: UInt64 = 0
      func normal() -> Double {
        place += 2
        let (u, v) = (random.uniform(place), random.uniform(place + 1))
        return (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
      }
      // A document's difference has the deviation 0.1, so their mean 0.1 / sqrt(60) = 0.0129; eight
      // seeds of deviation 0.0129 * 2 each side give the same.
      let differences = (0..<count).map { _ in 0.1 * normal() }
      let seeds = 8
      let spread = 0.1 / Double(count).squareRoot() * 2
      func runs(_ changes: [Double]) -> [[Double]] {
        (0..<seeds).map { _ in
          let shift = spread * normal()
          return changes.map { 1000 * log(2.0) * (2 + $0 + shift) }
        }
      }
      let nats = [runs(differences), runs(differences.map { _ in 0 })]
      let evidence = DocumentEvidence(
        domain: [Int](repeating: 0, count: count), bytes: Array(repeating: 1000, count: count),
        domainCount: 1, branches: nats, trunk: nil, seed: 1)
      let figures = StudyFigures(
        domains: ["math"], target: [1],
        branches: nats.enumerated().map { index, runs in
          .init(
            name: "\(index)",
            runs: runs.map { [$0.reduce(0, +) / (log(2.0) * 1000 * Double(count))] })
        }, trunk: nil, documents: evidence)
      return figures.contrast("x", 0, against: 1, in: .domain(0)).resolution != .notResolved
    }.count
    // 5% of 300 is 15; three standard deviations of a binomial draw are 11.
    #expect(resolved <= 26)
  }

  @Test(
    "with fewer than ten documents of a domain nothing is resolved, however far the seeds agree")
  func fewDocuments() {
    let nats = [[[Double](repeating: 700, count: 9)], [[Double](repeating: 1400, count: 9)]]
    let evidence = DocumentEvidence(
      domain: [Int](repeating: 0, count: 9), bytes: Array(repeating: 1000, count: 9),
      domainCount: 1, branches: nats, trunk: nil, seed: 1)
    let figures = StudyFigures(
      domains: ["math"], target: [1],
      branches: [
        .init(name: "a", runs: [[1.0], [1.01]]), .init(name: "b", runs: [[2.0], [2.01]]),
      ],
      trunk: nil, documents: evidence)
    let contrast = figures.contrast("x", 0, against: 1, in: .domain(0))
    #expect(contrast.documents == nil && contrast.resolution == .notResolved)
  }
}
