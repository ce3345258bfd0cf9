import Streams
import Testing

@testable import Tokenization

/// Files of real data beside the repository; tests that need them are skipped where they are absent.
enum SharedData {
  static let folder: String = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/" + root + "/../shared/data"
  }()

  static func has(_ name: String) -> Bool {
    let found = Folder.isFile(folder + "/" + name)
    if !found { print("skipped: there is no '\(folder)/\(name)'") }
    return found
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try InputFile.decompressedBytes(folder + "/" + name)
  }

  /// GPT-2's vocabulary in the form of `tokenizer.json`; merges as "a b".
  static func gpt2JSON() throws -> [UInt8] {
    let vocabulary = String(decoding: try bytes("tokenizers/gpt2/encoder.json.zst"), as: UTF8.self)
    let lines = String(decoding: try bytes("tokenizers/gpt2/vocab.bpe.zst"), as: UTF8.self)
      .split(separator: "\n").dropFirst()
    let merges = lines.map { JSONValue.quoted(String($0)) }.joined(separator: ",")
    return Array(
      TokenizerText(vocabulary: vocabulary, merges: "[\(merges)]", endOfTextID: 50256).json.utf8)
  }

  static func gpt2() throws -> BytePairTokenizer {
    try BytePairTokenizer(json: gpt2JSON(), path: "gpt2.json")
  }
}

/// A `tokenizer.json` of which a test can change single parts.
struct TokenizerText {
  var vocabulary: String
  var merges: String
  var endOfTextID: Int
  var normalizer = "null"
  var preTokenizer = #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}"#
  var postProcessor = "null"
  var decoder = #"{"type": "ByteLevel"}"#
  var truncation = "null"
  var modelFields = #""type": "BPE", "dropout": null, "byte_fallback": false"#
  var added = ""

  var json: String {
    """
    {"version": "1.0", "truncation": \(truncation), "padding": null,
     "added_tokens": [{"id": \(endOfTextID), "content": "<|endoftext|>", "special": true}\(added)],
     "normalizer": \(normalizer), "pre_tokenizer": \(preTokenizer),
     "post_processor": \(postProcessor), "decoder": \(decoder),
     "model": {\(modelFields), "vocab": \(vocabulary), "merges": \(merges)}}
    """
  }

  /// Bytes, and the merges "t h", "th e", "Ġ the".
  static var small: TokenizerText {
    let letters = ByteAlphabet.bytesByLetter.map { ByteAlphabet.encode([$0]) }
    let tokens = ["<|endoftext|>"] + letters + ["th", "the", "Ġthe"]
    let members = tokens.enumerated().map { "\(JSONValue.quoted($1)): \($0)" }
    return TokenizerText(
      vocabulary: "{\(members.joined(separator: ", "))}",
      merges: #"[["t", "h"], "th e", ["Ġ", "the"]]"#, endOfTextID: 0)
  }
}
