import Foundation
import Testing

@testable import Curation

/// The ways of cutting words beside datatrove's.
@Suite struct WordModeTests {
  /// Made by tools/word-tables/make_golden_word_modes.py.
  struct Row: Decodable {
    var text: String
    /// uniseg's, where a letter or a digit is in them.
    var unicode: [String]
    /// Python's `split()`.
    var whitespace: [String]
  }

  static func rows() throws -> [Row] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/word-modes.jsonl")
    return try Data(contentsOf: file).split(separator: 10).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
  }

  static func words(_ bytes: [UInt8], _ mode: WordMode) throws -> [String] {
    let anatomy = try TextAnatomy()
    return try bytes.withUnsafeBytes { text in
      try anatomy.withText(text, words: mode) { anatomy in
        (0..<anatomy.wordCount).map {
          String(decoding: bytes[anatomy.wordRange($0)], as: UTF8.self)
        }
      }
    }
  }

  @Test("words between Unicode's boundaries are uniseg's")
  func unicode() throws {
    let rows = try Self.rows()
    #expect(rows.count > 100)
    for row in rows {
      #expect(try Self.words(Array(row.text.utf8), .unicode) == row.unicode, "\(row.text)")
    }
  }

  @Test("words between white space are those of Python's split")
  func whitespace() throws {
    for row in try Self.rows() {
      #expect(try Self.words(Array(row.text.utf8), .whitespace) == row.whitespace, "\(row.text)")
    }
  }

  @Test(
    "fast words are cut at punctuation around chunks and at what joins letters in them",
    arguments: [
      ("It can't be; he's (almost) done.", "It can 't be ; he 's ( almost ) done ."),
      ("“Don’t!” she said…", "“ Don ’t ! ” she said …"),
      ("3.14 1,000 a,b a.b a.B U.S. x_y AT&T", "3.14 1,000 a , b a.b a . B U.S . x_y AT&T"),
      (
        "a-b a--b --- ... !!! 1-a 1-2 a/b me@a.org",
        "a - b a--b --- ... ! ! ! 1 - a 1-2 a / b me@a.org"
      ),
      ("naïve e\u{301}a नमस्ते। 日本、語 x²", "naïve e\u{301}a नमस्ते । 日本、語 x²"),
      ("'quoted' rock'n'roll 1'2 '", "' quoted ' rock 'n 'roll 1'2 '"),
      ("_a_ .a. ,1, a,1 1,a 😀😀 i++ a:=b", "_ a _ .a . , 1 , a,1 1,a 😀 😀 i++ a:=b"),
    ])
  func fast(text: String, expected: String) throws {
    let words = expected.split(separator: " ").map(String.init)
    #expect(try Self.words(Array(text.utf8), .fast) == words)
    // Another walk cuts chunks beyond 64 bytes, and with characters beyond ASCII.
    for letter in [String(repeating: "a", count: 70), "é"] {
      let other = text.replacing("a", with: letter)
      #expect(
        try Self.words(Array(other.utf8), .fast) == words.map { $0.replacing("a", with: letter) })
    }
  }

  @Test("the flags and lengths of a word are those of its characters, in every mode")
  func flags() throws {
    let names = ["word_and_symbol_count", "word_count", "mean_word_length", "alpha_word_ratio"]
    for mode in WordMode.allCases {
      let meter = try SignalMeter(names, words: mode)
      for row in try Self.rows() {
        let bytes = Array(row.text.utf8)
        let words = try Self.words(bytes, mode)
        let values = try bytes.withUnsafeBytes { try meter.measure($0) }
        let letters = words.filter { word in
          word.unicodeScalars.contains {
            switch $0.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter,
              .otherLetter:
              true
            default: false
            }
          }
        }
        #expect(values[0] == Float(words.count), "\(mode) \(row.text)")
        #expect(values[3] == ratio(letters.count, of: words.count) || words.isEmpty)
        if mode == .unicode {
          // Each of them has a letter or a digit, so none is only symbols.
          let characters = words.reduce(0) { $0 + $1.unicodeScalars.count }
          #expect(values[1] == values[0])
          #expect(values[2] == ratio(characters, of: words.count) || words.isEmpty)
        }
      }
    }
  }

  @Test(
    "of the marks # and …, those outside any word count for none",
    arguments: [
      ("# a", 0, 0.5), ("a … b", 0, 1 / 3), ("…# #a", 0, 1), ("a# b", 0, 0.5), ("a", 0, 0),
      ("a#b c", 0, 0.5), ("# …", 0, 1),
    ] as [(String, Float, Float)])
  func symbolWords(text: String, unicode: Float, whitespace: Float) throws {
    for (mode, expected) in [(WordMode.unicode, unicode), (.whitespace, whitespace)] {
      let meter = try SignalMeter(["dolma_symbol_word_ratio"], words: mode)
      #expect(try Array(text.utf8).withUnsafeBytes { try meter.measure($0) } == [expected])
    }
  }

  @Test("bytes that are not UTF-8 are cut into words that lie in the text, in order, in every mode")
  func invalidBytes() throws {
    var random = SystemRandomNumberGenerator()
    let lead: [UInt8] = [0xC2, 0xE2, 0x80, 0x8D, 0xF0, 0x9F, 0xFF, 0x2E, 0x20, 0x27, 0x73, 0x0A]
    let anatomy = try TextAnatomy()
    for _ in 0..<300 {
      let count = Int.random(in: 0...200, using: &random)
      let bytes = (0..<count).map { _ in
        Bool.random() ? lead.randomElement() ?? 0 : UInt8.random(in: 0...255, using: &random)
      }
      for mode in WordMode.allCases {
        try bytes.withUnsafeBytes { text in
          try anatomy.withText(text, words: mode) { anatomy in
            var end = 0
            for word in 0..<anatomy.wordCount {
              let range = anatomy.wordRange(word)
              #expect(range.lowerBound >= end && !range.isEmpty)
              end = range.upperBound
            }
            #expect(end <= count)
          }
        }
      }
    }
  }
}
