import Curation
import Foundation
import Testing

/// spaCy's words and datatrove's Gopher verdicts on texts that touch every rule of the tokenizer;
/// made by tools/word-tables/make_golden_words.py.
@Suite struct GoldenWordsTests {
  struct Row: Decodable {
    var text: String
    var words: [String]
    var quality: String?
    var repetition: String?
    var values: [String: Double?]
  }

  static func rows() throws -> [Row] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/english-words.jsonl")
    return try Data(contentsOf: file).split(separator: 10).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
  }

  static func words(_ text: String, _ anatomy: TextAnatomy) throws -> [String] {
    let bytes = Array(text.utf8)
    return try anatomy.withText(bytes) { anatomy in
      (0..<anatomy.wordCount).map {
        String(decoding: bytes[anatomy.wordRange($0)], as: UTF8.self)
      }
    }
  }

  @Test("the words of each golden text are spaCy's")
  func goldenWords() throws {
    let anatomy = try TextAnatomy()
    let rows = try Self.rows()
    #expect(rows.count > 100)
    for row in rows { #expect(try Self.words(row.text, anatomy) == row.words, "\(row.text)") }
  }

  @Test("each Gopher signal of each golden text is datatrove's, to the last bit of a float")
  func goldenSignals() throws {
    let renamed = ["token_count": "word_and_symbol_count"]
    for row in try Self.rows() {
      let names = row.values.keys.sorted()
      let meter = try SignalMeter(names.map { renamed[$0] ?? $0 })
      let values = try Array(row.text.utf8).withUnsafeBytes { try meter.measure($0) }
      for (name, value) in zip(names, values) {
        guard let expected = row.values[name] ?? nil else { continue }
        #expect(value == Float(expected), "\(name) of \(row.text)")
      }
    }
  }

  @Test("the first failed rule of each golden text is the reason that datatrove gives")
  func goldenReasons() throws {
    let packs = ["gopher-quality", "gopher-repetition"]
    for row in try Self.rows() {
      let reasons = try packs.map { pack in
        try trials(FilterChain([.named(pack)]), on: row.text)
          .first { $0.verdict == .fails }?.rule
      }
      #expect(reasons == [row.quality, row.repetition], "\(row.text)")
    }
  }
}
