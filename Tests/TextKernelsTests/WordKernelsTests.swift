import TextKernels
import Testing

/// Plain twins of the word kernels, over Unicode scalars.
private enum Plain {
  static let spaces: Set<UInt32> = Set(
    [9, 10, 11, 12, 13, 28, 29, 30, 31, 32, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F]
      + [0x3000] + Array(0x2000...0x200A))

  static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  static func words(_ text: String) -> [(start: Int, bytes: [UInt8])] {
    var words: [(start: Int, bytes: [UInt8])] = []
    var current: [UInt8] = []
    var at = 0
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if spaces.contains(scalar.value) {
        if !current.isEmpty { words.append((at - current.count, current)) }
        current = []
      } else {
        current += bytes
      }
      at += bytes.count
    }
    if !current.isEmpty { words.append((at - current.count, current)) }
    return words
  }

  static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 33...47, 58...64, 91...96, 123...126: true
    case 0x2010...0x205E, 0x3001...0x301F: true
    default: false
    }
  }
}

/// Random text over letters, all kinds of whitespace, their neighbours in UTF-8, and punctuation.
private func randomText(_ generator: inout some RandomNumberGenerator, scalars: Int) -> String {
  let alphabet: [UInt32] =
    Array(Plain.spaces).sorted() + [0x84, 0xA1, 0xE9, 0x167F, 0x1681, 0x1FFF, 0x200B, 0x2027]
    + [0x202E, 0x2030, 0x205E, 0x2060, 0x2FFF, 0x3001, 0x301F, 0x3020, 0x4E2D, 0x1F600, 0, 8, 14]
    + [27, 33, 127] + Array("AZaz@[`{.,-'".unicodeScalars.map(\.value))
  let spaceShare = Int.random(in: 2...12, using: &generator)
  var text = String.UnicodeScalarView()
  for _ in 0..<scalars {
    let value: UInt32 =
      Int.random(in: 0..<spaceShare, using: &generator) == 0
      ? alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      : UInt32.random(in: 65...122, using: &generator)
    if let scalar = Unicode.Scalar(value) { text.append(scalar) }
  }
  return String(text)
}

private func hashes(_ bytes: [UInt8], lead: Int = 0) -> (hashes: [UInt64], starts: [UInt32]) {
  let room = text_word_capacity(bytes.count)
  var hashes = [UInt64](repeating: 0, count: room)
  var starts = [UInt32](repeating: 0, count: room)
  let padded = [UInt8](repeating: 65, count: lead) + bytes
  let count = padded.withUnsafeBufferPointer { buffer in
    text_word_hashes(buffer.baseAddress.map { $0 + lead }, bytes.count, &hashes, &starts)
  }
  return (Array(hashes[..<count]), Array(starts[..<count]))
}

private func collapsed(_ bytes: [UInt8]) -> [UInt8] {
  var output = [UInt8](repeating: 0, count: bytes.count + 16)
  let count = text_collapse(bytes, bytes.count, &output)
  return Array(output[..<count])
}

@Suite struct WordKernelsTests {
  @Test("words are cut where a loop over Unicode scalars cuts them, at every length and alignment")
  func wordsMatchThePlainLoop() {
    var generator = SystemRandomNumberGenerator()
    for length in Array(0...140) + [4095, 4096, 4097, 9000] {
      for lead in 0..<3 {
        let text = randomText(&generator, scalars: length)
        let expected = Plain.words(text)
        let found = hashes(Array(text.utf8), lead: lead)
        #expect(found.starts.map(Int.init) == expected.map(\.start), "\(text.debugDescription)")
        for (hash, word) in zip(found.hashes, expected) {
          #expect(hash == hashes(word.bytes).hashes.first)
        }
      }
    }
  }

  @Test("two words have the same hash exactly where they are equal without ASCII case")
  func hashesTellWordsApart() {
    var generator = SystemRandomNumberGenerator()
    var wordOfHash: [UInt64: [UInt8]] = [:]
    for _ in 0..<20000 {
      let length = Int.random(in: 1...40, using: &generator)
      let word = (0..<length).map { _ in UInt8.random(in: 64...92, using: &generator) }
      let lowered = word.map(Plain.lower)
      let hash = hashes(word).hashes[0]
      #expect(hash == hashes(lowered).hashes[0])
      #expect(wordOfHash.updateValue(lowered, forKey: hash) ?? lowered == lowered)
    }
    #expect(hashes([65, 0]).hashes != hashes([65]).hashes)
  }

  @Test("collapsed text is the words in lower case with one space between")
  func collapse() {
    var generator = SystemRandomNumberGenerator()
    for length in Array(0...140) + [5000] {
      let text = randomText(&generator, scalars: length)
      let expected = Plain.words(text).map { $0.bytes.map(Plain.lower) }.joined(separator: [32])
      #expect(collapsed(Array(text.utf8)) == Array(expected))
    }
  }

  @Test("blanked punctuation leaves every other byte in its place, in place and aside")
  func blankPunctuation() {
    var generator = SystemRandomNumberGenerator()
    for length in Array(0...140) + [5000] {
      let text = randomText(&generator, scalars: length)
      let expected = text.unicodeScalars.flatMap { scalar in
        let bytes = Array(String(scalar).utf8)
        return Plain.isPunctuation(scalar) ? bytes.map { _ in UInt8(32) } : bytes
      }
      var bytes = Array(text.utf8)
      var aside = [UInt8](repeating: 0, count: bytes.count)
      text_blank_punctuation(bytes, bytes.count, &aside)
      bytes.withUnsafeMutableBufferPointer {
        guard let base = $0.baseAddress else { return }
        text_blank_punctuation(base, $0.count, base)
      }
      #expect(aside == expected)
      #expect(bytes == expected)
    }
  }

  @Test("any bytes are safe: words lie inside the text and never overlap")
  func hostileBytes() {
    var generator = SystemRandomNumberGenerator()
    for length in 0..<300 {
      let bytes = (0..<length).map { _ -> UInt8 in
        [0xE2, 0x80, 0xC2, 0xE1, 0xE3, 0x81, 0x85, 0xFF, 0x20, 0x41].randomElement(
          using: &generator) ?? 0
      }
      let found = hashes(bytes)
      #expect(found.starts.allSatisfy { Int($0) < length })
      #expect(zip(found.starts, found.starts.dropFirst()).allSatisfy { $0 + 1 < $1 })
      #expect(collapsed(bytes).count <= length)
      var blanked = [UInt8](repeating: 0, count: length)
      text_blank_punctuation(bytes, length, &blanked)
    }
  }
}
