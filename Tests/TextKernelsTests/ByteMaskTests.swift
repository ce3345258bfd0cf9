import Testing
import TextKernels

@Suite struct ByteMaskTests {
  struct Masks: Equatable {
    var bits: [[UInt64]]
    var counts: [Int]
  }

  static func measure(_ text: [UInt8], level: Int32) -> Masks {
    let words = (text.count + 63) / 64
    var bits = [UInt64](repeating: 0, count: 6 * max(words, 1))
    var counts = anatomy_byte_counts()
    bits.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      let masks = anatomy_masks(
        space: base, other: base + words, digit: base + 2 * words, newline: base + 3 * words,
        line_break: base + 4 * words, wide: base + 5 * words)
      text.withUnsafeBufferPointer {
        text_anatomy_masks($0.baseAddress, text.count, masks, &counts, level)
      }
    }
    return Masks(
      bits: (0..<6).map { Array(bits[$0 * words..<($0 + 1) * words]) },
      counts: [counts.continuation_bytes, counts.hash_signs, counts.ellipses])
  }

  /// The same, byte by byte.
  static func slowly(_ text: [UInt8]) -> Masks {
    let words = (text.count + 63) / 64
    var bits = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: 6)
    func set(_ array: Int, _ at: Int) { bits[array][at / 64] |= 1 << UInt64(at % 64) }
    var counts = [0, 0, 0]
    var dots = 0
    for at in 0..<(words * 64) {
      guard at < text.count else {
        set(0, at)
        continue
      }
      let byte = text[at]
      let space = byte == 32 || (9...13).contains(byte) || (0x1C...0x1F).contains(byte)
      let digit = (48...57).contains(byte)
      let letter = (65...90).contains(byte) || (97...122).contains(byte)
      if space { set(0, at) }
      if !space && !digit && !letter { set(1, at) }
      if digit { set(2, at) }
      if byte == 10 { set(3, at) }
      let rest = text[at...].prefix(3)
      let wide =
        rest.starts(with: [0xC2, 0x85]) || rest.elementsEqual([0xE2, 0x80, 0xA8])
        || rest.elementsEqual([0xE2, 0x80, 0xA9])
      if (10...13).contains(byte) || (0x1C...0x1E).contains(byte) || wide { set(4, at) }
      if byte >= 0x80 { set(5, at) }
      counts[0] += byte & 0xC0 == 0x80 ? 1 : 0
      counts[1] += byte == 35 ? 1 : 0
      dots = byte == 46 ? dots + 1 : 0
      if dots == 3 {
        counts[2] += 1
        dots = 0
      }
      if rest.elementsEqual([0xE2, 0x80, 0xA6]) { counts[2] += 1 }
    }
    return Masks(bits: bits, counts: counts)
  }

  @Test("the masks of every kernel level are those of a loop over the bytes")
  func levels() {
    var random = SystemRandomNumberGenerator()
    let frequent: [UInt8] = [46, 46, 46, 10, 32, 0xE2, 0x80, 0xA6, 0xA8, 0xC2, 0x85, 35, 97, 13]
    for count in [0, 1, 2, 3, 63, 64, 65, 127, 128, 129, 1000] {
      for _ in 0..<20 {
        let text = (0..<count).map { _ in
          Bool.random(using: &random)
            ? frequent.randomElement(using: &random) ?? 0
            : UInt8.random(in: 0...255, using: &random)
        }
        let expected = Self.slowly(text)
        for level: Int32 in -1...2 { #expect(Self.measure(text, level: level) == expected) }
      }
    }
  }
}
