/// White space as the rules' lines lose it at their ends: that of Python.
enum WhiteSpace {
  /// A range without white space at its ends; bytes that are not UTF-8 are none.
  static func trimmed(_ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, let length = length(at: start, text, end) { start += length }
    trailing: while start < end {
      for length in 1...3 where end - length >= start {
        if self.length(at: end - length, text, end) == length {
          end -= length
          continue trailing
        }
      }
      break
    }
    return start..<end
  }

  /// The bytes of the space that starts at `at`; nil where none does.
  private static func length(at: Int, _ text: UnsafeBufferPointer<UInt8>, _ end: Int) -> Int? {
    func byte(_ offset: Int) -> UInt8 { at + offset < end ? text[at + offset] : 0 }
    switch text[at] {
    case 9...13, 28...32: return 1
    case 0xC2: return byte(1) == 0x85 || byte(1) == 0xA0 ? 2 : nil
    case 0xE1: return byte(1) == 0x9A && byte(2) == 0x80 ? 3 : nil
    case 0xE2:
      switch (byte(1), byte(2)) {
      case (0x80, 0x80...0x8A), (0x80, 0xA8), (0x80, 0xA9), (0x80, 0xAF), (0x81, 0x9F): return 3
      default: return nil
      }
    case 0xE3: return byte(1) == 0x80 && byte(2) == 0x80 ? 3 : nil
    default: return nil
    }
  }
}

/// Characters that end a sentence in some script (Unicode's Sentence_Terminal), those of the basic
/// plane.
enum EndMarks {
  /// Whether the last character of a line is one.
  static func end(_ line: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    guard let last = String(decoding: line.suffix(4), as: UTF8.self).unicodeScalars.last else {
      return false
    }
    return scalars.contains(last.value)
  }

  private static let scalars: Set<UInt32> = {
    let ranges: [ClosedRange<UInt32>] = [
      0x21...0x21, 0x2E...0x2E, 0x3F...0x3F, 0x589...0x589, 0x61D...0x61F, 0x6D4...0x6D4,
      0x700...0x702, 0x7F9...0x7F9, 0x837...0x837, 0x839...0x839, 0x83D...0x83E, 0x964...0x965,
      0x104A...0x104B, 0x1362...0x1362, 0x1367...0x1368, 0x166E...0x166E, 0x1735...0x1736,
      0x17D4...0x17D6, 0x17D9...0x17DA, 0x1803...0x1803, 0x1809...0x1809, 0x1944...0x1945,
      0x1AA8...0x1AAB, 0x1B5A...0x1B5B, 0x1B5E...0x1B5F, 0x1B7D...0x1B7E, 0x1C3B...0x1C3C,
      0x1C7E...0x1C7F, 0x203C...0x203D, 0x2047...0x2049, 0x2E2E...0x2E2E, 0x2E3C...0x2E3C,
      0x2E53...0x2E54, 0x3002...0x3002, 0xA4FF...0xA4FF, 0xA60E...0xA60F, 0xA6F3...0xA6F3,
      0xA6F7...0xA6F7, 0xA876...0xA877, 0xA8CE...0xA8CF, 0xA92F...0xA92F, 0xA9C8...0xA9C9,
      0xAA5D...0xAA5F, 0xAAF0...0xAAF1, 0xABEB...0xABEB, 0xFE52...0xFE52, 0xFE56...0xFE57,
      0xFF01...0xFF01, 0xFF0E...0xFF0E, 0xFF1F...0xFF1F, 0xFF61...0xFF61,
    ]
    return Set(ranges.joined())
  }()
}
