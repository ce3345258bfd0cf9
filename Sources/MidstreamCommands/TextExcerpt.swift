/// Stretches of a text's bytes for people, without half characters at their ends.
enum TextExcerpt {
  /// - Parameters:
  ///   - range: may begin or end inside a character, and may end behind the text.
  ///   - limit: bytes.
  static func text(
    _ range: Range<Int>, of text: UnsafeRawBufferPointer, limit: Int
  ) -> String {
    let range = range.clamped(to: 0..<text.count)
    let bytes = UnsafeRawBufferPointer(rebasing: text[range].prefix(limit))
    let start = bytes.prefix(3).prefix { $0 & 0xC0 == 0x80 }.count
    let whole = bytes[start..<max(start, bytes.count - partialCharacter(bytes))]
    return String(decoding: whole, as: UTF8.self)
  }

  /// Bytes of a character at the end whose rest is missing.
  private static func partialCharacter(_ bytes: UnsafeRawBufferPointer) -> Int {
    for back in 1...4 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte < 0x80 { return 0 }
      if byte >= 0xC0 {
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        return length > back ? back : 0
      }
    }
    return 0
  }
}
