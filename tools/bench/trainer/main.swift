import CounterRandom
import Glibc
import LanguageModel
import Streams
import Training

/// Training speed on random tokens: `swift run -c release bench-trainer --model 30m --seq 512 --batch 4
/// --threads 2 --json`. Shapes 1m, 10m and 30m are those that PyTorch is measured on; `small` is the
/// quickstart's kind, with `--vocab`, `--width` and `--layers` of its own.
struct TrainerBenchmark {
  var model = "30m"
  var sequenceLength = 512
  var batch = 4
  var threads = 2
  var vocabulary: Int?
  var width = 256
  var layers = 4
  var slices = 8
  var seconds = 6.0
  var json = false

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let flag = rest.popFirst() {
      if flag == "--json" {
        json = true
        continue
      }
      guard let text = rest.popFirst() else {
        throw Fault(.input, "'\(flag)' needs a value", at: "command line")
      }
      if flag == "--model" {
        model = text
        continue
      }
      guard let value = Int(text), value > 0 else {
        throw Fault(
          .input, "'\(flag)' cannot take this value", at: "command line", found: text,
          expected: "a positive whole number")
      }
      switch flag {
      case "--seq": sequenceLength = value
      case "--batch": batch = value
      case "--threads": threads = value
      case "--vocab": vocabulary = value
      case "--width": width = value
      case "--layers": layers = value
      case "--slices": slices = value
      case "--seconds": seconds = Double(value)
      default:
        throw Fault(
          .input, "unknown flag '\(flag)'", at: "command line",
          expected: "--model, --seq, --batch, --threads, --vocab, --width, --layers, --slices, "
            + "--seconds or --json")
      }
    }
  }

  func configuration() throws -> LlamaConfiguration {
    let shapes = [
      "1m": (128, 4, 4, 2, 344, 32_000), "10m": (320, 8, 5, 1, 864, 32_000),
      "30m": (512, 8, 8, 4, 1408, 32_000),
      "small": (width, layers, max(width / 64, 1), max(width / 128, 1), width * 8 / 3, 8192),
    ]
    guard let (hidden, layers, heads, keyValueHeads, feedForward, defaultVocabulary) = shapes[model]
    else {
      throw Fault(
        .input, "unknown model '\(model)'", at: "command line",
        expected: shapes.keys.sorted().joined(separator: ", "))
    }
    return try LlamaConfiguration(
      vocabularySize: vocabulary ?? defaultVocabulary, hiddenSize: hidden, layerCount: layers,
      headCount: heads, keyValueHeadCount: keyValueHeads, intermediateSize: feedForward,
      maxPositions: max(2048, sequenceLength))
  }

  func run() throws {
    let configuration = try configuration()
    let random = CounterRandom(seed: 0, purpose: "benchmark tokens")
    var stage = TrainingStage(
      name: "benchmark", steps: 1 << 30, batchSequences: batch, sequenceLength: sequenceLength,
      schedule: .constant(warmup: 10), peakLearningRate: 1e-4)
    stage.gradientSlices = slices
    let trainer = try Trainer(
      try LlamaModel(configuration, seed: 0), stage: stage, workers: threads)
    let vocabulary = UInt64(configuration.vocabularySize)
    func step() throws -> StepMetrics {
      try trainer.takeStep(
        SampleSource { sample, tokens in
          let start = UInt64(sample % batch * tokens.count)
          for t in tokens.indices {
            tokens[t] = UInt32(random.below(vocabulary, start + UInt64(t)))
          }
          return 0
        })
    }
    _ = try step()
    var steps: [StepMetrics] = []
    let (start, startUsage) = (ContinuousClock.now, Self.usage())
    while steps.count < 3 || (ContinuousClock.now - start) / .seconds(1) < seconds {
      steps.append(try step())
    }
    let processorSeconds = Self.seconds(Self.usage()) - Self.seconds(startUsage)
    let tokensPerProcessorSecond =
      Double(steps.count * trainer.stage.tokensPerStep) / processorSeconds
    let rates = steps.map(\.tokensPerSecond).sorted()
    let median = rates[rates.count / 2]
    let best = rates[rates.count - 1]
    let flops = configuration.trainingFLOPsPerToken(sequenceLength: sequenceLength)
    let peak = try MachineRate.matrixProducts(workers: Workers(threads))
    let memory = Self.usage().ru_maxrss / 1024
    let share = median * flops / peak
    if json {
      print(
        "{\"model\":\"\(model)\",\"threads\":\(threads),\"tokens_per_s\":\(rounded(median)),"
          + "\"peak_rss_mb\":\(memory),\"best_tokens_per_s\":\(rounded(best)),"
          + "\"tokens_per_core_s\":\(rounded(tokensPerProcessorSecond)),"
          + "\"parameters\":\(configuration.parameterCount),\"seq\":\(sequenceLength),"
          + "\"batch\":\(batch),\"sgemm_gflops\":\(rounded(peak / 1e9)),"
          + "\"share_of_sgemm\":\((share * 1000).rounded() / 1000),\"steps\":\(steps.count),"
          + "\"blas_core\":\"\(MatrixProduct.coreName)\"}")
    } else {
      print(
        """
        \(model): \(configuration.parameterCount) parameters, batch \(batch) x \(sequenceLength), \
        \(threads) threads
        tokens/s   \(rounded(median)) median, \(rounded(best)) best of \(steps.count) steps
        per core   \(rounded(tokensPerProcessorSecond)) tokens in a second of processor time
        memory     \(memory) MB at most
        sgemm      \(rounded(peak / 1e9)) GFLOP/s (\(MatrixProduct.coreName)), of which training \
        reaches \(rounded(share * 100)) %
        """)
    }
  }

  private static func usage() -> rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }

  private static func seconds(_ usage: rusage) -> Double {
    Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }

  private func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

do {
  try TrainerBenchmark(Array(CommandLine.arguments.dropFirst())).run()
} catch {
  "bench-trainer: error: \(error)\n".withCString { _ = write(STDERR_FILENO, $0, strlen($0)) }
  exit((error as? Fault)?.kind.rawValue ?? 1)
}
