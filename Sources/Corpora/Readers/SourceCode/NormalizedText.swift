import Glibc

/// Text for the comparison of phrases: letters in lower case and digits; everything between two words,
/// such as line ends, comment marks and punctuation, is one space.
struct NormalizedText {
  let bytes: [UInt8]

  init(_ text: UnsafeRawBufferPointer) {
    bytes = [UInt8](unsafeUninitializedCapacity: text.count + 2) { output, count in
      output[0] = 0x20
      count = 1
      for byte in text {
        let lower = byte | 0x20
        let isWord = (0x61...0x7a).contains(lower) || (0x30...0x39).contains(byte) || byte >= 0x80
        if isWord {
          output[count] = (0x61...0x7a).contains(lower) ? lower : byte
          count += 1
        } else if output[count - 1] != 0x20 {
          output[count] = 0x20
          count += 1
        }
      }
      if output[count - 1] != 0x20 {
        output[count] = 0x20
        count += 1
      }
    }
  }

  /// Where a phrase of whole words begins; nil where it is not there.
  func place(of phrase: StaticString, from start: Int = 0) -> Int? {
    let length = phrase.utf8CodeUnitCount
    return bytes.withUnsafeBytes { text in
      guard let base = text.baseAddress, length > 0 else { return nil }
      var at = max(start, 1)
      // The space in front of the phrase and behind it make it one of whole words.
      while at + length < text.count,
        let found = memchr(base + at, Int32(phrase.utf8Start[0]), text.count - length - at)
      {
        let place = UnsafeRawPointer(found) - base
        if text[place - 1] == 0x20, text[place + length] == 0x20,
          memcmp(base + place, phrase.utf8Start, length) == 0
        {
          return place
        }
        at = place + 1
      }
      return nil
    }
  }

  func has(_ phrases: StaticString...) -> Bool { phrases.allSatisfy { place(of: $0) != nil } }

  /// The words from a place on.
  func words(from place: Int, count: Int) -> [String] {
    bytes[min(place, bytes.count)...].prefix(count * 16).split(separator: 0x20).prefix(count).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
