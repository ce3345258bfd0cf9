/// Lower case of UTF-8 texts by Unicode's mappings, each code point on its own: Σ is σ at the end of a
/// word too.
enum LowerCase {
  /// By code point, to the last one that has a case.
  private static let mapping: [UInt32] = (0..<UInt32(0x1E944)).map { code in
    guard let scalar = Unicode.Scalar(code) else { return code }
    let lower = scalar.properties.lowercaseMapping.unicodeScalars
    return lower.count == 1 ? lower.first?.value ?? code : code
  }

  /// Replaces `output` by the lower case of `text`; bytes that are not UTF-8 stay.
  static func map(_ text: UnsafeRawBufferPointer, into output: inout [UInt8]) {
    output.removeAll(keepingCapacity: true)
    // A letter of two bytes may become one of three.
    output.append(addingCapacity: text.count + text.count / 2 + 8) { span in
      span.withUnsafeMutableBufferPointer { buffer, count in
        count = fill(UnsafeMutableRawBufferPointer(buffer), text)
      }
    }
  }

  private static func fill(
    _ output: UnsafeMutableRawBufferPointer, _ text: UnsafeRawBufferPointer
  ) -> Int {
    var written = 0
    var at = 0
    while at < text.count {
      if at + 8 <= text.count {
        let word = text.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        if word & 0x8080_8080_8080_8080 == 0 {
          output.storeBytes(of: lowerASCII(word), toByteOffset: written, as: UInt64.self)
          at += 8
          written += 8
          continue
        }
      }
      let byte = text[at]
      if byte < 0x80 {
        output[written] = byte &- 0x41 < 26 ? byte | 0x20 : byte
        at += 1
        written += 1
        continue
      }
      let (code, length) = scalar(text, at)
      if code == 0x130 {  // İ becomes i and a dot above
        output[written] = 0x69
        written += 1 + store(0x307, output, written + 1)
      } else if let code, code < mapping.count, mapping[Int(code)] != code {
        written += store(mapping[Int(code)], output, written)
      } else {
        for offset in 0..<length { output[written + offset] = text[at + offset] }
        written += length
      }
      at += length
    }
    return written
  }

  private static func lowerASCII(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    // The high bit of each byte: whether it is at least "A", and whether it is above "Z".
    let from = word &+ ones &* (0x80 - 0x41)
    let above = word &+ ones &* (0x80 - 0x5B)
    return word | ((from & ~above & (ones &* 0x80)) >> 2)
  }

  /// The code point at `at`, nil where there is none, and its bytes.
  private static func scalar(_ text: UnsafeRawBufferPointer, _ at: Int) -> (UInt32?, Int) {
    let lead = text[at]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
    guard length > 1, at + length <= text.count, lead < 0xF5 else { return (nil, 1) }
    var code = UInt32(lead) & (0x7F >> UInt32(length))
    for offset in 1..<length {
      let byte = text[at + offset]
      guard byte & 0xC0 == 0x80 else { return (nil, 1) }
      code = code << 6 | UInt32(byte & 0x3F)
    }
    return (code, length)
  }

  private static func store(
    _ code: UInt32, _ output: UnsafeMutableRawBufferPointer, _ at: Int
  ) -> Int {
    switch code {
    case ..<0x80:
      output[at] = UInt8(truncatingIfNeeded: code)
      return 1
    case ..<0x800:
      output[at] = UInt8(truncatingIfNeeded: 0xC0 | code >> 6)
      output[at + 1] = UInt8(truncatingIfNeeded: 0x80 | code & 0x3F)
      return 2
    case ..<0x10000:
      output[at] = UInt8(truncatingIfNeeded: 0xE0 | code >> 12)
      output[at + 1] = UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F)
      output[at + 2] = UInt8(truncatingIfNeeded: 0x80 | code & 0x3F)
      return 3
    default:
      output[at] = UInt8(truncatingIfNeeded: 0xF0 | code >> 18)
      output[at + 1] = UInt8(truncatingIfNeeded: 0x80 | code >> 12 & 0x3F)
      output[at + 2] = UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F)
      output[at + 3] = UInt8(truncatingIfNeeded: 0x80 | code & 0x3F)
      return 4
    }
  }
}
