import Runs
import Testing

@testable import Reports

@Suite struct StudyReadingTests {
  private func study(_ record: StudyRecord = SmallStudy.arms) -> StudyReading {
    StudyReading(record, id: "study")
  }

  @Test("a branch's change is its mean less the trunk's, in a domain and in the target")
  func changes() throws {
    let study = study()
    let general = try #require(study.change(2, .domain(0)))
    #expect(abs(general.mean - ((1.6312 + 1.6334 + 1.6301) / 3 - 1.6201)) < 1e-12)
    #expect(general.values.count == 3)
    #expect(abs((study.trunk(.target) ?? 0) - (0.7 * 1.9612 + 0.3 * 1.3487)) < 1e-12)
    let target = try #require(study.change(2, .target))
    let mean = (1.7765 + 1.7712 + 1.7743) / 3 * 0.7 + (1.3298 + 1.3302 + 1.3355) / 3 * 0.3
    #expect(abs(target.mean - (mean - 0.7 * 1.9612 - 0.3 * 1.3487)) < 1e-12)
  }

  @Test("weights of the target need not add up to 1")
  func targetWeights() {
    var record = SmallStudy.arms
    record.target = [0, 7, 3]
    let target = study(record).trunk(.target) ?? 0
    #expect(abs(target - (0.7 * 1.9612 + 0.3 * 1.3487)) < 1e-12)
    record.target = [0, 0, 0]
    let even = study(record).trunk(.target) ?? 0
    #expect(abs(even - (1.6201 + 1.9612 + 1.3487) / 3) < 1e-12)
  }

  @Test("there is an exchange rate only where a loss of general ability is resolved")
  func exchangeRate() {
    let tradeoff = Tradeoff(study())
    let rates = tradeoff.branches.map { $0.exchangeRate != nil }
    #expect(rates == [false, false, true, false])
    let curated = tradeoff.branches[2]
    #expect(
      abs((curated.exchangeRate ?? 0) + curated.target.mean / curated.general.mean) < 1e-12)
    var record = SmallStudy.arms
    for index in record.contrasts.indices { record.contrasts[index].resolution = .notResolved }
    #expect(Tradeoff(study(record)).branches.allSatisfy { $0.exchangeRate == nil })
    for index in record.contrasts.indices { record.contrasts[index].resolution = .better }
    #expect(Tradeoff(study(record)).branches.allSatisfy { $0.exchangeRate == nil })
  }

  @Test("the Pareto front holds exactly the branches that no other one is better than in both")
  func front() {
    let branches = Tradeoff(study()).branches
    #expect(branches.map(\.isOnFront) == [true, false, true, true])
    let many = Tradeoff(study(SmallStudy.mixtures(64))).branches
    for branch in many {
      let isBeaten = many.contains {
        ($0.target.mean, $0.general.mean) != (branch.target.mean, branch.general.mean)
          && $0.target.mean <= branch.target.mean && $0.general.mean <= branch.general.mean
      }
      #expect(branch.isOnFront == !isBeaten)
    }
  }

  @Test("a curve has the points that all completed runs of its branch have, with their range")
  func curves() {
    func member(_ status: StudyMemberRecord.Status, _ curve: [StudyPoint]) -> StudyMemberRecord {
      var member = SmallStudy.arms.members[0]
      (member.status, member.curve) = (status, curve)
      return member
    }
    func point(_ tokens: Int, _ loss: Double?) -> StudyPoint {
      StudyPoint(tokens: tokens, loss: loss, bitsPerByte: nil)
    }
    let members = [
      member(.completed, [point(0, nil), point(100, 3), point(200, 2), point(300, .nan)]),
      member(.completed, [point(0, nil), point(100, 5), point(200, 2.5), point(300, 1)]),
      member(.completed, [point(100, 4), point(150, 9), point(200, 3)]),
    ]
    #expect(
      CurveBand(members, \.loss).points == [
        .init(x: 100, low: 3, mean: 4, high: 5), .init(x: 200, low: 2, mean: 2.5, high: 3),
      ])
    #expect(CurveBand([], \.loss).points.isEmpty)
    var record = SmallStudy.arms
    record.branches = [record.branches[0]]
    record.members = members + [member(.diverged, [point(100, 1000)])]
    #expect(study(record).completed(0).count == 3)
  }

  @Test("mixtures stand by their target, those without a figure last")
  func order() {
    var record = SmallStudy.mixtures(4)
    record.branches[3].target = nil
    #expect(study(record).order == [2, 1, 0, 3])
    #expect(study().order == [0, 1, 2, 3])
  }

  @Test("labels keep their distance and their order, and stay in the range that has room for them")
  func labels() {
    for wanted in [[10.0, 11, 12, 90], [95, 99, 100], [0, 0, 0, 0], [50], [], [70, 20, 71]] {
      let places = LabelPlacement.spread(wanted, gap: 14, in: 0...100)
      let order = wanted.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }
      for (above, below) in zip(order, order.dropFirst()) {
        #expect(places[below] - places[above] >= 14 - 1e-9)
      }
      #expect(places.allSatisfy { $0 >= -1e-9 && $0 <= 100 + 1e-9 })
    }
    #expect(LabelPlacement.spread([10, 50], gap: 14, in: 0...100) == [10, 50])
  }

  @Test(
    "a confidence is written with as many decimals as tell it from certainty",
    arguments: [
      (0.95, "95%"), (0.99, "99%"), (0.995, "99.5%"), (0.99167, "99.2%"), (0.9999752, "99.998%"),
      (1, "100%"), (Double.nan, "not a number"),
    ])
  func confidence(level: Double, text: String) {
    #expect(NumberText.confidence(level) == text)
  }
}
