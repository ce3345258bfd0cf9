import Streams
import TextKernels

extension SignalEvidence {
  private typealias Bytes = Slice<UnsafeBufferPointer<UInt8>>

  // MARK: Repeated parts

  /// Lines, without blank ones, that occurred before.
  static let repeatedSegments = SignalEvidence { anatomy, places in
    addRepeated(anatomy.parts.pointee.segments, anatomy.text, &places)
  }

  /// Paragraphs that occurred before.
  static let repeatedParagraphs = SignalEvidence { anatomy, places in
    addRepeated(anatomy.parts.pointee.paragraphs, anatomy.text, &places)
  }

  private static func addRepeated(
    _ parts: anatomy_ranges, _ text: UnsafeBufferPointer<UInt8>, _ places: inout EvidencePlaces
  ) {
    var seen = HashCounts()
    for index in 0..<parts.count {
      let part = parts.items[index]
      let range = Int(part.start)..<Int(part.end)
      let digest = ContentDigest(
        UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: text[range])))
      guard seen.count(digest.low, at: index).count > 1 else { continue }
      if !places.add(WhiteSpace.trimmed(range, of: text)) { return }
    }
  }

  // MARK: Lines by their ends

  /// Lines that start with one of these, behind white space.
  static func lines(startingWith marks: [String]) -> SignalEvidence {
    let marks = marks.map { Array($0.utf8) }
    return SignalEvidence { anatomy, places in
      addLines(of: anatomy, to: &places) { line in marks.contains { line.starts(with: $0) } }
    }
  }

  /// Lines that end with one of these, before white space.
  static func lines(endingWith marks: [String]) -> SignalEvidence {
    let marks = marks.map { Array($0.utf8) }
    return SignalEvidence { anatomy, places in
      addLines(of: anatomy, to: &places) { ends($0, with: marks) }
    }
  }

  /// Lines that are not blank and end with none of these.
  static func lines(notEndingWith marks: [String], _ sense: Sense) -> SignalEvidence {
    let marks = marks.map { Array($0.utf8) }
    return SignalEvidence(sense: sense) { anatomy, places in
      addLines(of: anatomy, to: &places) { !ends($0, with: marks) }
    }
  }

  private static func ends(_ line: Bytes, with marks: [[UInt8]]) -> Bool {
    marks.contains { line.suffix($0.count).elementsEqual($0) }
  }

  /// Parts between newlines, not blank, whose last character ends no sentence. A space at the end
  /// counts.
  static let segmentsWithoutEndMark = SignalEvidence(sense: .low) { anatomy, places in
    let text = anatomy.text
    let segments = anatomy.parts.pointee.segments
    for index in 0..<segments.count {
      let range = Int(segments.items[index].start)..<Int(segments.items[index].end)
      let visible = WhiteSpace.trimmed(range, of: text)
      if visible.isEmpty || EndMarks.end(text[range]) { continue }
      if !places.add(visible) { return }
    }
  }

  // MARK: Lines by their length

  /// Lines that are not blank and have at most so many code points.
  static func shortLines(_ most: Int) -> SignalEvidence {
    SignalEvidence { anatomy, places in
      addLines(of: anatomy, to: &places) { line in
        line.count <= most * 4 && line.count { $0 & 0xc0 != 0x80 } <= most
      }
    }
  }

  /// Lines that are not blank and have fewer words between ASCII white space.
  static func linesOfFewWords(_ least: Int) -> SignalEvidence {
    SignalEvidence { anatomy, places in
      addLines(of: anatomy, to: &places) { line in
        var words = 0
        var isInside = false
        for byte in line {
          let isSpace = byte == 32 || (9...13).contains(byte)
          if !isSpace, !isInside { words += 1 }
          if words >= least { return false }
          isInside = !isSpace
        }
        return true
      }
    }
  }

  /// The first of the lines with most code points.
  static let longestLine = SignalEvidence { anatomy, places in
    var longest = 0..<0
    var most = 0
    for index in 0..<anatomy.lineCount {
      let range = anatomy.lineRange(index)
      guard range.count > most else { continue }
      let length = anatomy.text[range].reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) }
      if length > most { (longest, most) = (range, length) }
    }
    _ = places.add(longest)
  }

  /// Adds the lines of a kind, blank ones apart, without white space at their ends.
  private static func addLines(
    of anatomy: TextAnatomy, to places: inout EvidencePlaces, where isWanted: (Bytes) -> Bool
  ) {
    let text = anatomy.text
    for index in 0..<anatomy.lineCount {
      let range = WhiteSpace.trimmed(anatomy.lineRange(index), of: text)
      if !range.isEmpty, isWanted(text[range]), !places.add(range) { return }
    }
  }
}
