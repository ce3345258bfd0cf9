import Evaluation
import Foundation
import LanguageModel
import Mixtures
import Streams
import TestFolders
import Testing

@testable import Training

@Suite struct ResumeTests {
  /// Runs a stage; `stopAt` interrupts it before that step is taken.
  private func train(
    _ folder: String, stage: TrainingStage, source: SampleSource = SmallTraining.source,
    evaluation: InLoopEvaluation? = nil, workers: Int = 1, stopAt: Int? = nil,
    notes: inout [String]
  ) throws -> Trainer.Outcome {
    let trainer = try Trainer(
      try SmallTraining.model(), stage: stage, workers: workers, matrixProductRate: 1e9)
    var heard: [String] = []
    defer { notes = heard }
    return try trainer.run(
      folder: folder, source: source, evaluation: evaluation, note: { heard.append($0) },
      shouldStop: { trainer.step == stopAt })
  }

  private func train(
    _ folder: String, stage: TrainingStage, source: SampleSource = SmallTraining.source,
    evaluation: InLoopEvaluation? = nil, workers: Int = 1, stopAt: Int? = nil
  ) throws -> Trainer.Outcome {
    var notes: [String] = []
    return try train(
      folder, stage: stage, source: source, evaluation: evaluation, workers: workers,
      stopAt: stopAt, notes: &notes)
  }

  private func losses(_ folder: String) throws -> [Double] {
    try MetricsFile.read(StepMetrics.self, from: folder + "/" + MetricsFile.steps).lines.map(\.loss)
  }

  private func digest(_ file: String) throws -> String { try ContentDigest(file: file).hex }

  private func damage(_ file: String, _ change: (inout [UInt8]) -> Void) throws {
    var bytes = try InputFile.bytes(file)
    change(&bytes)
    try OutputFile.write(bytes, to: file)
  }

  private func checkpoints(_ folder: String) throws -> [String] {
    Folder.isFolder(folder + "/checkpoints") ? try Folder.names(in: folder + "/checkpoints") : []
  }

  private func fault(_ body: () throws -> Void) -> Fault? {
    do {
      try body()
      return nil
    } catch { return error as? Fault }
  }

  private let policy = CheckpointPolicy(every: 2, keepLast: 2, keepEvery: 6)

  @Test(
    "the newest k and each n-th checkpoint stay while a stage runs, each n-th when it has ended")
  func retention() throws {
    let folder = try TemporaryFolder()
    let stage = SmallTraining.stage(checkpoints: policy)
    #expect(try train(folder.path, stage: stage, stopAt: 15) == .interrupted(step: 15))
    #expect(
      try checkpoints(folder.path) == ["step-000006", "step-000012", "step-000014", "step-000015"])
    #expect(!Folder.exists(folder.path + "/checkpoint"))
    #expect(try train(folder.path, stage: stage) == .completed)
    #expect(try checkpoints(folder.path) == ["step-000006", "step-000012", "step-000018"])
    #expect(Folder.isFile(folder.path + "/checkpoint/model.safetensors"))
    // What a kill leaves between the last checkpoint and the removal of others goes later.
    let running = folder.path + "/checkpoints/"
    for name in ["step-000019", "step-000016.old", "step-000017.part"] {
      _ = try OutputFile.write([1], to: running + name + "/config.json")
    }
    #expect(try train(folder.path, stage: stage) == .completed)
    #expect(try checkpoints(folder.path) == ["step-000006", "step-000012", "step-000018"])
  }

  @Test("a stage that is begun again and stopped at once leaves its checkpoint as it was")
  func untouched() throws {
    let folder = try TemporaryFolder()
    let stage = SmallTraining.stage(checkpoints: policy)
    _ = try train(folder.path, stage: stage, stopAt: 7)
    let file = folder.path + "/checkpoints/step-000007/model.safetensors"
    let before = Folder.modificationTime(of: file)
    #expect(try train(folder.path, stage: stage, stopAt: 7) == .interrupted(step: 7))
    #expect(Folder.modificationTime(of: file) == before)
  }

  @Test(
    "a damaged newest checkpoint is passed over and named, and the one before leads to the same bits",
    arguments: ["truncated model", "flipped weight", "flipped moment", "no state", "broken state"])
  func fallback(damage kind: String) throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (folder.path + "/whole", folder.path + "/parts")
    let stage = SmallTraining.stage(checkpoints: policy)
    _ = try train(whole, stage: stage)
    _ = try train(parts, stage: stage, stopAt: 15)
    let newest = parts + "/checkpoints/step-000015"
    switch kind {
    case "truncated model": try damage(newest + "/model.safetensors") { $0.removeLast(100) }
    case "flipped weight": try damage(newest + "/model.safetensors") { $0[$0.count - 9] ^= 1 }
    case "flipped moment": try damage(newest + "/optimizer.safetensors") { $0[$0.count - 9] ^= 1 }
    case "no state": try Folder.remove(newest + "/trainer.json")
    default: try damage(newest + "/trainer.json") { $0.removeLast(30) }
    }
    var notes: [String] = []
    #expect(try train(parts, stage: stage, workers: 2, notes: &notes) == .completed)
    #expect(notes.count == 1)
    #expect(notes.first?.hasPrefix("the checkpoint '\(newest)' is passed over: ") == true)
    #expect(try losses(parts) == losses(whole))
    for file in ["model.safetensors", "optimizer.safetensors", "trainer.json"] {
      #expect(try digest(parts + "/checkpoint/" + file) == digest(whole + "/checkpoint/" + file))
    }
  }

  @Test("where no checkpoint can be used the user is told, and nothing is overwritten")
  func noneUsable() throws {
    let folder = try TemporaryFolder()
    let stage = SmallTraining.stage(checkpoints: policy)
    _ = try train(folder.path, stage: stage, stopAt: 5)
    for step in ["step-000004", "step-000005"] {
      try damage(folder.path + "/checkpoints/\(step)/optimizer.safetensors") { $0.removeLast(40) }
    }
    let metrics = try InputFile.bytes(folder.path + "/metrics.jsonl")
    let fault = fault { _ = try train(folder.path, stage: stage) }
    #expect(fault?.kind == .input)
    #expect(fault?.message.hasPrefix("none of 2 checkpoints can be used: ") == true)
    #expect(fault?.hint?.contains("remove '\(folder.path)' to begin") == true)
    #expect(try InputFile.bytes(folder.path + "/metrics.jsonl") == metrics)
  }

  @Test("a checkpoint of another version, data, tokenizer or measure is refused by what differs")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let stage = SmallTraining.stage(checkpoints: policy)
    let evaluation = InLoopEvaluation(documents: try SmallTraining.documents(), every: 4)
    _ = try train(folder.path, stage: stage, evaluation: evaluation, stopAt: 4)
    func refusal(
      _ source: SampleSource = SmallTraining.source, _ evaluation: InLoopEvaluation? = evaluation
    ) -> String {
      let fault = fault {
        _ = try train(folder.path, stage: stage, source: source, evaluation: evaluation)
      }
      #expect(fault?.kind == .input)
      return fault?.message ?? "it ran"
    }
    #expect(refusal(SmallTraining.source(fingerprint: "other")).contains("the data (shards"))
    var foreign = SmallTraining.source
    foreign.tokenizer = "another"
    #expect(refusal(foreign).contains("the tokenizer of the shards differs"))
    let plan = try MixturePlan(
      domains: [MixtureDomain(name: "up", windowCount: 9)],
      schedule: [MixtureSegment(steps: 20, weights: .proportional)], samplesPerStep: 7)
    var moved = SmallTraining.source
    moved.state = { _ in MixtureSampler(plan).state }
    #expect(refusal(moved).contains("the sampler's state differs"))
    #expect(refusal(SmallTraining.source, nil).contains("what it is measured on"))
    let limited = InLoopEvaluation(
      documents: evaluation.documents, every: 4,
      limit: .init(domain: "up", rise: 1, action: .mark))
    #expect(refusal(SmallTraining.source, limited).contains("general limit"))

    for step in try checkpoints(folder.path) {
      try damage(folder.path + "/checkpoints/\(step)/trainer.json") {
        let text = String(decoding: $0, as: UTF8.self)
        $0 = Array(text.replacing("\"version\" : 2", with: "\"version\" : 1").utf8)
      }
    }
    #expect(refusal().contains("of another version of midstream"))
  }

  @Test("damaged lines of the metrics are said and heal; no step is there twice")
  func damagedMetrics() throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (folder.path + "/whole", folder.path + "/parts")
    let stage = SmallTraining.stage(checkpoints: policy)
    let evaluation = InLoopEvaluation(documents: try SmallTraining.documents(), every: 4)
    _ = try train(whole, stage: stage, evaluation: evaluation)
    _ = try train(parts, stage: stage, evaluation: evaluation, stopAt: 9)
    try damage(parts + "/metrics.jsonl") { bytes in
      var lines = bytes.split(separator: 10).map(Array.init)
      lines[2] = Array("{\"step\":".utf8) + [0, 255]
      // A step twice, one that the checkpoint does not know, and a line that was cut.
      let later = String(decoding: lines[8], as: UTF8.self).replacing(
        "\"step\":9", with: "\"step\":10")
      lines += [lines[4], Array(later.utf8), Array(lines[5].prefix(20))]
      bytes = Array(lines.joined(separator: [10]))
    }
    var notes: [String] = []
    _ = try train(parts, stage: stage, evaluation: evaluation, notes: &notes)
    #expect(
      notes.count == 1 && notes[0].contains("lacks 1 lines") && notes[0].contains("damaged: 3"))
    let steps = try MetricsFile.read(StepMetrics.self, from: parts + "/metrics.jsonl")
    #expect(steps.damaged.isEmpty)
    #expect(steps.lines.map(\.step) == [1, 2] + Array(4...20))
    let expected = try losses(whole)
    #expect(steps.lines.allSatisfy { $0.loss == expected[$0.step - 1] })
    let points = try [whole, parts].map {
      try InputFile.bytes($0 + "/evaluations.jsonl")
    }
    #expect(points[0] == points[1])
  }

  @Test("a domain that falls behind ends the stage or only marks it, and the end is remembered")
  func generalLimit() throws {
    let folder = try TemporaryFolder()
    let base = folder.path + "/base"
    _ = try train(
      base, stage: SmallTraining.stage(steps: 60), source: SmallTraining.source(only: 0))
    let stage = SmallTraining.stage(steps: 40)
    func run(_ name: String, _ limit: GeneralLimit?) throws -> (Trainer.Outcome, [String]) {
      let trainer = try Trainer(
        try Checkpoint.load(base + "/checkpoint"), stage: stage, workers: 1, matrixProductRate: 1e9)
      var notes: [String] = []
      let outcome = try trainer.run(
        folder: folder.path + "/" + name, source: SmallTraining.source(only: 1),
        evaluation: InLoopEvaluation(
          documents: try SmallTraining.documents(), every: 5, limit: limit),
        note: { notes.append($0) })
      return (outcome, notes)
    }
    func points(_ name: String) throws -> [EvaluationPoint] {
      try MetricsFile.read(
        EvaluationPoint.self, from: folder.path + "/\(name)/evaluations.jsonl"
      ).lines
    }
    let (marked, notes) = try run("mark", .init(domain: "up", rise: 0.1, action: .mark))
    #expect(marked == .completed)
    let all = try points("mark")
    #expect(all.map(\.step) == Array(stride(from: 0, through: 40, by: 5)))
    let start = try #require(all.first?["up"])
    for point in all {
      #expect((point.mark != nil) == ((point["up"] ?? 0) - start > 0.1), "step \(point.step)")
    }
    let first = try #require(all.first { $0.mark != nil })
    #expect(notes.count == 1 && notes.first == first.mark)

    let (stopped, _) = try run("stop", .init(domain: "up", rise: 0.1, action: .stop))
    #expect(stopped == .stopped(step: first.step, reason: first.mark ?? ""))
    #expect(try points("stop").map(\.step) == Array(stride(from: 0, through: first.step, by: 5)))
    #expect(try Checkpoint.load(folder.path + "/stop/checkpoint").parameters.count > 0)
    // A stage that was stopped stays so.
    #expect(try run("stop", .init(domain: "up", rise: 0.1, action: .stop)).0 == stopped)
    #expect(try run("far", .init(domain: "up", rise: 100, action: .stop)).0 == .completed)
    #expect(try losses(folder.path + "/far") == losses(folder.path + "/mark"))
    #expect(throws: Fault.self) {
      try run("none", .init(domain: "sideways", rise: 1, action: .stop))
    }
  }

  @Test("several stages at the same time leave the bytes of each alone")
  func sideBySide() throws {
    let folder = try TemporaryFolder()
    let stage = SmallTraining.stage(steps: 30)
    let path = folder.path
    _ = try train(path + "/alone", stage: stage)
    DispatchQueue.concurrentPerform(iterations: 3) { index in
      let trainer = try? Trainer(
        SmallTraining.model(), stage: stage, workers: 1, matrixProductRate: 1e9)
      _ = try? trainer?.run(folder: path + "/\(index)", source: SmallTraining.source)
    }
    for index in 0..<3 {
      #expect(try losses(path + "/\(index)") == losses(path + "/alone"))
      #expect(
        try digest(path + "/\(index)/checkpoint/model.safetensors")
          == digest(path + "/alone/checkpoint/model.safetensors"))
    }
  }
}
