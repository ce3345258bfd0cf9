import Streams

/// The shape of a Llama-style decoder: RMSNorm before each branch, rotary positions, grouped-query
/// attention, SwiGLU, no biases. Touvron et al. 2023, arXiv:2302.13971.
public struct LlamaConfiguration: Sendable, Equatable {
  public var vocabularySize: Int
  public var hiddenSize: Int
  public var layerCount: Int
  public var headCount: Int
  /// Key and value heads, which groups of query heads share: divides `headCount`.
  public var keyValueHeadCount: Int
  /// Width of one head; even.
  public var headSize: Int
  public var intermediateSize: Int
  /// The longest sequence.
  public var maxPositions: Int
  public var ropeTheta: Double
  public var rmsEpsilon: Double
  /// Whether the output layer is the embedding itself.
  public var tiedEmbeddings: Bool
  public var beginningOfTextID: Int?
  public var endOfTextID: Int?

  /// `headSize` nil means `hiddenSize / headCount`, `keyValueHeadCount` nil means `headCount`.
  /// - Throws: a `Fault` for a shape that no model can have.
  public init(
    vocabularySize: Int, hiddenSize: Int, layerCount: Int, headCount: Int,
    keyValueHeadCount: Int? = nil, headSize: Int? = nil, intermediateSize: Int, maxPositions: Int,
    ropeTheta: Double = 10_000, rmsEpsilon: Double = 1e-5, tiedEmbeddings: Bool = true,
    beginningOfTextID: Int? = nil, endOfTextID: Int? = nil
  ) throws {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.headSize = headSize ?? (headCount > 0 ? hiddenSize / headCount : 0)
    self.intermediateSize = intermediateSize
    self.maxPositions = maxPositions
    self.ropeTheta = ropeTheta
    self.rmsEpsilon = rmsEpsilon
    self.tiedEmbeddings = tiedEmbeddings
    self.beginningOfTextID = beginningOfTextID
    self.endOfTextID = endOfTextID
    if headSize == nil, headCount > 0, hiddenSize % headCount != 0 {
      throw Fault(
        .input, "the hidden size is not a multiple of the number of heads",
        found: "hidden size \(hiddenSize), \(headCount) heads")
    }
    try validate()
  }

  /// Columns of the product of the three attention projections.
  var qkvSize: Int { (headCount + 2 * keyValueHeadCount) * headSize }
  /// Columns of all query heads, and of attention's output.
  var attentionSize: Int { headCount * headSize }

  /// Throws a `Fault` that names the first impossible number.
  public func validate(at place: String? = nil) throws {
    let sizes: [(String, Int, Int)] = [
      ("vocab_size", vocabularySize, 1 << 24), ("hidden_size", hiddenSize, 1 << 17),
      ("num_hidden_layers", layerCount, 1 << 12), ("num_attention_heads", headCount, 1 << 12),
      ("num_key_value_heads", keyValueHeadCount, 1 << 12), ("head_dim", headSize, 1 << 12),
      ("intermediate_size", intermediateSize, 1 << 19),
      ("max_position_embeddings", maxPositions, 1 << 24),
    ]
    for (name, value, most) in sizes where value < 1 || value > most {
      throw Fault(
        .input, "'\(name)' is out of range", at: place, found: "\(value)", expected: "1 to \(most)")
    }
    guard headCount % keyValueHeadCount == 0 else {
      throw Fault(
        .input, "'num_key_value_heads' does not divide 'num_attention_heads'", at: place,
        found: "\(keyValueHeadCount) and \(headCount)")
    }
    guard headSize % 2 == 0 else {
      throw Fault(
        .input, "rotary positions need an even 'head_dim'", at: place, found: "\(headSize)")
    }
    guard ropeTheta.isFinite, ropeTheta > 0 else {
      throw Fault(
        .input, "'rope_theta' is out of range", at: place, found: "\(ropeTheta)",
        expected: "a positive number")
    }
    guard rmsEpsilon.isFinite, rmsEpsilon >= 0 else {
      throw Fault(
        .input, "'rms_norm_eps' is out of range", at: place, found: "\(rmsEpsilon)",
        expected: "a number from 0")
    }
    for (name, id) in [("bos_token_id", beginningOfTextID), ("eos_token_id", endOfTextID)] {
      if let id, id < 0 || id >= vocabularySize {
        throw Fault(
          .input, "'\(name)' is no token of the vocabulary", at: place, found: "\(id)",
          expected: "below \(vocabularySize)")
      }
    }
  }
}

extension LlamaConfiguration {
  /// Trained numbers, with tied embeddings counted once.
  public var parameterCount: Int { ParameterLayout(self).count }

  /// Floating-point operations to train on one token: 6 for each parameter that takes part in a
  /// product, and causal attention over `sequenceLength` positions (half of the square).
  public func trainingFLOPsPerToken(sequenceLength: Int) -> Double {
    let layout = ParameterLayout(self)
    let matrices = layout.tensors.filter { $0.kind == .matrix }.reduce(0) { $0 + $1.count }
    let head = tiedEmbeddings ? vocabularySize * hiddenSize : 0
    let attention = 6 * layerCount * attentionSize * sequenceLength
    return 6 * Double(matrices + head) + Double(attention)
  }
}
