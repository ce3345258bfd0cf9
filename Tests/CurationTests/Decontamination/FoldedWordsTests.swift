import Testing
import TextKernels

@testable import Curation

private func words(
  _ text: String, _ mode: folded_words_mode = folded_words_apart
) -> [UInt64] {
  let reader = FoldedWords()
  reader.read(text, mode)
  return reader.list
}

@Suite struct FoldedWordsTests {
  @Test(
    "texts that differ in case, marks, forms and white space only have the same words",
    arguments: [
      ("Hello, World!", "hello world"), ("CAFÉ au lait", "cafe\u{301} AU Lait"),
      ("naïve façade", "naive facade"), ("Straße", "STRASSE"), ("ΣΊΣΥΦΟΣ", "σίσυφος"),
      ("“quoted” — text…", "\"quoted\" - text..."), ("Привет, МИР", "привет мир"),
      ("ﬁne ﬂow", "fine flow"), ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"), ("a\u{a0}b\u{2003}c", "a b c"),
      ("so\u{ad}ft hy\u{200d}phen", "soft hyphen"), ("x²", "x2"), ("你好，世界", "你 好 世 界"),
      ("The  cat\n\tsat", "the cat sat"), ("snake_case(x)", "snake case x"),
      ("Ångström", "angstrom"),
    ])
  func same(pair: (String, String)) {
    #expect(words(pair.0) == words(pair.1))
    #expect(!words(pair.0).isEmpty)
  }

  @Test("punctuation that is deleted joins the words around it, and `_` where it is asked to")
  func joined() {
    #expect(words("don't f(x_1) well-known", folded_words_joined) == words("dont fx1 wellknown"))
    #expect(
      words("has_close(a, b)", folded_words_joined_at_underscores) == words("has closea b"))
    #expect(words("“don’t”", folded_words_joined) == words("dont"))
  }

  @Test("words, their places and which are equal are those of a plain search in ASCII")
  func plainTwin() {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("abAB01 _-.,\n\t'zZ9".utf8)
    for length in 0..<200 {
      let bytes = (0..<length).map { _ in letters.randomElement(using: &generator) ?? 0 }
      var expected: [(text: [UInt8], range: Range<Int>)] = []
      var open: Int?
      for place in 0...length {
        let isWord =
          place < length && Character(UnicodeScalar(bytes[place])).isLetter
          || place < length && Character(UnicodeScalar(bytes[place])).isNumber
        if isWord, open == nil { open = place }
        if !isWord, let start = open {
          expected.append((bytes[start..<place].map { $0 | 0x20 }, start..<place))
          open = nil
        }
      }
      let reader = FoldedWords()
      bytes.withUnsafeBytes { reader.read($0) }
      #expect(reader.count == expected.count)
      guard reader.count == expected.count else { continue }
      for (index, word) in expected.enumerated() {
        #expect(Int(reader.starts[index]) == word.range.lowerBound)
        #expect(Int(reader.ends[index]) == word.range.upperBound)
        for other in 0..<index {
          #expect(
            (reader.hashes[index] == reader.hashes[other]) == (word.text == expected[other].text))
        }
      }
    }
  }

  @Test("long words, and bytes that are no UTF-8, are words and never read past the end")
  func hostile() {
    let long = String(repeating: "ab", count: 40)
    #expect(words(long + " x") == words(long.uppercased() + "\nX"))
    #expect(words(long) != words(long + "a"))
    for length in 0..<80 {
      let bytes = [UInt8](repeating: 0xE2, count: length)
      let reader = FoldedWords()
      bytes.withUnsafeBytes { reader.read($0) }
      #expect(reader.count == (length == 0 ? 0 : 1))
    }
    #expect(words("").isEmpty && words(" \n—!").isEmpty)
  }
}
