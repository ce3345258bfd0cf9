import LanguageModel
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
}
