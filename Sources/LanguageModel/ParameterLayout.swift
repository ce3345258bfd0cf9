/// Where each named tensor lies in the flat buffer of parameters; gradients and moments use the same
/// places. Names and shapes are those of `LlamaForCausalLM`.
///
/// The three attention projections of a layer are neighbours, and so are gate and up: each group is
/// one matrix product.
public struct ParameterLayout: Sendable {
  public enum Kind: Sendable { case embedding, norm, matrix }

  public struct Tensor: Sendable {
    public var name: String
    /// Row-major: `[out, in]` for matrices, `[vocabulary, hidden]` for embeddings.
    public var shape: [Int]
    public var offset: Int
    public var kind: Kind
    public var count: Int { shape.reduce(1, *) }
  }

  struct Layer: Sendable {
    var inputNorm = 0
    /// `[(heads + 2 key/value heads) * head size, hidden]`
    var qkv = 0
    var output = 0
    var feedForwardNorm = 0
    /// `[2 * intermediate, hidden]`
    var gateUp = 0
    var down = 0
  }

  public private(set) var tensors: [Tensor] = []
  /// All numbers.
  public private(set) var count = 0
  private(set) var layers: [Layer] = []
  private(set) var finalNorm = 0
  /// Of the output layer; 0, the embedding's, where they are tied.
  private(set) var head = 0

  public init(_ model: LlamaConfiguration) {
    let width = model.hiddenSize
    add("model.embed_tokens.weight", [model.vocabularySize, width], .embedding)
    for index in 0..<model.layerCount {
      let prefix = "model.layers.\(index)."
      let attention = prefix + "self_attn."
      let keyValues = model.keyValueHeadCount * model.headSize
      var layer = Layer()
      layer.inputNorm = add(prefix + "input_layernorm.weight", [width], .norm)
      layer.qkv = add(attention + "q_proj.weight", [model.attentionSize, width])
      add(attention + "k_proj.weight", [keyValues, width])
      add(attention + "v_proj.weight", [keyValues, width])
      layer.output = add(attention + "o_proj.weight", [width, model.attentionSize])
      layer.feedForwardNorm = add(prefix + "post_attention_layernorm.weight", [width], .norm)
      layer.gateUp = add(prefix + "mlp.gate_proj.weight", [model.intermediateSize, width])
      add(prefix + "mlp.up_proj.weight", [model.intermediateSize, width])
      layer.down = add(prefix + "mlp.down_proj.weight", [width, model.intermediateSize])
      layers.append(layer)
    }
    finalNorm = add("model.norm.weight", [width], .norm)
    if !model.tiedEmbeddings { head = add("lm_head.weight", [model.vocabularySize, width]) }
  }

  @discardableResult
  private mutating func add(_ name: String, _ shape: [Int], _ kind: Kind = .matrix) -> Int {
    let tensor = Tensor(name: name, shape: shape, offset: count, kind: kind)
    tensors.append(tensor)
    count += tensor.count
    return tensor.offset
  }
}
