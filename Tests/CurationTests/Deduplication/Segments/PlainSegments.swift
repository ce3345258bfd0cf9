import Foundation
import Streams

@testable import Curation

/// Repeated parts found the slow and plain way: parts cut with `String`, one dictionary.
struct PlainSegments {
  static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }

  /// The words of a text, A-Z as a-z.
  static func words(_ text: Substring.UnicodeScalarView) -> [String] {
    text.split(whereSeparator: isSpace).map { word in
      var lower = String.UnicodeScalarView()
      for scalar in word {
        lower.append(
          ("A"..."Z").contains(scalar)
            ? Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value + 32)) : scalar)
      }
      return String(lower)
    }
  }

  static func unspaced(_ text: Substring.UnicodeScalarView) -> Int {
    let scripts: [ClosedRange<UInt32>] = [
      0x3040...0x9FFF, 0xE00...0xEFF, 0x1000...0x10BF, 0x1780...0x17FF,
    ]
    return text.count { scalar in scripts.contains { $0.contains(scalar.value) } }
  }

  struct Part {
    var words: [String]
    var length: Int
    var bytes: Range<Int>
  }

  /// Lines or paragraphs of valid UTF-8.
  static func parts(_ text: String, _ part: SegmentRule.Part) -> [Part] {
    let scalars = text.unicodeScalars
    var ranges: [Range<String.Index>] = []
    var open: Range<String.Index>?
    for line in scalars.split(separator: "\n", omittingEmptySubsequences: false) {
      guard let first = line.firstIndex(where: { !isSpace($0) }),
        let last = line.lastIndex(where: { !isSpace($0) })
      else {
        if let range = open { ranges.append(range) }
        open = nil
        continue
      }
      let range = first..<scalars.index(after: last)
      if part == .line {
        ranges.append(range)
      } else {
        open = (open?.lowerBound ?? range.lowerBound)..<range.upperBound
      }
    }
    if let range = open { ranges.append(range) }
    return ranges.map { range in
      let own = scalars[range]
      let words = words(own)
      let start = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
      return Part(
        words: words, length: words.count + unspaced(own) / 2,
        bytes: start..<start + String(own).utf8.count)
    }
  }

  /// What goes in each task.
  static func spans(_ tasks: [[String]], _ rule: SegmentRule) -> [[RemovedSpan]] {
    var seen: [[String]: (count: Int, first: RemovedSpan.Place)] = [:]
    return tasks.enumerated().map { task, texts in
      var spans: [RemovedSpan] = []
      for (ordinal, text) in texts.enumerated() {
        if rule.scope == .document { seen = [:] }
        for part in parts(text, rule.part) where part.length >= rule.leastWords {
          let place = RemovedSpan.Place(
            document: DocumentAddress(task: Int32(task), ordinal: Int32(ordinal)),
            byte: part.bytes.lowerBound)
          let entry = seen[part.words] ?? (0, place)
          seen[part.words] = (entry.count + 1, entry.first)
          if entry.count >= rule.copies {
            spans.append(RemovedSpan(ordinal: ordinal, bytes: part.bytes, kept: entry.first))
          }
        }
      }
      return spans
    }
  }
}
