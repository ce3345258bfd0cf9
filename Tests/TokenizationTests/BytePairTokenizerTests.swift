import Streams
import TestFolders
import Testing

@testable import Tokenization

@Suite struct BytePairTokenizerTests {
  private func small(_ change: (inout TokenizerText) -> Void = { _ in }) throws
    -> BytePairTokenizer
  {
    var text = TokenizerText.small
    change(&text)
    return try BytePairTokenizer(json: Array(text.json.utf8), path: "t.json")
  }

  @Test(
    "GPT-2's ids are those of tiktoken",
    .enabled(if: SharedData.has("tokenizers/expected/gpt2.jsonl.zst")))
  func gpt2Golden() throws {
    let tokenizer = try SharedData.gpt2()
    #expect(tokenizer.vocabularyCount == 50257)
    #expect(tokenizer.endOfText == 50256)
    let scratch = EncoderScratch(cacheByteCount: 1 << 16)
    let lines = try SharedData.bytes("tokenizers/expected/gpt2.jsonl.zst").split(separator: 10)
    #expect(lines.count > 400)
    for line in lines {
      let record = try JSONValue(parsing: Array(line), path: "gpt2.jsonl")
      guard case .string(let text)? = record["text"], case .array(let ids)? = record["ids"] else {
        Issue.record("a line without text and ids")
        continue
      }
      let bytes = Array(text.utf8)
      let found = bytes.withUnsafeBytes { tokenizer.encode($0, scratch: scratch) { Array($0) } }
      #expect(found.map { .integer(Int($0)) } == ids, "\(text.prefix(80))")
      #expect(try tokenizer.decode(found) == bytes)
    }
  }

  @Test("merges apply by rank, and a special token in a text is only text")
  func ranksAndSpecialText() throws {
    let tokenizer = try small()
    let the = try #require(tokenizer.id(of: "the".utf8))
    let spaceThe = try #require(tokenizer.id(of: " the".utf8))
    #expect(tokenizer.encode("the the") == [the, spaceThe])
    #expect(tokenizer.encode("<|endoftext|>").count == 13)
    #expect(tokenizer.encode("") == [])
    #expect(tokenizer.endOfText == 0)
    #expect(try tokenizer.decode([0]) == Array("<|endoftext|>".utf8))
  }

  @Test("with ignore_merges a pre-token that is a token is taken whole")
  func ignoreMerges() throws {
    let without = try small { $0.merges = "[]" }
    #expect(without.encode("the").count == 3)
    let with = try small {
      $0.merges = "[]"
      $0.modelFields += #", "ignore_merges": true"#
    }
    #expect(with.encode("the").count == 1)
    #expect(with.digest != without.digest)
  }

  @Test("bytes that are not UTF-8 come back from decoding")
  func invalidBytes() throws {
    let tokenizer = try small()
    let scratch = EncoderScratch()
    var state: UInt64 = 1
    for length in [0, 1, 2, 3, 17, 63, 64, 65, 4095, 4096, 4100, 20000] {
      let bytes = (0..<length).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      let ids = bytes.withUnsafeBytes { tokenizer.encode($0, scratch: scratch) { Array($0) } }
      #expect(try tokenizer.decode(ids) == bytes)
    }
  }

  @Test("a small cache, a large one and none of the words before it give the same ids")
  func cacheDoesNotMatter() throws {
    let tokenizer = try small()
    let small = EncoderScratch(cacheByteCount: 1)
    var text = ""
    for i in 0..<6_000 { text += " the\(i * 7919 % 10_007)th thethethethethethethe\(i)" }
    let bytes = Array(text.utf8)
    let once = bytes.withUnsafeBytes { tokenizer.encode($0, scratch: small) { Array($0) } }
    let again = bytes.withUnsafeBytes { tokenizer.encode($0, scratch: small) { Array($0) } }
    let large = bytes.withUnsafeBytes {
      tokenizer.encode($0, scratch: EncoderScratch()) { Array($0) }
    }
    #expect(once == large && again == large)
    #expect(try tokenizer.decode(large) == bytes)
  }

  @Test("a scratch that served one tokenizer serves another")
  func scratchChangesOwner() throws {
    let (one, two) = (try small(), try small { $0.merges = "[]" })
    let scratch = EncoderScratch()
    let bytes = Array("the".utf8)
    #expect(bytes.withUnsafeBytes { one.encode($0, scratch: scratch) { $0.count } } == 1)
    #expect(bytes.withUnsafeBytes { two.encode($0, scratch: scratch) { $0.count } } == 3)
    #expect(bytes.withUnsafeBytes { one.encode($0, scratch: scratch) { $0.count } } == 1)
  }

  @Test("a long word is merged as a short one is", arguments: [47, 48, 49, 1 << 14])
  func longWord(count: Int) throws {
    let tokenizer = try small()
    let th = try #require(tokenizer.id(of: "th".utf8))
    let ids = tokenizer.encode(String(repeating: "th", count: count / 2))
    #expect(ids.count == count / 2 && ids.allSatisfy { $0 == th })
  }

  @Test(
    "what would change ids is refused by the name of its key",
    arguments: [
      ("normalizer", \TokenizerText.normalizer, #"{"type": "NFC"}"#),
      ("truncation", \.truncation, #"{"max_length": 512}"#),
      ("pre_tokenizer.type", \.preTokenizer, #"{"type": "Whitespace"}"#),
      ("pre_tokenizer.type", \.preTokenizer, "null"),
      ("pre_tokenizer.add_prefix_space", \.preTokenizer, #"{"type": "ByteLevel"}"#),
      (
        "pre_tokenizer.use_regex", \.preTokenizer,
        #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}"#
      ),
      ("post_processor.type", \.postProcessor, #"{"type": "TemplateProcessing"}"#),
      ("decoder.type", \.decoder, #"{"type": "WordPiece"}"#),
      ("model.type", \.modelFields, #""type": "Unigram""#),
      ("model.byte_fallback", \.modelFields, #""type": "BPE", "byte_fallback": true"#),
      ("model.dropout", \.modelFields, #""dropout": 0.1"#),
      ("model.end_of_word_suffix", \.modelFields, #""end_of_word_suffix": "</w>""#),
      (
        "added_tokens[1].special", \.added, #", {"id": 5, "content": "x y", "special": false}"#
      ),
    ] as [(String, WritableKeyPath<TokenizerText, String> & Sendable, String)])
  func unimplemented(
    key: String, part: WritableKeyPath<TokenizerText, String> & Sendable, value: String
  ) {
    let fault = #expect(throws: Fault.self) { _ = try small { $0[keyPath: part] = value } }
    #expect(fault?.place == "t.json, key '\(key)'")
    #expect(fault?.kind == .input)
  }

  @Test("a tokenizer that contradicts itself is refused")
  func contradictions() throws {
    #expect(throws: Fault.self) { _ = try small { $0.merges = #"[["t", "x"]]"# } }
    #expect(throws: Fault.self) { _ = try small { $0.merges = #"["t h e"]"# } }
    #expect(throws: Fault.self) { _ = try small { $0.vocabulary = #"{"a": 0}"# } }
    #expect(throws: Fault.self) { _ = try small { $0.vocabulary = #"{"a": -1}"# } }
    #expect(throws: Fault.self) { _ = try small { $0.vocabulary = #"{"a": 99999999999}"# } }
    #expect(throws: Fault.self) { _ = try small { $0.endOfTextID = 3 } }
    let whole = Array(TokenizerText.small.json.utf8)
    for cut in stride(from: 0, to: whole.count - 1, by: 97) {
      #expect(throws: Fault.self) {
        _ = try BytePairTokenizer(json: Array(whole[..<cut]), path: "t.json")
      }
    }
  }

  @Test(
    "a tokenizer with a normalizer and tokens that are found in texts is refused",
    .enabled(if: SharedData.has("tokenizers/hf_json/gpt-neo-test-tokenizer.json.zst")))
  func gptNeo() throws {
    let json = try SharedData.bytes("tokenizers/hf_json/gpt-neo-test-tokenizer.json.zst")
    let fault = #expect(throws: Fault.self) {
      _ = try BytePairTokenizer(json: json, path: "neo.json")
    }
    #expect(fault?.place?.contains("normalizer") == true)
  }

  @Test("saving and loading gives the same tokenizer, and saving again the same bytes")
  func roundTrip() throws {
    let tokenizer = try small {
      $0.added = #", {"id": 300, "content": "<|x▁y|>", "special": true}"#
    }
    let folder = try TemporaryFolder()
    try tokenizer.save(to: folder.path)
    let loaded = try BytePairTokenizer(path: folder.path)
    #expect(loaded.digest == tokenizer.digest)
    #expect(loaded.specialTokens == tokenizer.specialTokens)
    #expect(loaded.endOfText == 0)
    #expect(loaded.tokenizerJSON() == tokenizer.tokenizerJSON())
    #expect(loaded.vocabularyCount == 301)
    #expect(throws: Fault.self) { try loaded.decode([301]) }
  }
}
