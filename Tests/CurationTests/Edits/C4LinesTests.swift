import Corpora
import Runs
import Streams
import Testing

@testable import Curation

@Suite struct C4LinesTests {
  private func chain(_ options: String = "", _ measurements: String = "byte_count") throws
    -> FilterChain
  {
    FilterChain([
      try FilterPack(
        yaml: """
          name: p
          version: 1
          paper: none
          description: d
          steps:
            - {edit: c4_lines\(options)}
            - measurements: [\(measurements)]
          """, path: "p.yaml")
    ])
  }

  private func edited(_ text: String, _ options: String = "") throws -> String {
    var batch = DocumentBatch()
    batch.append(Document(id: "", text: text, source: ""))
    return try #require(try ChainMeter(chain(options)).measure(batch).texts).string(0)
  }

  /// The text, the counts and the changes of one edit.
  private func edit(_ text: [UInt8]) throws -> (text: [UInt8], changes: [TextChange]) {
    let pack = try #require(chain().packs.first)
    let editor = try #require(pack.edits.first).edit.makeEditor()
    var output: [UInt8] = []
    var changes: [TextChange]? = []
    var counts = [Float](repeating: 0, count: C4Lines.signals.count)
    try text.withUnsafeBytes { bytes in
      try TextAnatomy().withText(bytes) { anatomy in
        try counts.withUnsafeMutableBufferPointer {
          try editor.edit(
            bytes, of: DocumentBatch(), at: 0, anatomy: anatomy, into: &output, counts: $0,
            changes: &changes)
        }
      }
    }
    return (output, try #require(changes))
  }

  private static let pieces = [
    "word ", "the ", "ends so.", "Is it? ", "[1]", "[edit]", "[x] ", "javascript ", "cookies ",
    "We use ", "{ ", "lorem ipsum ", "\n", "\r\n", "\n", " \n\u{3000}", "\u{2028}", "  ", "\u{a0}",
    "don[2]t ", "é. ", "a.b ", "\u{301}", "...",
  ]

  private func randomText(_ random: inout SystemRandomNumberGenerator) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      text += Array((Self.pieces.randomElement(using: &random) ?? "").utf8)
      if Int.random(in: 0..<30, using: &random) == 0 {
        text.append(UInt8.random(in: 0x80...0xff, using: &random))
      }
    }
    return text
  }

  @Test("each option turned off leaves the lines that its rule would drop")
  func options() throws {
    let long = String(repeating: "w", count: 1001)
    for (line, option) in [
      ("this has no end", "terminal_punctuation: false"), ("too few.", "min_words_per_line: -1"),
      ("a long word \(long).", "max_word_length: -1"),
      ("use javascript now.", "drop_javascript: false"),
      ("read our terms of use.", "drop_policy: false"),
      ("known since then [1].", "remove_citations: false"),
    ] {
      #expect(try edited("It is a line.\n\(line)") != "It is a line.\n\(line)")
      #expect(try edited("It is a line.\n\(line)", ", \(option)") == "It is a line.\n\(line)")
    }
  }

  @Test("other limits are those of the options, and 0 words drops no line")
  func limits() throws {
    #expect(try edited("a b c d.\na b c d e.", ", min_words_per_line: 5") == "a b c d e.")
    #expect(try edited("a b cccc\na b ccc.", ", max_word_length: 4") == "a b ccc.")
    let all = ", min_words_per_line: 0, terminal_punctuation: false"
    #expect(try edited("\n\na\n\n b\n\n", all) == "a\n\nb")
  }

  @Test("the changes name each dropped line and deleted mark")
  func changes() throws {
    let text = "One line stays.\n  two\nUse JavaScript here. \r\n It is so[1], he says. \nit ends"
    let changes = try edit(Array(text.utf8)).changes
    let shown = changes.map { change in
      "\(change.reason): "
        + String(decoding: Array(text.utf8)[change.range], as: UTF8.self).debugDescription
        + (change.replacement.isEmpty ? "" : " to \(change.replacement.debugDescription)")
    }
    #expect(
      shown == [
        #"line without end punctuation: "  two\n""#,
        #"javascript line: "Use JavaScript here. \r\n""#,
        #"spaces: " ""#,
        #"citation: "[1]""#,
        #"spaces: " \n""#,
        #"line without end punctuation: "it ends""#,
      ])
  }

  @Test("applied to the text before, the changes give the edited text")
  func changesAreComplete() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let text = randomText(&random)
      let (edited, changes) = try edit(text)
      var applied: [UInt8] = []
      var at = 0
      for change in changes {
        #expect(change.range.lowerBound >= at && !change.range.isEmpty)
        applied += text[at..<change.range.lowerBound]
        applied += Array(change.replacement.utf8)
        at = change.range.upperBound
      }
      applied += text[at...]
      #expect(applied == edited, "\(text)")
    }
  }

  @Test("signals of the edited text are those of a meter that sees it for the first time")
  func wordsOfTheEditedText() throws {
    let names = [
      "word_and_symbol_count", "word_count", "mean_word_length", "top_2_gram", "list_ratio",
    ]
    let chain = try chain(", terminal_punctuation: false", names.joined(separator: ", "))
    let meter = try ChainMeter(chain)
    let fresh = try SignalMeter(names)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let text = randomText(&random)
      var batch = DocumentBatch()
      batch.append(
        Document(id: "", text: String(decoding: text, as: UTF8.self), source: ""))
      let measured = try meter.measure(batch)
      let texts = try #require(measured.texts)
      let expected = try texts.withBytes(0) { try fresh.measure($0) }
      let columns = chain.columns.filter { column in names.contains { column.hasPrefix("\($0)@") } }
      let found = try columns.map { try measured.signals.float32($0)[0] }
      #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "\(text)")
    }
  }

  @Test(
    "two megabytes of one pattern are edited whole; a quadratic walk would not come to its end",
    arguments: [
      "a", ".", "[", "[1", "[1]", "[1] ", "{", "coo", "cookie", "use cookies ", "\n", "\r", " \n",
      "a b c.\n", "a b c [1].\n", "javascript ", "\u{301}", "م", "\u{2028}", "f u",
    ])
  func nearlyLinear(pattern: String) throws {
    let unit = Array(pattern.utf8)
    var text: [UInt8] = []
    while text.count < 2_000_000 { text.append(contentsOf: unit) }
    #expect(try edit(text).text.count <= text.count)
  }

  @Test("an option of the wrong kind is a fault")
  func wrongOption() {
    let faults = #expect(throws: Faults.self) { try chain(", min_words_per_line: many") }
    #expect(faults?.faults.map(\.message) == ["wrong value for 'steps[0].min_words_per_line'"])
  }
}
