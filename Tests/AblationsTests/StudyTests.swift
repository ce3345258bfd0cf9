import Ablations
import LanguageModel
import Mixtures
import Runs
import Streams
import Testing
import Training

/// Whole studies on sources whose worth is known beforehand.
@Suite struct StudyTests {
  private let target = SmallStudy.Process.chain(multiplier: 5)

  private func planted(_ study: SmallStudy, seeds: [Int] = [1, 2, 3]) throws -> StudyPlan {
    let shards = [
      try study.shards("noise", .noise), try study.shards("target", target),
    ]
    return StudyPlan(
      name: "planted", trunk: .initial(try study.configuration), stage: study.stage(),
      branches: [
        study.branch("noise", shards, ["noise": 1]),
        study.branch("half", shards, ["noise": 1, "target": 1]),
        study.branch("target", shards, ["target": 3]),
      ], seeds: seeds, evaluateEvery: 20)
  }

  @Test("a source with the target's distribution is found, and noise is found to be worst")
  func plantedSource() throws {
    let study = try SmallStudy()
    let record = try study.record(try planted(study), [("math", target)])
    #expect(record.verdict.best == ["target"], "\(record.verdict.sentence)")
    let means = record.branches.compactMap(\.target?.mean)
    #expect(means.count == 3 && means[2] < means[1] && means[1] < means[0])
    #expect(record.members.allSatisfy { $0.status == .completed && $0.tokens == 60 * 8 * 24 })
    #expect(record.members.allSatisfy { $0.mixtureBound < 1 })
    // Before the first step, every 20 steps, and what lies between.
    let measured = record.members[0].curve.filter { $0.bitsPerByte != nil }
    let named = study.scratch.path + "/run/study/planted/by-name/half-seed-2/member.json"
    let half = try RecordFile.read(StudyMemberRecord.self, from: named)
    #expect(half == record.members[4])
    #expect(measured.map(\.tokens) == [0, 20, 40, 60].map { $0 * 8 * 24 })
  }

  @Test("mixtures of sources with the same distribution are not ranked")
  func identicalSources() throws {
    let study = try SmallStudy()
    let shards = try ["a", "b", "c"].map { try study.shards($0, target) }
    let plan = StudyPlan(
      name: "identical", trunk: .initial(try study.configuration), stage: study.stage(),
      branches: [
        study.branch("only a", shards, ["a": 1]), study.branch("only b", shards, ["b": 1]),
        study.branch("only c", shards, ["c": 1]),
        study.branch("all", shards, ["a": 1, "b": 1, "c": 1]),
      ], seeds: [1, 2, 3])
    let record = try study.record(plan, [("math", target)])
    #expect(record.verdict.best.isEmpty, "\(record.verdict.sentence)")
    #expect(record.verdict.sentence.hasPrefix("Nothing can be ranked"))
  }

  @Test("two runs at a time have the bits of the same runs alone")
  func swarmBits() throws {
    let study = try SmallStudy()
    let plan = try planted(study, seeds: [1, 2])
    let alone = try study.record(plan, [("math", target)], folder: "alone", threads: 1)
    let together = try study.record(plan, [("math", target)], folder: "together", threads: 2)
    #expect(alone.members.map(\.key) == together.members.map(\.key))
    #expect(alone.members.map(\.curve) == together.members.map(\.curve))
    #expect(alone.members.map(\.bitsPerByte) == together.members.map(\.bitsPerByte))
    #expect(Set(alone.members.flatMap(\.bitsPerByte)).count == 6)
  }

  @Test("a study with another mixture and another seed trains only what is new")
  func extended() throws {
    let study = try SmallStudy()
    var plan = try planted(study, seeds: [1])
    let removed = plan.branches.removeLast()
    let first = try study.record(plan, [("math", target)])
    plan.branches.append(removed)
    plan.seeds = [1, 2]
    let runner = try study.runner(plan, [("math", target)])
    let members = try runner.members()
    #expect(runner.completeCount(of: members) == 2)
    let second = try study.record(plan, [("math", target)])
    #expect(second.members.count == 6)
    for member in first.members {
      let again = second.members.first { $0.key == member.key }
      #expect(again == member, "the same clock readings: it was not trained again")
    }
    plan.branches = [plan.branches[0]]
    _ = try study.record(plan, [("math", target)])
    #expect(try study.runner(plan, [("math", target)]).completeCount(of: members) == 6)
  }

  @Test("each thing that a run depends on changes its key")
  func keys() throws {
    let study = try SmallStudy()
    let plan = try planted(study, seeds: [1])
    func key(_ plan: StudyPlan, _ purpose: String = "t") throws -> String {
      try plan.members(trunkDigest: purpose, documents: "d", program: "p")[0].key
    }
    let base = try key(plan)
    var changed = plan
    changed.stage.peakLearningRate = 1
    #expect(try key(changed) != base)
    changed = plan
    changed.seeds = [2]
    #expect(try key(changed) != base)
    changed = plan
    changed.branches[0].schedule = [
      .init(steps: 60, weights: .explicit(["noise": 1, "target": 1]))
    ]
    #expect(try key(changed) != base)
    changed = plan
    let other = try SmallStudy()
    changed.branches[0].shards[0] = try other.shards("noise", .noise, documents: 201)
    #expect(try key(changed) != base)
    withExtendedLifetime(other) {}
    #expect(try key(plan, "other trunk") != base)
    #expect(try plan.members(trunkDigest: "t", documents: "d", program: "q")[0].key != base)
    #expect(try plan.members(trunkDigest: "t", documents: "e", program: "p")[0].key != base)
    changed = plan
    changed.stage.checkpoints.every = 10
    #expect(try key(changed) == base, "what is kept changes nothing that is trained")
    changed = plan
    changed.branches[0].name = "another name for the same mixture"
    #expect(try key(changed) == base)
  }

  @Test("two mixtures with the same samples are trained once, and a renamed one keeps its runs")
  func sameSamples() throws {
    let study = try SmallStudy()
    let shards = [try study.shards("target", target)]
    var plan = StudyPlan(
      name: "same", trunk: .initial(try study.configuration), stage: study.stage(steps: 5),
      branches: [
        study.branch("one", shards, ["target": 1], steps: 5),
        study.branch("two", shards, ["target": 2], steps: 5),
      ], seeds: [1, 2])
    let record = try study.record(plan, [("math", target)])
    #expect(record.members.map(\.branch) == ["one", "one", "two", "two"])
    #expect(record.members[0].key == record.members[2].key)
    #expect(record.branches[0].target == record.branches[1].target)
    #expect(record.verdict.sentence.hasPrefix("Nothing can be ranked"))
    plan.branches[1].name = "renamed"
    let renamed = try study.record(plan, [("math", target)])
    #expect(renamed.members.map(\.branch) == ["one", "one", "renamed", "renamed"])
    #expect(renamed.members.map(\.seconds) == record.members.map(\.seconds))
  }

  @Test("runs that become unstable take no part, and the verdict says so")
  func divergence() throws {
    let study = try SmallStudy()
    var plan = try planted(study, seeds: [1])
    plan.stage = study.stage(learningRate: 1e30)
    let record = try study.record(plan, [("math", target)])
    #expect(record.members.allSatisfy { $0.status == .diverged })
    #expect(record.members[0].remark?.contains("training became unstable") == true)
    #expect(record.verdict.leftOut.count == 3)
    #expect(record.verdict.sentence.contains("no run was completed"))
  }

  @Test("a run that forgets the general domain is stopped at its limit, or only marked")
  func generalLimit() throws {
    let study = try SmallStudy()
    let general = SmallStudy.Process.chain(multiplier: 7)
    let shards = [try study.shards("general", general), try study.shards("noise", .noise)]
    let model = try LlamaModel(try study.configuration, seed: 1)
    let base = study.scratch.path + "/base"
    let teaching = try study.branch("general", shards, ["general": 1]).source(
      study.stage(), seed: 1)
    #expect(
      try Trainer(model, stage: study.stage(), workers: 2)
        .run(folder: base, source: SampleSource(teaching)) == .completed)
    var plan = StudyPlan(
      name: "limit", trunk: .checkpoint(name: "base", folder: base + "/checkpoint"),
      stage: study.stage(),
      branches: [
        study.branch("general", shards, ["general": 1]),
        study.branch("noise", shards, ["noise": 1]),
      ], seeds: [1], evaluateEvery: 10, limit: GeneralLimit(rise: 0.2, action: .stop))
    let stopped = try study.record(plan, [("general", general)], folder: "stopped")
    #expect(stopped.members.map(\.status) == [.completed, .stopped])
    #expect(stopped.members[1].steps < 60)
    #expect(stopped.verdict.leftOut.first?.contains("noise, seed 1: stopped") == true)
    #expect(stopped.trunk.bitsPerByte.count == 1)
    plan.limit = GeneralLimit(rise: 0.2, action: .mark)
    let marked = try study.record(plan, [("general", general)], folder: "marked")
    #expect(marked.members.map(\.status) == [.completed, .completed])
    #expect(marked.members[0].remark == nil)
    #expect(marked.members[1].remark?.contains("more than 0.2000") == true)
  }

  @Test("a study with one domain and a domain of ten tokens says what is wrong, or runs")
  func smallDomains() throws {
    let study = try SmallStudy()
    let one = try study.shards("one", target)
    let tiny = try study.shards("tiny", target, documents: 0)
    let plan = StudyPlan(
      name: "one", trunk: .initial(try study.configuration), stage: study.stage(steps: 3),
      branches: [study.branch("one", [one], ["one": 0.1], steps: 3)], seeds: [1, 2])
    let record = try study.record(plan, [("math", target)])
    #expect(record.verdict.sentence.contains("only 'one' was completed"))
    let empty = study.branch("tiny", [one, tiny], ["one": 1, "tiny": 1], steps: 3)
    do {
      _ = try empty.source(study.stage(steps: 3), seed: 1)
      Issue.record("a domain without a window was mixed")
    } catch {
      #expect("\(error)".contains("the domain 'tiny' has a weight but no window"))
      #expect("\(error)".contains("the mixture 'tiny'"))
    }
  }
}
