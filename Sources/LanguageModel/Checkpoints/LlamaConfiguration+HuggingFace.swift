import Streams

extension LlamaConfiguration {
  /// Reads the `config.json` of a `LlamaForCausalLM`.
  ///
  /// - Parameter place: the file's path, for faults.
  /// - Throws: `Faults` with every field that is missing, of the wrong kind or not supported.
  public init(huggingFace bytes: [UInt8], at place: String) throws {
    guard let members = try JSONValue(parsing: bytes, path: place).object else {
      throw Fault(.input, "a model's configuration must be a JSON object", at: place)
    }
    var fields = ConfigurationFields(members: members, place: place)
    fields.expect("model_type", .string("llama"), required: true)
    fields.expect("hidden_act", .string("silu"))
    fields.expect("attention_bias", .bool(false))
    fields.expect("mlp_bias", .bool(false))
    fields.expect("rope_scaling", .null)
    let heads = fields.integer("num_attention_heads")
    let hidden = fields.integer("hidden_size")
    let vocabulary = fields.integer("vocab_size")
    let layers = fields.integer("num_hidden_layers")
    let intermediate = fields.integer("intermediate_size")
    let positions = fields.integer("max_position_embeddings")
    let keyValueHeads = fields.optionalInteger("num_key_value_heads")
    let headSize = fields.optionalInteger("head_dim")
    let epsilon = fields.number("rms_norm_eps")
    let theta = fields.ropeTheta()
    let tied = fields.bool("tie_word_embeddings", default: false)
    let begin = fields.tokenID("bos_token_id")
    let end = fields.tokenID("eos_token_id")
    try fields.finish()
    do {
      try self.init(
        vocabularySize: vocabulary, hiddenSize: hidden, layerCount: layers, headCount: heads,
        keyValueHeadCount: keyValueHeads, headSize: headSize, intermediateSize: intermediate,
        maxPositions: positions, ropeTheta: theta, rmsEpsilon: epsilon, tiedEmbeddings: tied,
        beginningOfTextID: begin, endOfTextID: end)
    } catch var fault as Fault {
      fault.place = place
      throw fault
    }
  }

  /// `config.json`, which `transformers` opens as `LlamaForCausalLM`; the same bytes each time.
  public var huggingFaceJSON: String {
    let members: [(String, String)] = [
      ("architectures", "[\"LlamaForCausalLM\"]"),
      ("attention_bias", "false"),
      ("attention_dropout", "0.0"),
      ("bos_token_id", beginningOfTextID.map(String.init) ?? "null"),
      ("eos_token_id", endOfTextID.map(String.init) ?? "null"),
      ("head_dim", "\(headSize)"),
      ("hidden_act", "\"silu\""),
      ("hidden_size", "\(hiddenSize)"),
      ("initializer_range", "0.02"),
      ("intermediate_size", "\(intermediateSize)"),
      ("max_position_embeddings", "\(maxPositions)"),
      ("mlp_bias", "false"),
      ("model_type", "\"llama\""),
      ("num_attention_heads", "\(headCount)"),
      ("num_hidden_layers", "\(layerCount)"),
      ("num_key_value_heads", "\(keyValueHeadCount)"),
      ("rms_norm_eps", "\(rmsEpsilon)"),
      ("rope_parameters", "{\"rope_theta\": \(ropeTheta), \"rope_type\": \"default\"}"),
      ("rope_theta", "\(ropeTheta)"),
      ("tie_word_embeddings", "\(tiedEmbeddings)"),
      ("torch_dtype", "\"float32\""),
      ("use_cache", "true"),
      ("vocab_size", "\(vocabularySize)"),
    ]
    return "{\n" + members.map { "  \"\($0)\": \($1)" }.joined(separator: ",\n") + "\n}\n"
  }
}

/// Reads fields one by one and collects what is wrong with them.
private struct ConfigurationFields {
  let members: [String: JSONValue]
  let place: String
  private var faults: [Fault] = []

  init(members: [String: JSONValue], place: String) {
    self.members = members
    self.place = place
  }

  func finish() throws {
    if faults.count == 1 { throw faults[0] }
    if !faults.isEmpty { throw Faults(faults) }
  }

  private mutating func wrong(_ name: String, _ found: JSONValue?, expected: String) {
    let message =
      found == nil
      ? "'\(name)' is missing from the model's configuration"
      : "'\(name)' in the model's configuration cannot be used"
    faults.append(
      Fault(.input, message, at: place, found: found?.summary, expected: expected))
  }

  private func value(_ name: String) -> JSONValue? {
    members[name] == .null ? nil : members[name]
  }

  mutating func expect(_ name: String, _ expected: JSONValue, required: Bool = false) {
    guard let found = members[name], required || found != .null else {
      if required { wrong(name, nil, expected: expected.summary) }
      return
    }
    if found != expected { wrong(name, found, expected: expected.summary) }
  }

  mutating func integer(_ name: String) -> Int {
    if case .integer(let integer) = members[name] { return integer }
    wrong(name, members[name], expected: "a whole number")
    return 1
  }

  mutating func optionalInteger(_ name: String) -> Int? {
    value(name) == nil ? nil : integer(name)
  }

  mutating func number(_ name: String) -> Double {
    switch members[name] {
    case .number(let number): return number
    case .integer(let integer): return Double(integer)
    default:
      wrong(name, members[name], expected: "a number")
      return 1
    }
  }

  mutating func bool(_ name: String, default fallback: Bool) -> Bool {
    guard let found = value(name) else { return fallback }
    if case .bool(let bool) = found { return bool }
    wrong(name, found, expected: "true or false")
    return fallback
  }

  /// One id, or a list of which the first counts.
  mutating func tokenID(_ name: String) -> Int? {
    guard let found = value(name) else { return nil }
    if case .integer(let id) = found { return id }
    if case .array(let ids) = found, case .integer(let id) = ids.first { return id }
    wrong(name, found, expected: "a token id")
    return nil
  }

  /// At the top of older files, inside `rope_parameters` in newer ones.
  mutating func ropeTheta() -> Double {
    guard let nested = value("rope_parameters") else {
      return value("rope_theta") == nil ? 10_000 : number("rope_theta")
    }
    guard let parameters = nested.object else {
      wrong("rope_parameters", nested, expected: "an object")
      return 1
    }
    let kind = parameters["rope_type"] ?? .string("default")
    if kind != .string("default") {
      wrong("rope_parameters", kind, expected: "\"default\" as its rope_type")
    }
    switch parameters["rope_theta"] {
    case .number(let theta): return theta
    case .integer(let theta): return Double(theta)
    case let found:
      wrong("rope_theta", found, expected: "a number in rope_parameters")
      return 1
    }
  }
}
