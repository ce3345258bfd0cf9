import CounterRandom
import Foundation
import LanguageModel
import Streams
import TestFolders
import Testing
import Training

@Suite struct TrainerTests {
  private func model(seed: UInt64 = 1) throws -> LlamaModel {
    try LlamaModel(
      try LlamaConfiguration(
        vocabularySize: 61, hiddenSize: 16, layerCount: 2, headCount: 2, keyValueHeadCount: 1,
        intermediateSize: 24, maxPositions: 32), seed: seed)
  }

  private func stage(steps: Int = 20) -> TrainingStage {
    var stage = TrainingStage(
      name: "test", steps: steps, batchSequences: 7, sequenceLength: 24,
      schedule: .warmupStableDecay(warmup: 3, decay: 8, shape: .linear, floor: 0.1),
      peakLearningRate: 1e-2)
    stage.gradientSlices = 3
    return stage
  }

  /// Two domains: counting up, and counting down.
  private func source(_ sample: Int, _ tokens: UnsafeMutableBufferPointer<UInt32>) -> Int {
    let random = CounterRandom(seed: 4, purpose: "samples")
    let start = Int(random.below(61, UInt64(sample)))
    let domain = sample % 3 == 0 ? 1 : 0
    for t in tokens.indices {
      tokens[t] = UInt32((start + (domain == 0 ? t : 61 * 61 - t)) % 61)
    }
    return domain
  }

  private func bytes(_ folder: String) throws -> [[UInt8]] {
    try Folder.files(under: folder + "/checkpoint").map {
      try InputFile.bytes(folder + "/checkpoint/" + $0)
    }
  }

  @Test("twenty steps with 1, 2 and 5 workers leave the same bytes")
  func workers() throws {
    let folder = try TemporaryFolder()
    var results: [[[UInt8]]] = []
    for workers in [1, 2, 5] {
      let path = folder.path + "/\(workers)"
      let trainer = try Trainer(try model(), stage: stage(), workers: workers)
      #expect(try trainer.run(folder: path, source: SampleSource(source)) == .completed)
      results.append(try bytes(path))
    }
    #expect(results[0].count == 4)
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test("a stage that is interrupted and begun again leaves the same bytes, and each step once")
  func interruption() throws {
    let folder = try TemporaryFolder()
    let whole = folder.path + "/whole"
    let parts = folder.path + "/parts"
    #expect(
      try Trainer(try model(), stage: stage(), workers: 2).run(
        folder: whole, source: SampleSource(source))
        == .completed)
    var calls = 0
    let first = try Trainer(try model(), stage: stage(), workers: 1)
    let outcome = try first.run(
      folder: parts, source: SampleSource(source),
      shouldStop: {
        calls += 1
        return calls == 8
      })
    #expect(outcome == .interrupted(step: 7))
    let second = try Trainer(try model(), stage: stage(), workers: 2)
    #expect(try second.run(folder: parts, source: SampleSource(source)) == .completed)
    #expect(try bytes(whole) == bytes(parts))
    let lines = try InputFile.bytes(parts + "/metrics.jsonl").split(separator: 10)
    #expect(lines.count == 20)
    let again = try Trainer(try model(), stage: stage(), workers: 1)
    let unread: BatchSource = { _, _ in throw Fault(.failure, "a finished stage asked for data") }
    #expect(try again.run(folder: parts, source: SampleSource(unread)) == .completed)
  }

  @Test("a stage that fails goes on from its last checkpoint to the same bytes")
  func checkpointsWithin() throws {
    let folder = try TemporaryFolder()
    let (whole, parts) = (folder.path + "/whole", folder.path + "/parts")
    var stage = stage()
    stage.checkpoints.every = 6
    _ = try Trainer(try model(), stage: stage, workers: 2).run(
      folder: whole, source: SampleSource(source))
    let failing: BatchSource = { sample, tokens in
      if sample == 7 * 15 { throw Fault(.failure, "the disk is gone") }
      return self.source(sample, tokens)
    }
    #expect(throws: Fault(.failure, "the disk is gone")) {
      try Trainer(try model(), stage: stage, workers: 2).run(
        folder: parts, source: SampleSource(failing))
    }
    let again = try Trainer(try model(), stage: stage, workers: 2)
    _ = try again.run(folder: parts, source: SampleSource(source))
    #expect(try bytes(whole) == bytes(parts))
    #expect(try InputFile.bytes(parts + "/metrics.jsonl").split(separator: 10).count == 20)
  }

  @Test("an output folder of another stage or model is refused with what differs")
  func otherStage() throws {
    let folder = try TemporaryFolder()
    _ = try Trainer(try model(), stage: stage(steps: 2), workers: 1)
      .run(folder: folder.path, source: SampleSource(source))
    func message(_ model: LlamaModel, _ stage: TrainingStage) -> String {
      do {
        _ = try Trainer(model, stage: stage, workers: 1).run(
          folder: folder.path, source: SampleSource(source))
        return "ran"
      } catch { return "\(error)" }
    }
    var changed = stage(steps: 2)
    changed.peakLearningRate = 0.5
    #expect(try message(model(), changed).contains("'peakLearningRate' differs"))
    #expect(
      try message(model(seed: 2), stage(steps: 2)).contains("the model that it began with differs"))
    #expect(try message(model(), stage(steps: 2)) == "ran")
  }

  @Test("the loss of two counting domains falls below a tenth, and each domain's is told")
  func learning() throws {
    let trainer = try Trainer(try model(), stage: stage(steps: 150), workers: 2)
    let first = try trainer.takeStep(SampleSource(source))
    #expect(abs(first.loss - log(61.0)) < 0.3)
    var last = first
    for _ in 1..<150 { last = try trainer.takeStep(SampleSource(source)) }
    #expect(last.loss < first.loss / 10)
    #expect(last.domains.map(\.domain) == [0, 1])
    let sum = last.domains.reduce(0.0) { $0 + $1.loss * Double($1.sequences) }
    #expect(abs(sum / 7 - last.loss) < 1e-9)
    #expect(last.tokens == 150 * 7 * 24)
  }

  @Test("a step changes embeddings and gains by the update alone, matrices by the decay too")
  func weightDecay() throws {
    let (plain, decayed) = (try model(), try model())
    var stage = stage()
    stage.optimizer.weightDecay = 0
    _ = try Trainer(plain, stage: stage, workers: 1).takeStep(SampleSource(source))
    let initial = try model()
    let before = withExtendedLifetime(initial) { Array(initial.parameters.numbers) }
    stage.optimizer.weightDecay = 0.5
    _ = try Trainer(decayed, stage: stage, workers: 1).takeStep(SampleSource(source))
    let rate = Float(1e-2 / 3 * 0.5)
    for tensor in plain.layout.tensors {
      for i in tensor.offset..<tensor.offset + tensor.count {
        let difference = plain.parameters.base[i] - decayed.parameters.base[i]
        let expected = tensor.kind == .matrix ? before[i] * rate : 0
        #expect(abs(difference - expected) < 1e-7)
      }
    }
  }

  @Test("a loss that is not finite stops the stage and names the step and the domains")
  func notFinite() throws {
    let model = try model()
    model.parameters.base[3] = .nan
    let trainer = try Trainer(model, stage: stage(), workers: 2)
    do {
      _ = try trainer.takeStep(SampleSource(source))
      Issue.record("the step passed")
    } catch {
      #expect("\(error)".contains("at step 1"))
      #expect("\(error)".contains("batch of the domains 0, 1"))
    }
  }

  @Test("a token outside the vocabulary is refused with its sample and domain")
  func foreignToken() throws {
    let trainer = try Trainer(try model(), stage: stage(), workers: 1)
    do {
      _ = try trainer.takeStep(
        SampleSource { sample, tokens in
          tokens.update(repeating: sample == 4 ? 61 : 0)
          return 9
        })
      Issue.record("the step passed")
    } catch { #expect("\(error)".contains("sample 4 of domain 9, token 0")) }
  }

  @Test("kept moments go on counting and reset ones begin again")
  func moments() throws {
    let optimizer = try AdamW(for: try model().layout)
    var stage = stage(steps: 5)
    for (policy, expected) in [(TrainingStage.MomentPolicy.keep, 1), (.keep, 2), (.reset, 1)] {
      stage.moments = policy
      _ = try Trainer(try model(), stage: stage, workers: 1, optimizer: optimizer)
        .takeStep(SampleSource(source))
      #expect(optimizer.stepCount == expected)
    }
  }

  @Test("a stage that no model can run is refused by the setting's name")
  func badStages() throws {
    for (change, name): ((inout TrainingStage) -> Void, String) in [
      ({ $0.steps = 0 }, "steps"), ({ $0.batchSequences = 0 }, "batch"),
      ({ $0.sequenceLength = 33 }, "sequence length"),
      ({ $0.peakLearningRate = .nan }, "learning rate"), ({ $0.clipNorm = 0 }, "clipping"),
      ({ $0.optimizer.beta2 = 1 }, "beta"), ({ $0.optimizer.epsilon = 0 }, "epsilon"),
    ] {
      var stage = stage()
      change(&stage)
      do {
        _ = try Trainer(try model(), stage: stage, workers: 1)
        Issue.record("\(name) passed")
      } catch { #expect("\(error)".contains(name)) }
    }
  }
}
