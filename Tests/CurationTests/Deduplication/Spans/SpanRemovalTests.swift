import Corpora
import Streams
import Testing

@testable import Curation

@Suite struct SpanRemovalTests {
  /// The text without what stands between brackets, as `SpanRemoval` cuts it.
  private func cut(
    _ marked: String, leastWords: Int = 0, holders: [Int] = []
  ) throws -> (text: String, outcome: SpanRemoval.Outcome) {
    var text: [UInt8] = []
    var spans: [RemovedSpan] = []
    var start = 0
    for byte in marked.utf8 {
      switch byte {
      case UInt8(ascii: "["): start = text.count
      case UInt8(ascii: "]"): spans.append(RemovedSpan(ordinal: 0, bytes: start..<text.count))
      default: text.append(byte)
      }
    }
    var removal = SpanRemoval(spans, holders: holders, leastWords: leastWords)
    var batch = SmallTexts.batch([text])
    let outcome = try removal.apply(to: &batch, first: 0)[0]
    try removal.finish()
    return (batch.texts.string(0), outcome)
  }

  @Test(
    "white space goes with what it stood between",
    arguments: [
      ("a\n[b]\nc\n", "a\nc\n"),
      ("a\n\n[b]\n\nc", "a\n\nc"),
      ("a\n\n[b]\n\n[c]\n\nd", "a\n\nd"),
      ("a\n[b]\n\nc", "a\n\nc"),
      ("a\n\n[b]\nc", "a\n\nc"),
      ("a\n\n[b]", "a"),
      ("a\n\n[b]\n", "a\n"),
      ("[a]\n\nb\n", "b\n"),
      ("  [a]\n    b", "    b"),
      ("a:\n  [b]\n    c", "a:\n    c"),
      ("a:\n\n  [b]\n    c", "a:\n\n    c"),
      ("a [b] c", "a c"),
      ("a. [b.]\n\nc", "a.\n\nc"),
      ("a.\n[b.] c.", "a.\nc."),
      ("a[b]c", "ac"),
      ("a[ b ]c", "a c"),
      ("ab[c d]", "ab"),
      ("fo[o b] ar", "fo ar"),
      ("a\r\n[b]\r\nc", "a\r\nc"),
      ("a\u{3000}[b]\u{3000}c", "a\u{3000}c"),
      ("a[ \n ]b", "a \n b"),
    ])
  func whiteSpace(marked: String, expected: String) throws {
    let (text, outcome) = try cut(marked)
    #expect(text == expected)
    let whole = marked.utf8.count { $0 != UInt8(ascii: "[") && $0 != UInt8(ascii: "]") }
    #expect(outcome.bytes == whole - expected.utf8.count)
    #expect(!outcome.goesWhole)
  }

  @Test("a document of which too little is left goes whole, with its text")
  func leastWords() throws {
    #expect(try cut("a b c\n[d e]", leastWords: 3).outcome.goesWhole == false)
    let (text, outcome) = try cut("a b c\n[d e]", leastWords: 4)
    #expect(outcome.goesWhole)
    #expect(text == "a b c\nd e")
    #expect(try cut("[a]\n[b]").outcome.goesWhole)
    #expect(try cut("a b", leastWords: 4).outcome.goesWhole == false)
  }

  @Test("a document that holds what went elsewhere stays, unless nothing of it is left")
  func holders() throws {
    #expect(try cut("a b c\n[d e]", leastWords: 4, holders: [0]).outcome.goesWhole == false)
    #expect(try cut("[a b c]", leastWords: 4, holders: [0]).outcome.goesWhole)
  }

  @Test("spans that do not fit their texts are a fault")
  func otherTexts() throws {
    var batch = SmallTexts.batch([Array("abc".utf8)])
    var removal = SpanRemoval([RemovedSpan(ordinal: 0, bytes: 1..<9)], leastWords: 0)
    #expect(throws: Fault.self) { try removal.apply(to: &batch, first: 0) }
    var late = SpanRemoval([RemovedSpan(ordinal: 4, bytes: 1..<2)], leastWords: 0)
    _ = try late.apply(to: &batch, first: 0)
    #expect(throws: Fault.self) { try late.finish() }
  }

  @Test("batches do not matter")
  func batches() throws {
    let texts = (0..<10).map { Array("one \($0)\ntwo\nthree".utf8) }
    let spans = (0..<10).map { RemovedSpan(ordinal: $0, bytes: 6..<9) }
    var whole = SmallTexts.batch(texts)
    var removal = SpanRemoval(spans, leastWords: 0)
    _ = try removal.apply(to: &whole, first: 0)
    for size in [1, 3, 7] {
      var removal = SpanRemoval(spans, leastWords: 0)
      for first in stride(from: 0, to: 10, by: size) {
        var batch = SmallTexts.batch(texts[first..<min(10, first + size)])
        _ = try removal.apply(to: &batch, first: first)
        for index in 0..<batch.count { #expect(batch.texts[index] == whole.texts[first + index]) }
      }
      try removal.finish()
    }
    #expect(whole.texts.string(3) == "one 3\nthree")
  }

  @Test("spans come back from their columns; damaged ones are a fault")
  func columns() throws {
    let place = RemovedSpan.Place(document: DocumentAddress(task: 3, ordinal: 4), byte: 5)
    let spans = [
      RemovedSpan(ordinal: 0, bytes: 1..<2, kept: place), RemovedSpan(ordinal: 0, bytes: 2..<9),
      RemovedSpan(ordinal: 7, bytes: 0..<1),
    ]
    #expect(try RemovedSpans(RemovedSpans(spans).table).spans == spans)
    #expect(throws: Fault.self) { try RemovedSpans(RemovedSpans(spans.reversed()).table) }
    #expect(throws: Fault.self) { try RemovedSpans(ColumnTable()) }
  }
}
