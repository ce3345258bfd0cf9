import Testing

@testable import Reports

@Suite struct MarkupTests {
  @Test("whatever is interpolated is escaped, in content and in attributes")
  func escaping() {
    let hostile = "<script>alert('x')</script> & \"more\""
    let markup: HTML = "<p title=\"\(hostile)\">\(hostile)</p>"
    let escaped = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;"
    #expect(markup.text == "<p title=\"\(escaped)\">\(escaped)</p>")
  }

  @Test("markup inside markup stays markup")
  func nesting() {
    let inner: HTML = "<b>\("a<b")</b>"
    let outer: HTML = "<p>\(inner)</p>"
    #expect(outer.text == "<p><b>a&lt;b</b></p>")
  }

  @Test(
    "control characters become visible",
    arguments: [
      ("a\u{0}b", "a␀b"), ("\u{1B}[31m", "␛[31m"), ("\u{7F}", "␡"), ("\u{85}", "\u{FFFD}"),
      ("\u{FFFE}", "\u{FFFD}"), ("\u{1FFFF}", "\u{FFFD}"), ("a\r\nb", "a\nb"), ("a\rb", "a␍b"),
      ("tab\there", "tab\there"), ("čeština 漢字 🙂", "čeština 漢字 🙂"),
    ])
  func controls(text: String, expected: String) {
    #expect(PlainText.visible(text) == expected)
  }

  @Test(
    "coordinates are short and never exponents",
    arguments: [
      (0.0, "0"), (12, "12"), (12.345, "12.35"), (-0.5, "-0.5"), (0.05, "0.05"), (1e-9, "0"),
      (.nan, "0"), (.infinity, "0"), (1e30, "0"),
    ])
  func coordinates(value: Double, expected: String) {
    #expect(PlainText.coordinate(value) == expected)
  }

  @Test(
    "counts have thousands separators",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "−1,234,567"),
      (Int.max, "9,223,372,036,854,775,807"), (Int.min, "−9,223,372,036,854,775,808"),
    ])
  func counts(number: Int, expected: String) { #expect(NumberText.count(number) == expected) }

  @Test(
    "bytes have three digits and a unit",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (12_345, "12.3 kB"), (999_499, "999 kB"),
      (999_999, "1.00 MB"), (313_204_112, "313 MB"), (25_232_000_000, "25.2 GB"),
      (-2048, "−2.05 kB"), (Int.max, "9.22 EB"),
    ])
  func bytes(number: Int, expected: String) { #expect(NumberText.bytes(number) == expected) }

  @Test(
    "what is not finite is said to be not a number",
    arguments: [Double.nan, .infinity, -.infinity])
  func notANumber(value: Double) {
    #expect(NumberText.rounded(value, 2) == "not a number")
    #expect(NumberText.signed(value, 2) == "not a number")
    #expect(NumberText.share(value) == "not a number")
    #expect(NumberText.duration(value) == "not a number")
    #expect(NumberText.date(value) == "not a number")
    #expect(NumberText.short(value) == "not a number")
    #expect(NumberText.trimmed(value) == "not a number")
  }

  @Test(
    "signed numbers show their sign unless they are 0",
    arguments: [(0.01234, "+0.0123"), (-0.01234, "−0.0123"), (0, "0.0000"), (-0.00001, "0.0000")])
  func signs(value: Double, expected: String) { #expect(NumberText.signed(value, 4) == expected) }

  @Test(
    "durations use the units that suit them",
    arguments: [
      (0.421, "0.42 s"), (12.34, "12.3 s"), (185, "3 min 05 s"), (7620, "2 h 07 min"),
      (59.99, "1 min 00 s"), (3599.9, "1 h 00 min"),
    ])
  func durations(seconds: Double, expected: String) {
    #expect(NumberText.duration(seconds) == expected)
  }

  @Test("seconds since 1970 become a date in universal time")
  func date() {
    #expect(NumberText.date(0) == "1970-01-01 00:00 UTC")
    #expect(NumberText.date(1_770_127_500) == "2026-02-03 14:05 UTC")
  }

  @Test("a share of nothing is no number")
  func shareOfNothing() {
    #expect(NumberText.share(of: 0, in: 0) == "–")
    #expect(NumberText.ratio(3, 0, 2) == "–")
    #expect(NumberText.share(of: 1, in: 8) == "12.5%")
  }

  @Test("sums hold at the largest number")
  func sums() {
    #expect([Int.max, 1].total() == Int.max)
    #expect([1, 2, 3].total() == 6)
    #expect([Int]().total() == 0)
  }
}

@Suite struct WordDiffTests {
  @Test("a changed word is a deletion and an insertion between words that stay")
  func change() {
    let diff = WordDiff(from: "the cheap path wins", to: "the costly path wins")
    #expect(
      diff.runs == [
        .init(change: .same, words: "the"), .init(change: .deletion, words: "cheap"),
        .init(change: .insertion, words: "costly"), .init(change: .same, words: "path wins"),
      ])
    #expect(!diff.isEmpty)
  }

  @Test(
    "the words that stay and are inserted give the new text, those that stay and are deleted the old",
    arguments: [
      ("", ""), ("a", ""), ("", "a b"), ("a b c", "c b a"), ("x y z", "a x b y c z d"),
      ("one two two three", "two three three one"),
    ])
  func reconstruction(old: String, new: String) {
    let runs = WordDiff(from: old, to: new).runs
    let kept = runs.filter { $0.change != .deletion }.map(\.words).joined(separator: " ")
    let before = runs.filter { $0.change != .insertion }.map(\.words).joined(separator: " ")
    #expect(kept == new)
    #expect(before == old)
  }

  @Test("texts that differ in white space alone do not differ")
  func whiteSpace() { #expect(WordDiff(from: "a  b\n c", to: "a b c").isEmpty) }

  @Test("the diff's markup is escaped")
  func escaped() {
    let text = WordDiff(from: "a <b>", to: "a <script>").html().text
    #expect(text == "a <del>&lt;b&gt;</del> <ins>&lt;script&gt;</ins> ")
  }
}
