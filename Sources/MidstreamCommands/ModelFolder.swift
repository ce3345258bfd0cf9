import LanguageModel
import Mixtures
import Streams
import Tokenization

/// A checkpoint's folder with the tokenizer that belongs to it.
enum ModelFolder {
  static func check(_ folder: String) throws {
    try InputPath.checkFolder(folder, expected: "a checkpoint's folder with config.json")
  }

  static func load(_ folder: String) throws -> (model: LlamaModel, tokenizer: BytePairTokenizer) {
    try check(folder)
    let model = try Checkpoint.load(folder)
    let tokenizer = try TokenizerOption.load(folder)
    guard tokenizer.vocabularyCount <= model.configuration.vocabularySize else {
      throw Fault(
        .input, "the tokenizer of '\(folder)' does not belong to its model",
        at: folder + "/tokenizer.json", found: "\(tokenizer.vocabularyCount) tokens",
        expected: "at most \(model.configuration.vocabularySize)")
    }
    return (model, tokenizer)
  }

  /// Shards of another tokenizer than the checkpoint's would teach it other words under the same
  /// numbers.
  static func requireTokenizer(of shards: [DomainShards], checkpoint: String) throws {
    let path = checkpoint + "/tokenizer.json"
    guard Folder.isFile(path) else { return }
    try BytePairTokenizer(path: path).requireMade(shards, name: path)
  }
}

extension BytePairTokenizer {
  /// Throws for the first shards that another tokenizer made.
  func requireMade(_ shards: [DomainShards], name: String) throws {
    for shard in shards {
      if let found = shard.tokenizerDigest, found != digest {
        throw Fault(
          .input, "the shards of '\(shard.name)' were made with another tokenizer than '\(name)'",
          at: shard.folder, found: found.hex, expected: digest.hex,
          hint: "tokenize the text again with this tokenizer")
      }
    }
  }
}
