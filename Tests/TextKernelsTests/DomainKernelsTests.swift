import TextKernels
import Testing

private func counts(_ bytes: [UInt8]) -> [UInt32] {
  var counts = [UInt32](repeating: 7, count: Int(DOMAIN_COUNT.rawValue))
  text_domain_counts(bytes, bytes.count, &counts)
  return counts
}

private func count(_ kind: domain_count, _ text: String) -> Int {
  Int(counts(Array(text.utf8))[Int(kind.rawValue)])
}

@Suite struct DomainKernelsTests {
  @Test("each count counts what it says, and nothing beside it")
  func cases() {
    let cases: [(domain_count, String, Int)] = [
      (DOMAIN_LINES, "a\n\n  \nb", 2), (DOMAIN_LINES, "", 0), (DOMAIN_LINES, "\n", 0),
      (DOMAIN_INDENTED_LINES, "a\n b\n  c\n\td\n   \n", 2),
      (DOMAIN_CODE_ENDS, "a;\nb {\n}\nc)\nf()\nif (x):\nx:\nend\r\ng() ;\r\n", 6),
      (DOMAIN_CODE_STARTS, "def f\n  import x\nThe import\n# text\n#include\n// c\n/* d\n@x\n}", 7),
      (DOMAIN_NUMBERED_LINES, "1. a\n 23) b\n4 c\n5.6 d\n1234. e\n7.", 2),
      (DOMAIN_WORDS, "one two-three 4 five6seven", 5),
      (DOMAIN_FUNCTION_WORDS, "The cat and THE dog, of other", 5),
      (DOMAIN_MATH_WORDS, "Lemma: every polynomial; a lemmas' proof \\lemma", 4),
      (DOMAIN_REASONING_WORDS, "Therefore, suppose hence proof henceforth", 4),
      (DOMAIN_REASONING_PHRASES, "we get; We  have, we, get we\nfind", 3),
      (DOMAIN_REASONING_PHRASES, "Step 3 step3 step three <think> think", 3),
      (DOMAIN_LATEX_COMMANDS, "\\frac \\a \\textbf{x} \\\\ \\1", 2),
      (DOMAIN_LATEX_MATH, "\\frac{\\alpha}{\\foo} alpha", 2),
      (DOMAIN_DOLLARS, "$x$ $$", 4),
      (DOMAIN_MATH_SYMBOLS, "∀∃⋿ ← x² x⁴ x₂ 𝐀𝟿 €", 7),
      (DOMAIN_GREEK, "αβΩω ά я", 5),
      (DOMAIN_CODE_OPERATORS, "f() a[] -> => :: == != && || += -= // /* :=", 14),
      (DOMAIN_CODE_OPERATORS, "http://x === a - > b", 1),
      (DOMAIN_BRACES, "{};", 3),
      (DOMAIN_COMPOUND_NAMES, "camelCase HTMLParser snake_case _x x_1 fooBarBaz", 4),
      (DOMAIN_ARITHMETIC, "2+2=4 (1) = 3 x = 3 5 = $6 7=x 8   = 9", 3),
    ]
    for (kind, text, expected) in cases {
      #expect(count(kind, text) == expected, "\(kind.rawValue) \(text.debugDescription)")
    }
  }

  @Test("every line of a text counts the same alone and among others")
  func linesAreIndependent() {
    var generator = SystemRandomNumberGenerator()
    let pieces = [
      "we", "get", "step", "3", "def", "\\frac", "$", "{", "}", ";", "(", ")", "=", "==", "->",
      "∀", "α", "theorem", "hence", "the", "_", "camelCase", "x", "1.", "//", " ", "  ", "\t", "\r",
    ]
    for _ in 0..<300 {
      let lines = (0..<4).map { _ in
        (0..<Int.random(in: 0...9, using: &generator)).map { _ in
          (pieces.randomElement(using: &generator) ?? "")
            + (Bool.random(using: &generator) ? " " : "")
        }.joined()
      }
      // A word that ends each line keeps phrases and sums from reaching over it.
      let ended = lines.map { $0 + " end" }
      let whole = counts(Array((ended.joined(separator: "\n") + "\n").utf8))
      var sum = [UInt32](repeating: 0, count: whole.count)
      for line in ended {
        for (index, count) in counts(Array((line + "\n").utf8)).enumerated() { sum[index] += count }
      }
      #expect(whole == sum)
    }
  }

  @Test("any bytes and any cut are safe")
  func hostileBytes() {
    var generator = SystemRandomNumberGenerator()
    for length in 0..<400 {
      let bytes = (0..<length).map { _ -> UInt8 in
        [0xE2, 0x88, 0xF0, 0x9D, 0xCE, 0x5C, 0x61, 0x5F, 0x3D, 0x0A, 0x20, 0x31].randomElement(
          using: &generator) ?? 0
      }
      #expect(counts(bytes).allSatisfy { Int($0) <= length + 1 })
    }
  }
}
