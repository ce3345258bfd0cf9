import Corpora
import Runs
import Testing

@testable import Curation

/// What is true of the line edits on any text. What they take away is compared with their originals
/// in GoldenPacksTests.
@Suite struct LineEditsTests {
  struct Edited {
    var text: [UInt8]
    var counts: [Float]
    var changes: [TextChange]
  }

  static func edit(_ bytes: [UInt8], _ name: String) throws -> Edited {
    let type = try #require(TextEdits.all[name])
    let editor = try type.init(Recipe(text: "edit: \(name)", path: "p.yaml").root).makeEditor()
    let anatomy = try TextAnatomy()
    var output: [UInt8] = [1, 2]
    var counts = [Float](repeating: 0, count: type.signals.count)
    var changes: [TextChange]? = []
    try bytes.withUnsafeBytes { text in
      try anatomy.withText(text, words: nil) { anatomy in
        try counts.withUnsafeMutableBufferPointer { counts in
          try editor.edit(
            text, of: DocumentBatch(), at: 0, anatomy: anatomy, into: &output, counts: counts,
            changes: &changes)
        }
      }
    }
    #expect(output.prefix(2) == [1, 2], "what was there before stays")
    return Edited(text: Array(output.dropFirst(2)), counts: counts, changes: changes ?? [])
  }

  static func apply(_ changes: [TextChange], to text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var at = 0
    for change in changes {
      #expect(change.range.lowerBound >= at, "changes come in order")
      result += text[at..<change.range.lowerBound]
      result += change.replacement.utf8
      at = change.range.upperBound
    }
    return result + text[at...]
  }

  @Test(
    "the changes that an edit notes make its text",
    arguments: ["refinedweb_lines", "dolma_c4_lines", "symbol_lines"])
  func changes(name: String) throws {
    for file in ["dclm", "dolma-taggers"] {
      for row in try GoldenPacksTests.golden(file).rows {
        let text = Array(row.text.utf8)
        let edited = try Self.edit(text, name)
        #expect(Self.apply(edited.changes, to: text) == edited.text, "\(row.text.debugDescription)")
      }
    }
  }

  @Test(
    "bytes that are not UTF-8 are edited without a fault",
    arguments: ["refinedweb_lines", "dolma_c4_lines", "symbol_lines"])
  func invalidBytes(name: String) throws {
    var random = SystemRandomNumberGenerator()
    let parts: [[UInt8]] = [
      [0xC2], [0xE2, 0x80], [0xA6], [0xF0], [0xFF], [0x0A], [0x20], Array("3 likes".utf8),
      Array("Sign-in".utf8), Array("read more...".utf8), Array("items in cart".utf8), [0x85],
      [0x41], [0x7C], [0x0D],
    ]
    for _ in 0..<300 {
      let count = Int.random(in: 0...30, using: &random)
      let text = (0..<count).flatMap { _ in parts.randomElement(using: &random) ?? [] }
      let edited = try Self.edit(text, name)
      #expect(Self.apply(edited.changes, to: text) == edited.text)
    }
  }

  @Test(
    "two megabytes of one pattern are edited whole; a quadratic walk would not come to its end",
    arguments: ["refinedweb_lines", "dolma_c4_lines", "symbol_lines"])
  func nearlyLinear(name: String) throws {
    for pattern in [
      "a", "A", "1", "\n", " \n", "a\n", "1\n", "\u{0301}", "items in cart", "items in cart\n",
      "sign-in\n", "read more...", "ab read more...\n", "1,", "1 likes ", " ", "\u{00A0}",
      "two words\n", "|", "|\n", "|\na\r",
    ] {
      let unit = Array(pattern.utf8)
      var text: [UInt8] = []
      while text.count < 2_000_000 { text.append(contentsOf: unit) }
      let edited = try Self.edit(text, name)
      #expect(edited.text.count <= text.count)
    }
  }

  @Test("the share of words that went is that of words which start with a letter or digit")
  func share() throws {
    let text = Array("one two three four\n5 likes\n- - -\nfive six".utf8)
    let edited = try Self.edit(text, "refinedweb_lines")
    #expect(String(decoding: edited.text, as: UTF8.self) == "one two three four\n- - -\nfive six")
    #expect(edited.counts == [1, 0.25])
    #expect(try Self.edit([], "refinedweb_lines").counts == [0, 1])
  }

  @Test(
    "lines of white space alone are not counted as lines that went",
    arguments: [
      ("one two\n \nthree four", 0), ("one two\n \u{2003}\t\n", 0), ("\n \n one two\n\n  \n ", 0),
      ("one two\n \n123  \n \n", 1), ("one two\n \nthree\n \n3 likes\n", 2), (" \n ", 0),
    ] as [(String, Float)])
  func whiteSpaceLines(text: String, count: Float) throws {
    let bytes = Array(text.utf8)
    let edited = try Self.edit(bytes, "refinedweb_lines")
    #expect(edited.counts[0] == count)
    #expect(edited.changes.count { $0.reason != "white space" } == Int(count))
    #expect(Self.apply(edited.changes, to: bytes) == edited.text)
  }
}
