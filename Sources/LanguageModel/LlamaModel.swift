import CounterRandom
import Glibc
import Streams

/// A Llama-style decoder: its shape and its trained numbers.
///
/// The numbers are shared by workers that only read them; whoever writes (the optimiser) is the
/// only one at that time.
public final class LlamaModel: @unchecked Sendable {
  public let configuration: LlamaConfiguration
  public let layout: ParameterLayout
  /// All parameters, at the places that `layout` names.
  public let parameters: FloatBuffer
  /// Cosines and sines of rotary positions, `[maxPositions, headSize / 2]` each.
  let rotary: RotaryTable

  /// Memory for a model, all zero.
  public init(zeroed configuration: LlamaConfiguration) throws {
    try configuration.validate()
    MatrixProduct.prepare()
    self.configuration = configuration
    layout = ParameterLayout(configuration)
    parameters = try FloatBuffer(count: layout.count)
    rotary = try RotaryTable(configuration)
  }

  /// A fresh model: gains 1, all else normal with standard deviation `deviation`, and the two
  /// matrices of a layer that write to the residual stream divided by sqrt(2 layers) (Radford et
  /// al. 2019). The numbers depend on the seed and the tensors' order only.
  public convenience init(
    _ configuration: LlamaConfiguration, seed: UInt64, deviation: Double = 0.02
  ) throws {
    try self.init(zeroed: configuration)
    let random = CounterRandom(seed: seed, purpose: "initial weights")
    let residual = deviation / Double(2 * configuration.layerCount).squareRoot()
    for (index, tensor) in layout.tensors.enumerated() {
      let values = parameters.base + tensor.offset
      if tensor.kind == .norm {
        values.update(repeating: 1, count: tensor.count)
        continue
      }
      let writesResidual =
        tensor.name.hasSuffix("o_proj.weight") || tensor.name.hasSuffix("down_proj.weight")
      let normal = random.substream(UInt64(index))
      let scale = writesResidual ? residual : deviation
      for pair in 0..<(tensor.count + 1) / 2 {
        let radius = (-2 * log(1 - normal.uniform(UInt64(2 * pair)))).squareRoot() * scale
        let angle = 2 * Double.pi * normal.uniform(UInt64(2 * pair + 1))
        values[2 * pair] = Float(radius * cos(angle))
        if 2 * pair + 1 < tensor.count { values[2 * pair + 1] = Float(radius * sin(angle)) }
      }
    }
  }

  /// The numbers of one tensor by its Hugging Face name.
  public func tensor(_ name: String) -> UnsafeMutableBufferPointer<Float>? {
    guard let tensor = layout.tensors.first(where: { $0.name == name }) else { return nil }
    return UnsafeMutableBufferPointer(start: parameters.base + tensor.offset, count: tensor.count)
  }

  /// Throws a `Fault` where a token is none of the vocabulary.
  public func check(tokens: UnsafeBufferPointer<UInt32>) throws {
    let size = UInt32(configuration.vocabularySize)
    guard let place = tokens.firstIndex(where: { $0 >= size }) else { return }
    throw Fault(
      .input, "a token id is outside the model's vocabulary", at: "token \(place)",
      found: "\(tokens[place])", expected: "below \(size)",
      hint: "tokenize the data with the tokenizer of this model")
  }
}
