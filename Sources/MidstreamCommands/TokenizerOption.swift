import ArgumentParser
import Streams
import Tokenization

/// `--tokenizer T`.
struct TokenizerOption: ParsableArguments {
  @Option(help: ArgumentHelp("A folder with tokenizer.json, or the file.", valueName: "path"))
  var tokenizer: String

  func load() throws -> BytePairTokenizer { try Self.load(tokenizer) }

  static func load(_ path: String) throws -> BytePairTokenizer {
    let file = Folder.isFolder(path) ? path + "/tokenizer.json" : path
    try InputPath.checkFile(file)
    return try BytePairTokenizer(path: path)
  }
}
