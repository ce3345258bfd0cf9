import Streams

extension BytePairTokenizer {
  /// Writes `tokenizer.json` and `tokenizer_config.json` into a folder, as `tokenizers` and
  /// `transformers` read them.
  public func save(to folder: String) throws {
    try OutputFile.write(tokenizerJSON().utf8, to: folder + "/tokenizer.json")
    try OutputFile.write(configurationJSON().utf8, to: folder + "/tokenizer_config.json")
  }

  /// The text of `tokenizer.json`; the same tokenizer gives the same bytes.
  func tokenizerJSON() -> String {
    let special = Dictionary(
      specialTokens.map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
    func letters(_ id: UInt32) -> String { special[id] ?? ByteAlphabet.encode(vocabulary[id]) }
    let added = specialTokens.map { token in
      "    {\"id\": \(token.id), \"content\": \(JSONValue.quoted(token.text)), "
        + "\"single_word\": false, \"lstrip\": false, \"rstrip\": false, "
        + "\"normalized\": false, \"special\": true}"
    }
    var entries: [String] = []
    for id in 0..<UInt32(vocabulary.count) where !vocabulary[id].isEmpty {
      entries.append("      \(JSONValue.quoted(letters(id))): \(id)")
    }
    let pairs = merges.map {
      "      [\(JSONValue.quoted(letters($0.left))), \(JSONValue.quoted(letters($0.right)))]"
    }
    return """
      {
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": \(Self.list(added, indent: "  ")),
        "normalizer": null,
        "pre_tokenizer": {
          "type": "ByteLevel",
          "add_prefix_space": false,
          "trim_offsets": true,
          "use_regex": true
        },
        "post_processor": null,
        "decoder": {
          "type": "ByteLevel",
          "add_prefix_space": true,
          "trim_offsets": true,
          "use_regex": true
        },
        "model": {
          "type": "BPE",
          "dropout": null,
          "unk_token": null,
          "continuing_subword_prefix": null,
          "end_of_word_suffix": null,
          "fuse_unk": false,
          "byte_fallback": false,
          "ignore_merges": \(ignoresMerges),
          "vocab": {
      \(entries.joined(separator: ",\n"))
          },
          "merges": \(Self.list(pairs, indent: "    "))
        }
      }

      """
  }

  private static func list(_ lines: [String], indent: String) -> String {
    lines.isEmpty ? "[]" : "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
  }

  private func configurationJSON() -> String {
    let end = specialTokens.first { $0.id == endOfText }
    let quoted = end.map { JSONValue.quoted($0.text) } ?? "null"
    return """
      {
        "add_prefix_space": false,
        "bos_token": \(quoted),
        "clean_up_tokenization_spaces": false,
        "eos_token": \(quoted),
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": null
      }

      """
  }
}
