import CounterRandom
import LanguageModel
import Testing

/// Losses against the slow twin, and gradients against finite differences of the slow twin in
/// Float64, so that rounding hides nothing.
@Suite struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var model: LlamaConfiguration
    var sequenceLength: Int
    var testDescription: String { name }
  }

  static func cases() throws -> [Case] {
    [
      Case(
        name: "tied, grouped heads, two blocks of queries",
        model: try LlamaConfiguration(
          vocabularySize: 19, hiddenSize: 16, layerCount: 2, headCount: 4, keyValueHeadCount: 2,
          intermediateSize: 20, maxPositions: 80, tiedEmbeddings: true), sequenceLength: 67),
      Case(
        name: "own head, two blocks of vocabulary",
        model: try LlamaConfiguration(
          vocabularySize: 2060, hiddenSize: 8, layerCount: 1, headCount: 2, intermediateSize: 12,
          maxPositions: 8, ropeTheta: 500, tiedEmbeddings: false), sequenceLength: 5),
      Case(
        name: "heads wider than the model, one key head",
        model: try LlamaConfiguration(
          vocabularySize: 11, hiddenSize: 6, layerCount: 1, headCount: 3, keyValueHeadCount: 1,
          headSize: 4, intermediateSize: 7, maxPositions: 9, tiedEmbeddings: true),
        sequenceLength: 9),
    ]
  }

  /// A model whose gains are not 1 and whose weights are large enough for every path to matter.
  private func makeModel(_ configuration: LlamaConfiguration) throws -> LlamaModel {
    let model = try LlamaModel(configuration, seed: 5, deviation: 0.3)
    let random = CounterRandom(seed: 9, purpose: "gains")
    for tensor in model.layout.tensors where tensor.kind == .norm {
      for i in 0..<tensor.count {
        model.parameters.base[tensor.offset + i] =
          Float(0.5 + random.uniform(UInt64(tensor.offset + i)))
      }
    }
    return model
  }

  private func tokens(_ count: Int, _ model: LlamaConfiguration, seed: UInt64) -> [UInt32] {
    let random = CounterRandom(seed: seed, purpose: "tokens")
    return (0..<count).map { UInt32(random.below(UInt64(model.vocabularySize), UInt64($0))) }
  }

  @Test("losses of two sequences are those of plain loops", arguments: try cases())
  func losses(_ test: Case) throws {
    let model = try makeModel(test.model)
    let plain = PlainLlama(model)
    let length = test.sequenceLength
    let (inputs, targets) = (
      tokens(2 * length, test.model, seed: 1), tokens(2 * length, test.model, seed: 2)
    )
    let workspace = try Workspace(
      for: test.model, purpose: .scoring, rowCapacity: 2 * length, sequenceCapacity: length)
    inputs.withUnsafeBufferPointer { inputs in
      targets.withUnsafeBufferPointer { targets in
        guard let input = inputs.baseAddress, let target = targets.baseAddress else { return }
        model.score(
          TokenChunk(inputs: input, targets: target, sequenceCount: 2, sequenceLength: length),
          in: workspace)
      }
    }
    for sequence in 0..<2 {
      let range = sequence * length..<(sequence + 1) * length
      let expected = plain.losses(inputs: Array(inputs[range]), targets: Array(targets[range]))
      for (t, loss) in expected.enumerated() {
        let found = Double(workspace.losses[sequence * length + t])
        #expect(abs(found - loss) < 2e-5 * max(1, loss), "sequence \(sequence), position \(t)")
      }
    }
  }

  @Test("the gradient of every tensor is that of finite differences", arguments: try cases())
  func gradients(_ test: Case) throws {
    let model = try makeModel(test.model)
    let length = test.sequenceLength
    let (inputs, targets) = (
      tokens(length, test.model, seed: 3), tokens(length, test.model, seed: 4)
    )
    let workspace = try Workspace(
      for: test.model, purpose: .training, rowCapacity: length, sequenceCapacity: length)
    let gradient = try FloatBuffer(count: model.layout.count)
    gradient.numbers.update(repeating: .nan)
    let passes = 2
    inputs.withUnsafeBufferPointer { inputs in
      targets.withUnsafeBufferPointer { targets in
        guard let input = inputs.baseAddress, let target = targets.baseAddress else { return }
        for pass in 0..<passes {
          model.computeGradient(
            TokenChunk(inputs: input, targets: target, sequenceCount: 1, sequenceLength: length),
            in: workspace, gradient: gradient.base, lossWeight: 1 / Float(passes * length),
            accumulate: pass > 0)
        }
      }
    }
    func meanLoss(_ twin: PlainLlama) -> Double {
      twin.losses(inputs: inputs, targets: targets).reduce(0, +) / Double(length)
    }
    var twin = PlainLlama(model)
    let step = 1e-5
    for (index, tensor) in model.layout.tensors.enumerated() {
      let direction = CounterRandom(seed: UInt64(index), purpose: "direction")
      let range = tensor.offset..<tensor.offset + tensor.count
      let original = twin.parameters
      func move(_ distance: Double) {
        for i in range {
          twin.parameters[i] = original[i] + distance * (2 * direction.uniform(UInt64(i)) - 1)
        }
      }
      move(step)
      let above = meanLoss(twin)
      move(-step)
      let below = meanLoss(twin)
      twin.parameters = original
      let expected = (above - below) / (2 * step)
      var (found, size) = (0.0, 0.0)
      for i in range {
        let part = Double(gradient.base[i]) * (2 * direction.uniform(UInt64(i)) - 1)
        found += part
        size += part * part
      }
      #expect(
        abs(found - expected) < 1e-4 * max(abs(expected), size.squareRoot()) + 1e-7,
        "\(tensor.name): \(found), by differences \(expected)")
    }
  }
}
