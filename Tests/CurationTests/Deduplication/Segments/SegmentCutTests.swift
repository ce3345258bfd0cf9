import Testing
import TextKernels

@testable import Curation

@Suite struct SegmentCutTests {
  private func cut(_ text: String, _ kind: text_segment_kind, capacity: Int = 100) -> [String] {
    let bytes = Array(text.utf8)
    var segments = [text_segment](repeating: text_segment(), count: capacity)
    var found: [String] = []
    var position = 0
    while position < bytes.count {
      let count = text_cut_segments(kind, bytes, bytes.count, &position, &segments, capacity)
      for segment in segments[..<count] {
        found.append(
          String(decoding: bytes[Int(segment.start)..<Int(segment.end)], as: UTF8.self))
      }
    }
    return found
  }

  @Test(
    "sentences",
    arguments: [
      ("One. Two! Three?", ["One.", "Two!", "Three?"]),
      ("It is 3.5 m. So what", ["It is 3.5 m.", "So what"]),
      ("\"Go!\" he said. (Yes.) No...", ["\"Go!\"", "he said.", "(Yes.)", "No..."]),
      ("A title\nThe text goes\non here.", ["A title", "The text goes\non here."]),
      ("ends here\n\nand again", ["ends here", "and again"]),
      ("一つ。二つ！「三つ。」四つ", ["一つ。", "二つ！", "「三つ。」", "四つ"]),
      ("هل هذا؟ نعم.", ["هل هذا؟", "نعم."]),
      (" \n . ", ["."]),
      ("", []),
    ])
  func sentences(text: String, expected: [String]) {
    #expect(cut(text, TEXT_SENTENCES) == expected)
    #expect(cut(text, TEXT_SENTENCES, capacity: 1) == expected)
  }

  @Test("lines and paragraphs, with either kind of line break")
  func lines() {
    let text = "a b\r\nc\r\n\r\n \t\r\n  d \u{3000}\n"
    #expect(cut(text, TEXT_LINES) == ["a b", "c", "d"])
    #expect(cut(text, TEXT_PARAGRAPHS) == ["a b\r\nc", "d"])
    #expect(cut(text, TEXT_PARAGRAPHS, capacity: 1) == ["a b\r\nc", "d"])
  }

  @Test("between segments is nothing but white space, whatever the bytes are")
  func anyBytes() {
    let random = DrawnNumbers(seed: 12)
    let pieces: [[UInt8]] = [
      [0x20], [0x0A], [0x2E], [0x61], [0xE3, 0x80, 0x80], [0xE3, 0x80, 0x82], [0xC2, 0xA0], [0xFF],
      [0xE2], [0x80], [0x22], [0x41],
    ]
    for text in 0..<300 {
      let bytes = (0..<40).flatMap {
        pieces[Int(random.bits(UInt64(text * 40 + $0)) % UInt64(pieces.count))]
      }
      for kind in [TEXT_LINES, TEXT_PARAGRAPHS, TEXT_SENTENCES] {
        var segments = [text_segment](repeating: text_segment(), count: 100)
        var (position, last) = (0, 0)
        let count = text_cut_segments(kind, bytes, bytes.count, &position, &segments, 100)
        #expect(position == bytes.count)
        func isSpace(_ range: Range<Int>) -> Bool {
          text_length_in_words(Array(bytes[range]) + [0x20], range.count) == 0
        }
        for segment in segments[..<count] {
          #expect(segment.start < segment.end)
          #expect(isSpace(last..<Int(segment.start)))
          last = Int(segment.end)
        }
        #expect(isSpace(last..<bytes.count))
      }
    }
  }

  @Test("windows go as a dictionary of runs of three sentences says")
  func windows() throws {
    let random = DrawnNumbers(seed: 21)
    let texts = (0..<80).map { text in
      (0..<9).map {
        "\($0 % 2 == 0 ? "The" : "the") item  \(random.bits(UInt64(text * 9 + $0)) % 4) is."
      }
      .joined(separator: " ")
    }
    let rule = try SegmentRule(part: .sentence, leastWords: 12)
    let spans = try SmallTexts([texts]).spans(rule)[0]
    var seen: Set<String> = []
    var expected: [[Bool]] = []
    for text in texts {
      let sentences = cut(text, TEXT_SENTENCES).map {
        $0.lowercased().split(separator: " ").joined(separator: " ")
      }
      var goes = [Bool](repeating: false, count: sentences.count)
      for first in 0...sentences.count - 3 {
        if !seen.insert(sentences[first..<first + 3].joined(separator: "|")).inserted {
          for index in first..<first + 3 { goes[index] = true }
        }
      }
      expected.append(goes)
    }
    for (ordinal, text) in texts.enumerated() {
      let bytes = Array(text.utf8)
      var place = 0
      let goes = cut(text, TEXT_SENTENCES).map { sentence in
        let start = place
        place += sentence.utf8.count + 1
        return spans.contains { $0.ordinal == ordinal && $0.bytes.contains(start) }
      }
      #expect(place == bytes.count + 1)
      #expect(goes == expected[ordinal])
    }
  }
}
