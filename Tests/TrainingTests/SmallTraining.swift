import CounterRandom
import Evaluation
import LanguageModel
import Training

/// A stage of a few thousand parameters on two domains: counting up, and counting down.
enum SmallTraining {
  static let vocabulary = 61

  static func model(seed: UInt64 = 1) throws -> LlamaModel {
    try LlamaModel(
      try LlamaConfiguration(
        vocabularySize: vocabulary, hiddenSize: 16, layerCount: 2, headCount: 2,
        keyValueHeadCount: 1, intermediateSize: 24, maxPositions: 32, endOfTextID: 0), seed: seed)
  }

  static func stage(steps: Int = 20, checkpoints: CheckpointPolicy = .init()) -> TrainingStage {
    var stage = TrainingStage(
      name: "test", steps: steps, batchSequences: 7, sequenceLength: 24,
      schedule: .warmupStableDecay(warmup: 3, decay: 8, shape: .linear, floor: 0.1),
      peakLearningRate: 1e-2)
    stage.gradientSlices = 3
    stage.checkpoints = checkpoints
    return stage
  }

  private static func token(_ start: Int, _ t: Int, _ domain: Int) -> UInt32 {
    UInt32((start + (domain == 0 ? t : vocabulary * vocabulary - t)) % vocabulary)
  }

  /// - Parameter only: the one domain that samples are of; nil: two thirds count up.
  static func source(only: Int? = nil, fingerprint: String = "counting") -> SampleSource {
    let random = CounterRandom(seed: 4, purpose: "samples")
    var source = SampleSource(
      { sample, tokens in
        let start = Int(random.below(UInt64(vocabulary), UInt64(sample)))
        let domain = only ?? (sample % 3 == 0 ? 1 : 0)
        for t in tokens.indices { tokens[t] = token(start, t, domain) }
        return domain
      }, domains: ["up", "down"])
    source.fingerprint = fingerprint
    return source
  }

  static var source: SampleSource { source() }

  /// Five documents of each domain, a byte a token.
  static func documents() throws -> EvaluationDocuments {
    var documents = EvaluationDocuments(domains: ["up", "down"])
    for index in 0..<10 {
      try documents.append(
        (0..<20).map { token(index * 5, $0, index % 2) }, byteCount: 20, domain: index % 2)
    }
    return documents
  }
}
