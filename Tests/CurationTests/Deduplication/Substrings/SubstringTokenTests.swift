import CounterRandom
import Corpora
import Foundation
import Streams
import TestFolders
import Testing
import Tokenization

@testable import Curation

/// Repeated substrings of tokens.
@Suite struct SubstringTokenTests {
  static let texts: [[UInt8]] = [
    "The naïve café served crème brûlée to the twelve guests who came in from the rain.",
    "Nobody knew that the naïve café served crème brûlée to the twelve guests 😀😃😄 at all.",
    "😀😃😄 at all.", "", "x",
    "The naïve café served crème brûlée to the twelve guests who came in from the rain.",
  ].map { Array($0.utf8) }

  /// Byte-level BPE of a few merges, so that tokens end inside characters.
  static func tokenizer(fillers: Int) throws -> BytePairTokenizer {
    // The letters that stand for the bytes 0xC3 (Ã), 0xA9 (©), 0xF0 (ð), 0x9F (Ł) and a space (Ġ).
    let merges = ["t h", "th e", "Ġ the", "e r", "Ġ c", "s t", "ð Ł", "f Ã", "Ġ t", "i n"]
    var vocabulary: [String: Int] = [:]
    for (id, letter) in ByteLetters.all.enumerated() { vocabulary[letter] = id }
    for merge in merges {
      vocabulary[merge.replacingOccurrences(of: " ", with: "")] = vocabulary.count
    }
    for filler in 0..<fillers { vocabulary["filler\(filler)"] = vocabulary.count }
    let json: [String: Any] = [
      "version": "1.0",
      "added_tokens": [],
      "pre_tokenizer": ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true],
      "decoder": ["type": "ByteLevel"],
      "model": ["type": "BPE", "vocab": vocabulary, "merges": merges],
    ]
    let folder = try TemporaryFolder()
    let bytes = try JSONSerialization.data(withJSONObject: json)
    return try BytePairTokenizer(path: folder.file("tokenizer.json", Array(bytes)))
  }

  @Test("the spans are the definition's, of two and four bytes a token", arguments: [0, 70_000])
  func spans(fillers: Int) throws {
    let tokenizer = try Self.tokenizer(fillers: fillers)
    let inputs = [Array(Self.texts[..<2]), Array(Self.texts[2...])]
    let symbols = try inputs.map {
      try $0.map { text in
        let scratch = EncoderScratch(cacheByteCount: 1 << 16)
        let ids = text.withUnsafeBytes { tokenizer.encode($0, scratch: scratch) { Array($0) } }
        return try ids.map { Array(try tokenizer.bytes(of: $0)) }
      }
    }
    #expect(symbols.joined().contains { $0.contains([0xF0, 0x9F]) })
    for minimum in [3, 6, 20] {
      for removal in SubstringSettings.Removal.allCases {
        let settings = try SubstringSettings(
          symbols: .tokens(tokenizer), minimum: minimum, removal: removal)
        #expect(settings.width == (fillers == 0 ? 2 : 4))
        let found = try SubstringTrial(settings: settings).spans(inputs, in: TemporaryFolder())
        let plain = PlainSubstrings(minimum: minimum, removesAll: removal == .all)
        #expect(found == plain.spans(symbols), "\(minimum) \(removal)")
        #expect(found.joined().count > 0)
      }
    }
  }

  @Test("offsets are right behind many tokens")
  func longTexts() throws {
    let tokenizer = try Self.tokenizer(fillers: 0)
    let random = CounterRandom(seed: 1, purpose: "long texts of tokens")
    func text(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(97 + random.below(26, UInt64(number * 100_000 + $0))) }
    }
    let passage = text(0, 700)
    let inputs = [
      [text(1, 3000), text(2, 5000) + passage + text(3, 10)], [text(4, 2111) + passage],
    ]
    let settings = try SubstringSettings(symbols: .tokens(tokenizer), minimum: 50)
    let found = try SubstringTrial(settings: settings).spans(inputs, in: TemporaryFolder())
    let span = try #require(found[1].first)
    #expect(found[0] == [] && found[1].count == 1)
    // A merge may join the passage's first letters to what stands before it.
    #expect(abs(span.bytes.lowerBound - 2111) <= 2 && span.bytes.upperBound == 2811)
    let start = span.bytes.lowerBound - 2111
    #expect(span.kept == [0, 1, 5000 + start])
  }
}

/// The letters that stand for bytes in a byte-level vocabulary, by byte.
enum ByteLetters {
  static let all: [String] = {
    var next: UInt32 = 256
    return (0..<256).map { byte in
      let isPlain =
        (33...126).contains(byte) || (161...172).contains(byte) || (174...255).contains(byte)
      defer { if !isPlain { next += 1 } }
      return String(Character(Unicode.Scalar(isPlain ? UInt32(byte) : next) ?? " "))
    }
  }()
}
