import Testing

@testable import Curation

@Suite struct HTMLExtractorTests {
  private let prose = """
    The gentle slope of the valley, which the river had cut over ten thousand years, ended in a \
    plain of reeds; beyond it, as far as the eye could see, lay the grey and restless sea.
    """

  private func extract(_ html: some Sequence<UInt8>, charset: String? = nil) -> (
    text: String, outcome: ExtractionOutcome
  ) {
    var text: [UInt8] = []
    let outcome = Array(html).withUnsafeBytes {
      HTMLExtractor().extract($0, declaredCharset: charset, into: &text)
    }
    return (String(decoding: text, as: UTF8.self), outcome)
  }

  private func extract(_ html: String) -> String { extract(html.utf8).text }

  private func article(_ body: String) -> String {
    "<title>T &amp; U</title><article><p>\(prose)</p>\(body)<p>\(prose)</p></article>"
  }

  /// What `body` becomes between two paragraphs of prose.
  private func middle(_ body: String) -> String {
    let text = extract(article(body))
    guard text.hasPrefix(prose), text.hasSuffix(prose), text.count >= 2 * prose.count else {
      return "lost: \(text)"
    }
    return String(text.dropFirst(prose.count).dropLast(prose.count))
  }

  @Test("navigation, sidebar, footer and scripts go, the article stays")
  func furniture() {
    let page = """
      <html><body><nav><ul><li><a href=/a>Home</a><li><a href=/b>About us</a></ul></nav>
      <script>var x = "<p>no</p>";</script><style>p { color: red }</style>
      <div class="sidebar"><p>\(prose.replacing("river", with: "advert"))</p></div>
      <main><h1>Valley</h1><p>\(prose)</p><p>\(prose)</p></main>
      <footer><p>All rights reserved, all wrongs avenged.</p></footer></body></html>
      """
    #expect(extract(page) == "Valley\n\n\(prose)\n\n\(prose)")
  }

  @Test(
    "the parts of a page keep their structure",
    arguments: [
      (
        "<ul><li>one<li>two <b>bold</b><ul><li>deep</ul></ul>",
        "\n\n- one\n- two bold\n\n  - deep\n\n"
      ),
      ("<pre>\nif x:\n    y()\n</pre>", "\n\nif x:\n    y()\n\n"),
      ("<pre><code>a\r\n\tb &lt; c</code></pre>", "\n\na\n\tb < c\n\n"),
      ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "\n\na | b\n1 | 2\n\n"),
      ("<h2>Head <i>line</i></h2>", "\n\nHead line\n\n"),
      ("<p>a<br>b<br><br>c", "\n\na\nb\n\nc\n\n"),
      ("<p>a&nbsp;&amp;\n  b&#x27;s caf&eacute;&shy;s", "\n\na & b's cafés\n\n"),
      ("<dl><dt>term<dd>meaning</dl>", "\n\nterm\nmeaning\n\n"),
      ("<p>un<b>bro</b>ken<span hidden> secret</span> words", "\n\nunbroken words\n\n"),
    ])
  func structure(body: String, expected: String) {
    #expect(middle(body) == expected)
  }

  @Test(
    "formulas come out as TeX",
    arguments: [
      ("<p>so <script type=\"math/tex\">x<y</script> holds", "\n\nso $x<y$ holds\n\n"),
      (
        "<p>so <math><mi>x</mi><annotation encoding=application/x-tex>x^2</annotation></math>.",
        "\n\nso $x^2$.\n\n"
      ),
      ("<p>so <math alttext='a&amp;b'><mi>x</mi></math>.", "\n\nso $a&b$.\n\n"),
      ("<p>so <math><mi>x</mi><mo>=</mo><mn>1</mn></math>.", "\n\nso x=1.\n\n"),
      ("<p>so <img class=tex alt='\\pi r'>.", "\n\nso $\\pi r$.\n\n"),
    ])
  func formulas(body: String, expected: String) {
    #expect(middle(body) == expected)
  }

  @Test("a page without main content is kept whole, and the outcome says so")
  func wholePage() {
    let (text, outcome) = extract("<nav>Home</nav><div>Call us</div><div>Open 9 to 5</div>".utf8)
    #expect(text == "Call us\nOpen 9 to 5")
    #expect(outcome.kind == .wholePage || outcome.kind == .mainContent)
    #expect(extract("<nav><a href=a>Home</a></nav>".utf8).outcome.kind == .wholePage)
    #expect(extract("<script>x</script>".utf8).outcome.kind == .empty)
    #expect(extract([]).outcome.kind == .empty)
  }

  @Test("text that calls itself furniture is kept where it is all there is")
  func namedLikeFurniture() {
    let page = "<div class='sidebar comments hidden'><p>\(prose)</p><p>\(prose)</p></div>"
    #expect(extract(page) == "\(prose)\n\n\(prose)")
  }

  @Test("a declared main element may be as short as it likes")
  func shortMain() {
    let menu = String(repeating: "<li><a href=x>An entry of the long menu</a>", count: 50)
    let page = "<div class=left><ul>\(menu)</ul></div><main><p>Rolls the date back.</p></main>"
    let (text, outcome) = extract(page.utf8)
    #expect(text == "Rolls the date back." && outcome.kind == .mainContent)
  }

  @Test("linked terms stay with the text that explains them")
  func terms() {
    let rows = ["one", "two"].map { "<tr><td><p><a href=x>\($0)</a></p><td><p>Text, \($0)." }
    #expect(
      middle("<table>\(rows.joined())</table>") == "\n\none | Text, one.\ntwo | Text, two.\n\n")
    let items = ["one", "two"].map { "<div><a href=x>\($0)</a></div><div>Text, \($0).</div>" }
    #expect(middle("<div>\(items.joined())</div>") == "\n\none\nText, one.\ntwo\nText, two.\n\n")
  }

  @Test("the outcome has the title, the counts and the encoding")
  func outcome() {
    let (text, outcome) = extract(article("").utf8)
    #expect(String(decoding: outcome.title, as: UTF8.self) == "T & U")
    #expect(outcome.kind == .mainContent)
    #expect(outcome.keptByteCount == text.utf8.count)
    #expect(outcome.allByteCount >= 2 * prose.utf8.count)
    #expect(outcome.charset == "UTF-8" && outcome.replacedSequenceCount == 0)
  }

  @Test("an extractor's earlier pages leave no trace in the next")
  func reuse() {
    let pages = [
      article("<ul><li>a"), "<pre>x<title>y<table><tr><td>", "<a href=x><b><math><svg>z",
      article("<table><tr><td>1<td>2"), "<textarea>", article(""),
    ]
    let shared = HTMLExtractor()
    for page in pages + pages.reversed() {
      var (first, second) = ([UInt8](), [UInt8]())
      let bytes = Array(page.utf8)
      let a = bytes.withUnsafeBytes { shared.extract($0, into: &first) }
      let b = bytes.withUnsafeBytes { HTMLExtractor().extract($0, into: &second) }
      #expect(first == second && a == b)
    }
  }

  @Test(
    "hostile pages end, give valid text and cost no more than their size",
    arguments: [
      ("<", 300_000), ("<div>", 100_000), ("</p></div>", 100_000), ("<div><p></b></i>", 30_000),
      ("<ul><li>", 50_000), ("<table><tr><td>", 30_000), ("&", 300_000), ("&#x", 100_000),
      ("&amp", 100_000), ("&CounterClockwiseContourIntegra", 20_000), ("a\0b<p>\0", 50_000),
      ("<!--", 100_000), ("<a href=\"", 50_000), ("<font><p>", 50_000), ("<script><!--", 30_000),
      ("<b hidden>x</i>", 50_000), ("<svg><title>", 30_000), ("<math><p>", 30_000),
      ("<br>", 100_000),
      ("\u{AD}\u{200B}", 50_000), ("<p x=", 50_000), ("<pre>\n", 50_000),
    ])
  func hostile(unit: String, count: Int) {
    let page = Array(String(repeating: unit, count: count).utf8)
    let clock = ContinuousClock()
    let elapsed = clock.measure {
      let (text, outcome) = extract(page)
      #expect(outcome.keptByteCount == text.utf8.count)
      let closed = page + Array("</p></table></ul></div></b></i></span></svg>".utf8)
      _ = extract(closed)
    }
    // Quadratic time would take minutes.
    #expect(elapsed < .seconds(30))
  }

  @Test("every prefix of a page gives valid text")
  func truncated() {
    let page = Array(
      """
      <html><!-- c --><p class="a b">x &amp; y &#12345; <b>é</b><script><!-- <script></script>
      --></script><table><tr><td>1<td>2</table><pre>\n a</pre><math alttext="q">z</math>€
      """.utf8)
    for length in 0...page.count {
      let (text, outcome) = extract(page[..<length])
      #expect(String(validating: Array(text.utf8), as: UTF8.self) != nil)
      #expect(outcome.keptByteCount <= outcome.allByteCount + 64)
    }
  }
}
