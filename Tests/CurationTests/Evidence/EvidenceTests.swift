import Corpora
import CounterRandom
import Foundation
import Testing

@testable import Curation

@Suite struct EvidenceTests {
  private func pack(_ body: String) throws -> FilterPack {
    try FilterPack(
      yaml: "name: p\nversion: 1\npaper: none\ndescription: d\n" + body, path: "p.yaml")
  }

  private func batch(_ text: String) -> DocumentBatch {
    var batch = DocumentBatch()
    batch.append(Document(id: "1", text: text, source: ""))
    return batch
  }

  /// The marked parts of a text, for a rule that compares this signal.
  private func marked(
    _ signal: String, in text: String, comparison: String = ">", limit: Int = 8
  ) throws -> [String] {
    let chain = FilterChain([
      try pack(
        "measurements: [\(signal)]\nrules:\n  - {id: r, fails_when: \(signal) \(comparison) 0.5}\n")
    ])
    let finder = try EvidenceFinder(chain)
    let texts = try finder.replay(batch(text), 0)
    return try finder.spans(of: chain.rules[0], in: texts, limit: limit).map { span in
      #expect(span.signal == signal)
      return String(decoding: texts.versions[span.version].text[span.range], as: UTF8.self)
    }
  }

  @Test("the second copies of lines and paragraphs are marked, not the first")
  func repeatedParts() throws {
    #expect(try marked("dup_line_frac", in: "one\ntwo\none\n\nthree\ntwo\n") == ["one", "two"])
    #expect(try marked("dup_para_frac", in: "a b\n\nc\n\na b\n\n\nd") == ["a b"])
    #expect(try marked("dup_line_char_frac", in: "a\na\na\nb\na") == ["a\na", "a"])
  }

  @Test("the most frequent n-gram is marked wherever it stands, and the first where none repeats")
  func topGram() throws {
    #expect(
      try marked("top_2_gram", in: "the cat and the cat and a dog, the cat")
        == ["the cat", "the cat", "the cat"])
    #expect(try marked("top_3_gram", in: "one two three four") == ["one two three"])
    #expect(try marked("top_2_gram", in: "no no no no") == ["no no no no"])
    #expect(try marked("top_4_gram", in: "too short") == [])
  }

  @Test("n-grams that occurred before are marked, also where spaces stand elsewhere")
  func duplicateGrams() throws {
    #expect(
      try marked("dup_5_gram", in: "a b c d e x a b c d e y ab c d e f a b c d e")
        == ["a b c d e", "a b c d e"])
    #expect(
      try marked("dup_5_gram", in: "it is to day now, it is today no w") == ["it is today no w"])
    #expect(
      try marked("dup_10_gram", in: "1 a b c d e a b c d e a b c d e")
        == ["a b c d e a b c d e"])
    #expect(try marked("dup_10_gram", in: "a b c d e a b c d e a b c d") == [])
  }

  @Test("symbols, bullets, ellipses, words without letters and the longest line are marked")
  func symbols() throws {
    #expect(try marked("hash_ratio", in: "# a #b ##") == ["#", "#", "##"])
    #expect(try marked("ellipsis_ratio", in: "so... and…or....") == ["...", "…", "..."])
    #expect(
      try marked("bullet_line_ratio", in: "- one\n  • two  \nthree\n\u{3000}-four\u{2003}")
        == ["- one\n  • two", "-four"])
    #expect(
      try marked("ellipsis_line_ratio", in: "read more...  \nno\nyes …\u{A0}\n")
        == ["read more...", "yes …"])
    #expect(
      try marked("alpha_word_ratio", in: "a 12 3 b ( ) c", comparison: "<") == ["12 3", "( )"])
    #expect(try marked("max_line_length", in: "short\nthe longest\nüüüüüüü") == ["the longest"])
    #expect(
      try marked("alphanumeric_ratio", in: "a ==== b é --- c +", comparison: "<")
        == ["====", "---", "+"])
  }

  @Test("lines without an end mark, short lines, few words and phrases are found")
  func plainFinders() throws {
    func found(_ evidence: SignalEvidence, _ text: String) throws -> [String] {
      let bytes = Array(text.utf8)
      return try TextAnatomy().withText(bytes) { anatomy in
        var places = EvidencePlaces(anatomy.text, limit: 8)
        evidence.find(anatomy, &places)
        return places.ranges.map { String(decoding: bytes[$0], as: UTF8.self) }
      }
    }
    #expect(
      try found(.segmentsWithoutEndMark, "yes.\nno\nyes!\n \nspace. \n終。\nend\u{0964}\nquoted.\"")
        == ["no", "space.", "quoted.\""])
    #expect(
      try found(.lines(notEndingWith: ["."], .high), "a.\nb\nc. \n\nd") == ["b", "d"])
    #expect(try found(.shortLines(5), "12345\n123456\n\nééééé\n ") == ["12345", "ééééé"])
    #expect(try found(.linesOfFewWords(3), "a b c\n a  b \nx\ny y y y") == ["a  b \nx"])
    #expect(
      try found(.occurrences(of: ["lorem ipsum", "{"]), "Lorem Ipsum {x} lorem  ipsum")
        == ["Lorem Ipsum {"])
  }

  @Test("a rule against the other side, and a signal without a place, have no evidence")
  func noEvidence() throws {
    #expect(try marked("alpha_word_ratio", in: "1 2 3") == [])
    #expect(try marked("dup_line_frac", in: "a\na", comparison: "<") == [])
    #expect(try marked("word_count", in: "one two three") == [])
  }

  @Test("no more places than asked for, the longest where length tells")
  func limit() throws {
    #expect(try marked("hash_ratio", in: "#a #b #c", limit: 2) == ["#", "#"])
    #expect(
      try marked("alphanumeric_ratio", in: "a-b---c--d", comparison: "<", limit: 2)
        == ["---", "--"])
    #expect(try marked("hash_ratio", in: "#", limit: 0) == [])
  }

  @Test("every rule's places are in the version of the text that it judges")
  func versions() throws {
    let chain = FilterChain([
      try pack(
        """
        steps:
          - measurements: [dup_line_frac]
            rules:
              - {id: before, fails_when: dup_line_frac > 0.1}
          - edit: collapse_newlines
            most: 1
          - measurements: [dup_para_frac, bullet_line_ratio]
            rules:
              - {id: after, fails_when: bullet_line_ratio > 0.1 and dup_para_frac >= 0}
              - {id: changed, fails_when: newlines_removed > 0}
        """)
    ])
    #expect(chain.rules.map(\.version) == [0, 1, 1])
    let finder = try EvidenceFinder(chain)
    let text = "- a\n\n\nb\n\n- a"
    let texts = try finder.replay(batch(text), 0)
    #expect(
      texts.versions.map { String(decoding: $0.text, as: UTF8.self) } == [text, "- a\nb\n- a"])
    #expect(texts.versions[1].edit == "collapse_newlines")
    #expect(texts.versions[1].changes.map(\.range) == [4..<6, 8..<9])
    #expect(
      try finder.spans(of: chain.rules, in: texts) == [
        [EvidenceSpan(signal: "dup_line_frac", version: 0, range: 9..<12)],
        [
          EvidenceSpan(signal: "bullet_line_ratio", version: 1, range: 0..<3),
          EvidenceSpan(signal: "bullet_line_ratio", version: 1, range: 6..<9),
        ],
        [
          EvidenceSpan(signal: "newlines_removed", version: 0, range: 4..<6),
          EvidenceSpan(signal: "newlines_removed", version: 0, range: 8..<9),
        ],
      ])
    let untouched = try finder.replay(batch(text), 0) { _ in false }
    #expect(untouched.versions[1].text == Array(text.utf8))
    #expect(untouched.versions[1].changes.isEmpty)
  }

  @Test("on drawn texts the marked characters are as many as the signals say")
  func sums() throws {
    let names =
      (5...10).map { "dup_\($0)_gram" }
      + ["hash_ratio", "bullet_line_ratio", "ellipsis_line_ratio"]
    let meter = try SignalMeter(names + ["char_count", "word_and_symbol_count", "line_count"])
    for seed in 0..<40 {
      let random = CounterRandom(seed: UInt64(seed), purpose: "texts")
      let pieces = ["a", "b ", "cd ", " e", "\n", "\n\n", "é ", "#", "- ", "... ", "…\n", "f g "]
      let text = (0..<400).map { pieces[Int(random.bits(UInt64($0)) % UInt64(pieces.count))] }
        .joined()
      let values = try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
      let signals = Dictionary(uniqueKeysWithValues: zip(meter.names, values))
      for name in names {
        let found = try marked(name, in: text, limit: .max)
        let value = try #require(signals[name])
        switch name {
        case "hash_ratio":
          let signs = found.joined().count { $0 == "#" }
          #expect(value == Float(signs) / signals["word_and_symbol_count", default: 0], "\(seed)")
        case "bullet_line_ratio", "ellipsis_line_ratio":
          let lines = found.reduce(0) { $0 + $1.split(whereSeparator: \.isNewline).count }
          #expect(value <= Float(lines) / signals["line_count", default: 0], "\(name) \(seed)")
          #expect((value == 0) == found.isEmpty)
        default:
          // Spaces between the words are marked and not counted.
          let marks = found.joined().unicodeScalars
          let counted = marks.count { !$0.properties.isWhitespace }
          #expect(value == Float(counted) / signals["char_count", default: 0], "\(name) \(seed)")
        }
      }
      let lines = text.split(separator: "\n")
      #expect(try marked("dup_line_frac", in: text, limit: .max).flatMap(parts) == repeated(lines))
      let paragraphs = text.trimmingCharacters(in: .whitespacesAndNewlines).split(
        separator: /\n{2,}/)
      #expect(
        try marked("dup_para_frac", in: text, limit: .max).flatMap(parts) == repeated(paragraphs))
    }
  }

  /// The lines of a text, blank ones apart, without spaces around them.
  private func parts(_ text: some StringProtocol) -> [String] {
    text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  /// The lines of all parts that occurred before.
  private func repeated(_ all: [Substring]) -> [String] {
    var seen: Set<Substring> = []
    return all.filter { !seen.insert($0).inserted }.flatMap(parts)
  }

  @Test(
    "a long text of one pattern is explained; a quadratic walk would not come to its end",
    arguments: [
      "a", ".", "-", "…", "é", "\u{0301}", "م", "- - ", "\n", "\r", "\n\n\n", " \n", "a b ", "#",
      "# ", "-\n", "1 2 3 4 5 ", "\u{3000}", "...\n",
    ])
  func nearlyLinear(pattern: String) throws {
    let unit = Array(pattern.utf8)
    let text = String(repeating: pattern, count: 100_000 / unit.count)
    let names = SignalEvidence.all.keys.filter(SignalMeter.measures).sorted()
    let rules = names.map { "  - {id: \($0), fails_when: \($0) > 2 or \($0) < 2}\n" }
    let chain = FilterChain([
      try pack("measurements: [\(names.joined(separator: ", "))]\nrules:\n" + rules.joined())
    ])
    let finder = try EvidenceFinder(chain)
    let texts = try finder.replay(batch(text), 0)
    for span in try finder.spans(of: chain.rules, in: texts, limit: .max).joined() {
      #expect(!span.range.isEmpty && span.range.upperBound <= texts.versions[0].text.count)
    }
  }
}
