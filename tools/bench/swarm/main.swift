import CounterRandom
import Dispatch
import Glibc
import LanguageModel
import Streams
import Synchronization
import Training

/// Several small models at a time, one thread each, against the same models one after the other on
/// one core: `swift run -c release bench-swarm --models 2 --steps 60 --json`. Random tokens; the
/// model is the quickstart's. Every loss of every model must be the same to the bit both ways.
struct SwarmBenchmark {
  var models = 2
  var steps = 40
  var rounds = 3
  var batch = 16
  var sequenceLength = 256
  var width = 128
  var vocabulary = 4096
  var json = false

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let flag = rest.popFirst() {
      if flag == "--json" {
        json = true
        continue
      }
      guard let value = rest.popFirst().flatMap({ Int($0) }), value > 0 else {
        throw Fault(
          .input, "'\(flag)' needs a positive whole number", at: "command line",
          expected: "for example \(flag) 2")
      }
      switch flag {
      case "--models": models = value
      case "--steps": steps = value
      case "--rounds": rounds = value
      case "--batch": batch = value
      case "--seq": sequenceLength = value
      case "--width": width = value
      case "--vocab": vocabulary = value
      default:
        throw Fault(
          .input, "unknown flag '\(flag)'", at: "command line",
          expected: "--models, --steps, --rounds, --batch, --seq, --width, --vocab or --json")
      }
    }
  }

  func run() throws {
    let rate = try MachineRate.matrixProducts(workers: Workers(1))
    var (alone, together): ([Double], [Double]) = ([], [])
    for _ in 0..<rounds {
      let solo = try train(atOnce: 1, rate)
      let swarm = try train(atOnce: models, rate)
      guard solo.losses == swarm.losses else {
        throw Fault(.failure, "a model's losses differ between the swarm and the run alone")
      }
      alone.append(solo.tokensPerSecond)
      together.append(swarm.tokensPerSecond)
    }
    let ratios = zip(together, alone).map { $0 / $1 }.sorted()
    let (one, all) = (alone.sorted()[rounds / 2], together.sorted()[rounds / 2])
    if json {
      print(
        "{\"models\":\(models),\"tokens_per_s_one_core\":\(rounded(one)),"
          + "\"tokens_per_s_together\":\(rounded(all)),\"ratio\":\(rounded(ratios[rounds / 2])),"
          + "\"ratio_min\":\(rounded(ratios[0])),\"ratio_max\":\(rounded(ratios[rounds - 1])),"
          + "\"rounds\":\(rounds),\"steps\":\(steps),\"losses_equal\":true}")
    } else {
      print(
        """
        one model on one core   \(rounded(one)) tokens/s
        \(models) models at once        \(rounded(all)) tokens/s
        ratio                   \(rounded(ratios[rounds / 2])) (\(rounded(ratios[0])) to \
        \(rounded(ratios[rounds - 1])) over \(rounds) rounds); losses equal to the bit
        """)
    }
  }

  /// Trains every model, `atOnce` at a time with one thread each.
  private func train(atOnce: Int, _ rate: Double) throws
    -> (losses: [[UInt64]], tokensPerSecond: Double)
  {
    let trainers = try (0..<models).map { try trainer(seed: UInt64($0), rate) }
    let results = Mutex([[UInt64]](repeating: [], count: models))
    let shared = SharedTrainers(trainers: trainers)
    let start = ContinuousClock.now
    Workers(atOnce).forEach(models) { _, index in
      let losses = (0..<steps).compactMap { _ in
        try? shared.trainers[index].takeStep(SampleSource(samples(seed: index))).loss.bitPattern
      }
      results.withLock { $0[index] = losses }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let losses = results.withLock { $0 }
    guard losses.allSatisfy({ $0.count == steps }) else {
      throw Fault(.failure, "a model did not reach its last step")
    }
    return (losses, Double(models * steps * batch * sequenceLength) / seconds)
  }

  /// Each is used by one thread at a time.
  private struct SharedTrainers: @unchecked Sendable {
    let trainers: [Trainer]
  }

  private func trainer(seed: UInt64, _ rate: Double) throws -> Trainer {
    let configuration = try LlamaConfiguration(
      vocabularySize: vocabulary, hiddenSize: width, layerCount: 4, headCount: 4,
      keyValueHeadCount: 2, intermediateSize: width * 43 / 16, maxPositions: sequenceLength)
    return try Trainer(
      try LlamaModel(configuration, seed: seed),
      stage: TrainingStage(
        name: "benchmark", steps: 1 << 30, batchSequences: batch, sequenceLength: sequenceLength,
        schedule: .constant(warmup: 10), peakLearningRate: 1e-3),
      workers: 1, matrixProductRate: rate)
  }

  private func samples(seed: Int) -> BatchSource {
    let random = CounterRandom(seed: UInt64(seed), purpose: "benchmark tokens")
    return { sample, tokens in
      for t in tokens.indices {
        tokens[t] = UInt32(random.below(UInt64(vocabulary), UInt64(sample * tokens.count + t)))
      }
      return 0
    }
  }

  private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

do {
  try SwarmBenchmark(Array(CommandLine.arguments.dropFirst())).run()
} catch {
  "bench-swarm: error: \(error)\n".withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
