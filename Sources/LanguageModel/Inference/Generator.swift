import CounterRandom
import Glibc
import Streams

/// Continues a prompt token by token, for looking at what a small model says. Each token runs the
/// whole context again.
public final class Generator {
  public let model: LlamaModel
  private let workspace: Workspace
  private let logits: FloatBuffer

  public init(_ model: LlamaModel) throws {
    self.model = model
    let positions = model.configuration.maxPositions
    workspace = try Workspace(
      for: model.configuration, purpose: .scoring, rowCapacity: positions,
      sequenceCapacity: positions)
    logits = try FloatBuffer(count: model.configuration.vocabularySize)
  }

  /// The tokens after `prompt`: up to `count`, ending before an end-of-text token.
  ///
  /// - Parameters:
  ///   - prompt: at least one token; only the last `maxPositions` tokens are seen.
  ///   - temperature: 0 takes the likeliest token, 1 samples from the model's distribution.
  ///   - seed: the same seed, prompt and temperature give the same tokens.
  public func generate(
    after prompt: [UInt32], count: Int, temperature: Double = 0, seed: UInt64 = 0
  ) throws -> [UInt32] {
    guard !prompt.isEmpty, temperature >= 0, temperature.isFinite else {
      throw Fault(
        .input, "generation needs a prompt and a temperature from 0",
        found: "\(prompt.count) tokens, temperature \(temperature)")
    }
    try prompt.withUnsafeBufferPointer { try model.check(tokens: $0) }
    let random = CounterRandom(seed: seed, purpose: "generation")
    var tokens = prompt
    for index in 0..<max(count, 0) {
      computeLogits(after: tokens.suffix(model.configuration.maxPositions))
      let next = sample(temperature, random.uniform(UInt64(index)))
      if next == model.configuration.endOfTextID { break }
      tokens.append(UInt32(next))
    }
    return Array(tokens.dropFirst(prompt.count))
  }

  private func computeLogits(after tokens: ArraySlice<UInt32>) {
    let (rows, width) = (tokens.count, model.configuration.hiddenSize)
    tokens.withUnsafeBufferPointer { tokens in
      guard let inputs = tokens.baseAddress else { return }
      model.computeOutput(inputs: inputs, rows: rows, rows, workspace)
    }
    MatrixProduct.linear(
      workspace.normedOutput + (rows - 1) * width, model.parameters.base + model.layout.head,
      into: logits.base, rows: 1, input: width, output: model.configuration.vocabularySize)
  }

  private func sample(_ temperature: Double, _ uniform: Double) -> Int {
    let logits = logits.numbers
    let best = logits.indices.max { logits[$0] < logits[$1] } ?? 0
    guard temperature > 0 else { return best }
    let weight = { (token: Int) in exp(Double(logits[token] - logits[best]) / temperature) }
    var rest = uniform * logits.indices.reduce(0) { $0 + weight($1) }
    for token in logits.indices {
      rest -= weight(token)
      if rest < 0 { return token }
    }
    return best
  }
}
