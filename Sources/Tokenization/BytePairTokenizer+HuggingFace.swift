import Streams

extension BytePairTokenizer {
  /// Loads a Hugging Face `tokenizer.json`, or the one in a folder.
  ///
  /// The end of the text is the `eos_token` of the `tokenizer_config.json` beside it; without one,
  /// the special token `<|endoftext|>`, or the only special token there is.
  ///
  /// Anything in the file that could change ids and is not implemented here (another pre-tokenizer,
  /// a normalizer, byte fallback …) is a fault that names its key.
  public init(path: String) throws {
    let file = Folder.isFolder(path) ? path + "/tokenizer.json" : path
    let folder = Folder.parent(of: file)
    let configuration = folder.isEmpty ? "tokenizer_config.json" : folder + "/tokenizer_config.json"
    var endOfText: String?
    if Folder.isFile(configuration) {
      let bytes = try InputFile.bytes(configuration)
      endOfText = try Self.endOfText(in: JSONValue(parsing: bytes, path: configuration))
    }
    try self.init(json: InputFile.bytes(file), path: file, endOfText: endOfText)
  }

  /// Loads the bytes of a `tokenizer.json`.
  /// - Parameters:
  ///   - path: names the file in errors.
  ///   - endOfText: the text of the special token that ends a document.
  public init(json: [UInt8], path: String, endOfText: String? = nil) throws {
    let file = TokenizerFile(path: path)
    let root = try JSONValue(parsing: json, path: path)
    try file.checkPipeline(root)
    let added = try file.addedTokens(root)
    var (tokens, idByText) = try file.vocabulary(root, added: added)
    for token in added { tokens[Int(token.id)] = Array(token.text.utf8) }
    let byteIDs = try file.byteIDs(idByText)
    let merges = try file.merges(root, idByText)
    let model = root["model"] ?? .null
    let ignores = try file.flag(model, "model.ignore_merges", default: false)
    self.init(
      tokens: tokens, merges: merges, byteIDs: byteIDs, specialTokens: added,
      endOfText: try file.endOfText(named: endOfText, among: added), ignoresMerges: ignores)
  }

  private static func endOfText(in configuration: JSONValue) -> String? {
    switch configuration["eos_token"] {
    case .string(let text): return text
    case .object(let members):
      guard case .string(let text)? = members.first(where: { $0.key == "content" })?.value else {
        return nil
      }
      return text
    default: return nil
    }
  }
}

/// The parts of a `tokenizer.json`, each checked for what is not implemented.
private struct TokenizerFile {
  let path: String

  func fault(_ key: String, found: JSONValue, expected: String) -> Fault {
    Fault(
      .input, "'\(path)' needs something that is not implemented", at: "\(path), key '\(key)'",
      found: found.summary, expected: expected,
      hint: "byte-level BPE with GPT-2's split is; other tokenizers would get other ids")
  }

  func damaged(_ key: String, found: String, expected: String) -> Fault {
    Fault(
      .input, "'\(path)' is not a consistent tokenizer", at: "\(path), key '\(key)'",
      found: found, expected: expected)
  }

  func flag(_ object: JSONValue, _ key: String, default fallback: Bool) throws -> Bool {
    let name = key.split(separator: ".").last.map(String.init) ?? key
    switch object[name] {
    case .bool(let value): return value
    case nil, .null: return fallback
    case .some(let other): throw fault(key, found: other, expected: "true or false")
    }
  }

  private func check(_ key: String, _ value: JSONValue?, is allowed: [JSONValue]) throws {
    let found = value ?? .null
    guard !allowed.contains(found) else { return }
    throw fault(key, found: found, expected: allowed.map(\.summary).joined(separator: " or "))
  }

  func checkPipeline(_ root: JSONValue) throws {
    for key in ["truncation", "padding", "normalizer"] { try check(key, root[key], is: [.null]) }
    let split = root["pre_tokenizer"] ?? .null
    try check("pre_tokenizer.type", split["type"], is: [.string("ByteLevel")])
    try check("pre_tokenizer.add_prefix_space", split["add_prefix_space"], is: [.bool(false)])
    try check("pre_tokenizer.use_regex", split["use_regex"] ?? .bool(true), is: [.bool(true)])
    if let decoder = root["decoder"], !decoder.isNull {
      try check("decoder.type", decoder["type"], is: [.string("ByteLevel")])
    }
    if let processor = root["post_processor"], !processor.isNull {
      try check("post_processor.type", processor["type"], is: [.string("ByteLevel")])
    }
    guard let model = root["model"] else {
      throw damaged("model", found: "nothing", expected: "a BPE model")
    }
    // Old files name no type.
    try check("model.type", model["type"] ?? .string("BPE"), is: [.string("BPE")])
    try check("model.dropout", model["dropout"], is: [.null, .integer(0), .number(0)])
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      try check("model." + key, model[key], is: [.null, .string("")])
    }
    try check("model.byte_fallback", model["byte_fallback"] ?? .bool(false), is: [.bool(false)])
  }

  func addedTokens(_ root: JSONValue) throws -> [SpecialToken] {
    guard let list = root["added_tokens"], !list.isNull else { return [] }
    guard case .array(let entries) = list else {
      throw fault("added_tokens", found: list, expected: "a list")
    }
    return try entries.enumerated().map { index, entry in
      let key = "added_tokens[\(index)]"
      guard case .integer(let id)? = entry["id"], case .string(let text)? = entry["content"],
        (0..<Self.mostIDs).contains(id), !text.isEmpty
      else { throw fault(key, found: entry, expected: "an id and a content") }
      // Hugging Face finds a token that is not special in any text.
      guard case .bool(true)? = entry["special"] else {
        throw fault(
          key + ".special", found: entry["special"] ?? .null, expected: "true for '\(text)'")
      }
      return SpecialToken(id: UInt32(id), text: text)
    }
  }

  /// Ids up to here are read: a lie about an id must not cost memory.
  private static let mostIDs = 1 << 24

  func vocabulary(
    _ root: JSONValue, added: [SpecialToken]
  ) throws -> (tokens: [[UInt8]], idByText: [String: UInt32]) {
    guard case .object(let members)? = root["model"]?["vocab"], !members.isEmpty else {
      throw damaged("model.vocab", found: "nothing", expected: "tokens with their ids")
    }
    let special = Dictionary(
      added.map { ($0.text, $0.id) }, uniquingKeysWith: { first, _ in first })
    var tokens: [[UInt8]] = []
    var idByText = [String: UInt32](minimumCapacity: members.count)
    var taken: [Bool] = []
    func grow(to id: Int) {
      guard id >= tokens.count else { return }
      tokens.append(contentsOf: repeatElement([], count: id + 1 - tokens.count))
      taken.append(contentsOf: repeatElement(false, count: id + 1 - taken.count))
    }
    tokens.reserveCapacity(members.count)
    for member in members {
      let key = "model.vocab['\(member.key)']"
      guard case .integer(let id) = member.value, (0..<Self.mostIDs).contains(id) else {
        throw damaged(key, found: member.value.summary, expected: "an id below \(Self.mostIDs)")
      }
      grow(to: id)
      guard !taken[id], idByText.updateValue(UInt32(id), forKey: member.key) == nil else {
        throw damaged(key, found: "id \(id) again", expected: "each token and id once")
      }
      taken[id] = true
      if let own = special[member.key] {
        guard own == UInt32(id) else {
          throw damaged(key, found: "id \(id)", expected: "id \(own) as in added_tokens")
        }
      } else if let bytes = ByteAlphabet.decode(member.key), !bytes.isEmpty {
        tokens[id] = bytes
      } else {
        throw damaged(key, found: "'\(member.key)'", expected: "letters that stand for bytes")
      }
    }
    for (index, token) in added.enumerated() where idByText[token.text] == nil {
      grow(to: Int(token.id))
      guard !taken[Int(token.id)] else {
        throw damaged(
          "added_tokens[\(index)].id", found: "id \(token.id), which is a token of model.vocab",
          expected: "an id of its own")
      }
      taken[Int(token.id)] = true
    }
    return (tokens, idByText)
  }

  func byteIDs(_ idByText: [String: UInt32]) throws -> [UInt32] {
    try (0..<256).map { byte in
      guard let id = idByText[ByteAlphabet.encode([UInt8(byte)])] else {
        throw damaged(
          "model.vocab", found: "no token for byte \(byte)", expected: "a token for each byte")
      }
      return id
    }
  }

  func merges(
    _ root: JSONValue, _ idByText: [String: UInt32]
  ) throws -> [(left: UInt32, right: UInt32, merged: UInt32)] {
    guard case .array(let entries)? = root["model"]?["merges"] else {
      throw damaged("model.merges", found: "nothing", expected: "a list of pairs")
    }
    return try entries.enumerated().map { index, entry in
      let key = "model.merges[\(index)]"
      let parts: (left: String, right: String)
      switch entry {
      case .array(let pair):
        guard pair.count == 2, case .string(let left) = pair[0], case .string(let right) = pair[1]
        else { throw damaged(key, found: entry.summary, expected: "a pair of tokens") }
        parts = (left, right)
      case .string(let text):
        let pair = text.split(separator: " ", omittingEmptySubsequences: false)
        guard pair.count == 2 else {
          throw damaged(key, found: entry.summary, expected: "two tokens with a space between")
        }
        parts = (String(pair[0]), String(pair[1]))
      default: throw damaged(key, found: entry.summary, expected: "a pair of tokens")
      }
      guard let left = idByText[parts.left], let right = idByText[parts.right],
        let merged = idByText[parts.left + parts.right]
      else {
        throw damaged(
          key, found: "'\(parts.left)' and '\(parts.right)'",
          expected: "two tokens of model.vocab whose concatenation is in it too")
      }
      return (left, right, merged)
    }
  }

  func endOfText(named name: String?, among special: [SpecialToken]) throws -> UInt32? {
    if let name {
      if let token = special.first(where: { $0.text == name }) { return token.id }
      throw damaged(
        "added_tokens", found: special.map { "'\($0.text)'" }.joined(separator: ", "),
        expected: "the end-of-text token '\(name)'")
    }
    if let token = special.first(where: { $0.text == "<|endoftext|>" }) { return token.id }
    return special.count == 1 ? special.first?.id : nil
  }
}
