import Corpora
import TextKernels
import Testing

@testable import Curation

@Suite struct ProseMeasureTests {
  private func prose(_ text: String) -> (prose: String, counts: math_counts) {
    let bytes = Array(text.utf8)
    var counts = math_counts()
    var prose = [UInt8](repeating: 0, count: text_prose_room(bytes.count))
    let length = bytes.withUnsafeBufferPointer { bytes in
      prose.withUnsafeMutableBufferPointer {
        text_prose(bytes.baseAddress, bytes.count, $0.baseAddress, &counts)
      }
    }
    return (String(decoding: prose[..<length], as: UTF8.self), counts)
  }

  /// Each made-up word as one F.
  private func masked(_ text: String, formulas: Int) -> Bool {
    prose(text).counts.formulas == formulas
  }

  @Test("a formula is one word of five letters, the same for the same formula")
  func formulas() {
    let found = prose("Let $x_1$ be in $X$, and $x_1$ in $$Y$$.")
    #expect(found.counts.formulas == 4 && found.counts.dollar_pairs == 4)
    let words = found.prose.split { " ,.".contains($0) }.map(String.init)
    #expect(words.filter { $0.count == 5 }.count == 4)
    #expect(words[1] == words[6] && words[1] != words[4])
    #expect(found.counts.formula_characters == 18)
  }

  @Test("the marks of formulas are those of TeX and LaTeX; money, escapes and open marks are none")
  func marks() {
    #expect(masked("\\(a\\) and \\[b\\]", formulas: 2))
    #expect(masked("\\begin{align*}a &= b\n\n\\\\ c\\end{align*}", formulas: 1))
    #expect(masked("\\begin{proof}a\\end{proof}", formulas: 0))
    #expect(masked("It costs $5 and $6, or $7.", formulas: 0))
    #expect(masked("It costs \\$5 and \\$6", formulas: 0))
    #expect(masked("from $ a = b $ on", formulas: 1))
    #expect(masked("open $x and\n\nclosed$ later", formulas: 0))
    #expect(masked("\\\\[2pt] and \\]", formulas: 0))
    #expect(masked("$$ $x$", formulas: 1))
    #expect(masked("$", formulas: 0) && masked("\\", formulas: 0) && masked("\\(", formulas: 0))
  }

  @Test("commands, labels, references, braces and comments of LaTeX are no prose")
  func latex() {
    let found = prose(
      "% a comment\n\\section{On \\emph{rings}}\\label{sec-a} See \\ref{x}, 5\\% of~it.")
    #expect(
      found.prose.split { " \n".contains($0) } == ["On", "rings", "See", ",", "5%", "of", "it."])
    #expect(found.counts.commands == 4)
  }

  @Test("on prose without formulas, the measurements are Gopher's own")
  func plainProse() throws {
    let text =
      "The ring of integers is not a field, and the quotient of it by a prime is.\nThe ring again."
    var batch = DocumentBatch()
    batch.append(Document(id: "1", text: text, source: ""))
    var signals = ColumnTable()
    try ColumnMeasure.prose.makeMeter().measure(batch, texts: batch.texts, into: &signals)
    let names = signals.names.filter { $0.hasPrefix("prose_") }
    #expect(names.count == 15)
    let meter = try SignalMeter(
      names.map { String($0.dropFirst("prose_".count)) }, words: .fast)
    let expected = try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
    for (name, value) in zip(names, expected) {
      #expect(try signals.float32(name) == [value], "\(name)")
    }
  }

  @Test(
    "two megabytes of one pattern are read in linear time",
    arguments: [
      "$", "$$", "$ ", "$a ", "$x$", "\\", "\\(", "\\[ ", "\\(\\[", "\\begin{align}", "\\label{",
      "\\begin{array}\\begin{math}", "\\end{align}", "{", "%", "%\n", "\n", "\n $", "a", "\\a",
      "\u{0301}$", "terms of ", "log in ", "é",
    ])
  func nearlyLinear(pattern: String) throws {
    let text = String(repeating: pattern, count: 2_000_000 / pattern.utf8.count)
    let found = prose(text)
    #expect(found.prose.utf8.count <= text_prose_room(text.utf8.count))
    let meter = try SignalMeter(["boilerplate_line_ratio", "accent_ratio"])
    _ = try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
  }

  @Test("bytes that are not UTF-8 are read within their bounds")
  func invalidBytes() {
    var random = SystemRandomNumberGenerator()
    let signs: [UInt8] = Array("$$\\\\()[]{}%\n abeginend{align}".utf8) + [0xC3, 0xE2, 0xFF]
    for _ in 0..<2000 {
      let count = Int.random(in: 0...60, using: &random)
      let bytes = (0..<count).map { _ in signs.randomElement(using: &random) ?? 0 }
      var counts = math_counts()
      // No room beyond what is promised: a write past it is a fault of memory.
      var prose = [UInt8](repeating: 0xAA, count: text_prose_room(count) + 8)
      let length = bytes.withUnsafeBufferPointer { bytes in
        prose.withUnsafeMutableBufferPointer {
          text_prose(bytes.baseAddress, bytes.count, $0.baseAddress, &counts)
        }
      }
      #expect(length <= text_prose_room(count))
      #expect(prose.suffix(8).allSatisfy { $0 == 0xAA })
    }
  }

  @Test("accents and the lines of page frames are counted")
  func pages() throws {
    let meter = try SignalMeter(["accent_ratio", "boilerplate_line_ratio"])
    func measure(_ text: String) throws -> [Float] {
      try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
    }
    #expect(try measure("Éé÷×ñüÀ a") == [0.44444445, 0])
    let page =
      "Log in\nSign up | Contact us\n\nThe theorem holds.\n© 2023 Example. All rights reserved.\n"
      + "To log in to the proof system, one needs a term of the calculus and a key of it\n"
      + "read more = 3\n"
    #expect(try measure(page)[1] == 0.5)
    #expect(try measure("")[1].isNaN)
  }
}
