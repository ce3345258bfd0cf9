import Foundation
import Runs
import Testing

@testable import Reports

/// Records with holes: each is drawn without a trap and says what it lacks.
@Suite struct StudyGapTests {
  /// A study's page and text, after the checks that hold for all of them.
  private func page(_ study: StudyRecord) -> String {
    let report = SmallStudy.report(study)
    let page = report.html()
    PageCheck.expectWellFormed(page)
    for width in [40, 80] { #expect(!TextReport(report).text(width: width).isEmpty) }
    return page
  }

  @Test("with one seed the page says that nothing is resolved, and draws no band")
  func oneSeed() {
    let page = page(SmallStudy.mixtures(3, seeds: 1))
    #expect(page.contains("how much another seed changes is not known, so nothing is resolved"))
    #expect(page.contains("Without a band, because one run was completed"))
    #expect(page.contains("not known: one seed"))
    #expect(!page.contains("<polygon"))
  }

  @Test("a study without a completed run says so in each part")
  func noRunCompleted() {
    for base in [SmallStudy.arms, SmallStudy.mixtures()] {
      var study = base
      for index in study.members.indices {
        study.members[index].status = .stopped
        study.members[index].bitsPerByte = []
      }
      for index in study.branches.indices {
        (study.branches[index].bitsPerByte, study.branches[index].target) = ([], nil)
      }
      (study.contrasts, study.noise) = ([], [])
      study.verdict = StudyVerdict(sentence: "", best: [], leftOut: [])
      let page = page(study)
      #expect(page.contains("The study recorded no verdict."))
      #expect(page.contains("No run was completed, so there is no figure."))
      #expect(page.contains("No run was completed, so there is no curve."))
      #expect(page.contains("No noise floor was recorded."))
      #expect(page.contains("\(study.members.count) stopped"))
      #expect(!page.contains("<polyline"))
    }
  }

  @Test("a study of nothing at all has all its parts")
  func nothing() {
    for kind in [StudyRecord.Kind.arms, .mixtures] {
      let study = StudyRecord(
        name: "", kind: kind,
        trunk: StudyTrunk(checkpoint: "", digest: "", parameters: 0, bitsPerByte: []), domains: [],
        documents: [], bytes: [], target: [], general: nil, tokensPerRun: 0, seeds: [],
        branches: [], members: [], noise: [], contrasts: [],
        verdict: StudyVerdict(sentence: "Nothing can be ranked.", best: ["gone"], leftOut: []))
      let page = page(study)
      #expect(page.contains("Nothing can be ranked."))
      #expect(page.contains("The study has no run."))
      #expect(page.contains("No general domain is evaluated"))
      #expect(!page.contains("<svg class=\"chart\" role=\"img\" aria-labelledby=\"study"))
    }
  }

  @Test("one domain that is target and general at once has figures but nothing to weigh")
  func oneDomain() {
    var study = SmallStudy.mixtures()
    study.domains = ["general"]
    (study.documents, study.bytes, study.target) = ([71], [310_123], [1])
    study.trunk.bitsPerByte = [1.6201]
    for index in study.branches.indices {
      study.branches[index].bitsPerByte = [study.branches[index].bitsPerByte[0]]
      study.branches[index].target = study.branches[index].bitsPerByte[0]
    }
    for index in study.members.indices {
      study.members[index].bitsPerByte = [1.6]
      for point in study.members[index].curve.indices {
        study.members[index].curve[point].bitsPerByte = [1.6]
      }
    }
    #expect(page(study).contains("The target is the general domain itself"))
  }

  @Test(
    "figures that are not numbers are left out of pictures and never trap",
    arguments: [Double.nan, .infinity, -.infinity, 1e308, -1e308])
  func notFinite(value: Double) {
    for base in [SmallStudy.arms, SmallStudy.mixtures()] {
      var study = base
      study.trunk.bitsPerByte[1] = value
      study.target[1] = value
      study.branches[0].target = SeedSpread(mean: value, deviation: value, values: [value, 1])
      study.branches[1].bitsPerByte[0] = SeedSpread(mean: 1, deviation: value, values: [value])
      study.branches[0].mixture[0] = PlannedShare(
        domain: "general", share: value, tokens: -1, epochs: value)
      study.members[0].mixtureBound = value
      study.members[0].seconds = value
      study.members[0].mixture[0].realisedShare = value
      study.members[1].tokens = Int.max
      study.members[2].tokens = Int.max
      study.members[0].curve[3].bitsPerByte = [value, value, value]
      study.members[0].curve[4].loss = value
      for member in study.members.indices where !study.members[member].curve.isEmpty {
        study.members[member].curve[8].tokens = Int.max
      }
      study.contrasts[0].effect = value
      study.contrasts[0].documents = Interval(low: 2, high: -2)
      study.contrasts[0].seeds = Interval(low: value, high: value)
      study.contrasts[0].level = value
      study.noise[0].deviation = value
      _ = page(study)
    }
  }

  @Test("lists that are shorter than the domains, and names of no branch, leave gaps")
  func shortLists() {
    for base in [SmallStudy.arms, SmallStudy.mixtures()] {
      var study = base
      (study.documents, study.bytes, study.target) = ([], [1], [1])
      study.trunk.bitsPerByte = [1]
      study.branches[0].bitsPerByte = []
      study.branches[1].mixture = []
      study.members[0].branch = "no branch"
      study.members[1].curve[2].bitsPerByte = [1]
      study.members[2].curve = []
      study.contrasts[0].branch = "neither"
      study.contrasts[0].against = "nor"
      study.general = "another domain"
      let page = page(study)
      #expect(page.contains("No general domain is evaluated"))
      #expect(page.contains("size not recorded"))
    }
  }

  @Test("imported runs have no trunk, tokens or curves, and the page says so")
  func imported() {
    var study = SmallStudy.mixtures()
    study.trunk = StudyTrunk(
      checkpoint: "imported runs", digest: "", parameters: 0, bitsPerByte: [])
    study.tokensPerRun = 0
    for index in study.members.indices {
      study.members[index].tokens = 0
      study.members[index].curve = []
      study.members[index].mixture = []
    }
    for index in study.contrasts.indices { study.contrasts[index].documents = nil }
    let page = page(study)
    #expect(page.contains("15 runs that were trained elsewhere."))
    #expect(page.contains("was not evaluated, so neither gain nor forgetting is known"))
    #expect(page.contains("No completed run recorded a curve."))
    #expect(page.contains("No run recorded what it read."))
    #expect(!page.contains("0 tokens"))
  }

  @Test("fresh weights are not said to be a checkpoint")
  func freshWeights() {
    var study = SmallStudy.mixtures()
    (study.trunk.checkpoint, study.trunk.bitsPerByte) = ("fresh weights", [])
    study.contrasts.removeAll { $0.name == "against the base" }
    let page = page(study)
    #expect(page.contains("each begins with <em>fresh weights</em> (524,289 parameters)"))
    #expect(!page.contains("<em>base</em>"))
  }
}
