import Testing
import TextKernels

@Suite struct C4LineMarksTests {
  static func marks(_ text: [UInt8], level: Int32) -> [UInt64] {
    var marks = [UInt64](repeating: .max, count: (text.count + 63) / 64)
    c4_line_marks(text, text.count, &marks, level)
    return marks
  }

  /// The same, byte by byte.
  static func slowly(_ text: [UInt8]) -> [UInt64] {
    var marks = [UInt64](repeating: 0, count: (text.count + 63) / 64)
    let triples = ["ips", "jav", "coo", "icy", "f u"].map { Array($0.utf8) }
    for at in text.indices {
      let next = text[at...].prefix(3).map { $0 | 0x20 }
      if next[0] == UInt8(ascii: "{") || triples.contains(next) {
        marks[at / 64] |= 1 << UInt64(at % 64)
      }
    }
    return marks
  }

  @Test("the marks of every kernel level are those of a loop over the bytes")
  func levels() {
    var random = SystemRandomNumberGenerator()
    let frequent = Array("ipsIPSjavCOOicyf u[{]} \n".utf8)
    for count in [0, 1, 2, 3, 61, 62, 63, 64, 65, 66, 67, 127, 128, 129, 130, 1000] {
      for _ in 0..<40 {
        let text = (0..<count).map { _ in
          Int.random(in: 0..<20, using: &random) > 0
            ? frequent.randomElement(using: &random) ?? 0
            : UInt8.random(in: 0...255, using: &random)
        }
        let expected = Self.slowly(text)
        for level: Int32 in -1...2 { #expect(Self.marks(text, level: level) == expected) }
      }
    }
  }
}
