import Testing
import TextKernels

@Suite struct PretokenizerTests {
  private func split(_ bytes: [UInt8]) -> [Int] {
    var ends: [Int] = []
    var chunk = [Int](repeating: 0, count: Int(PRETOKENIZER_ENDS))
    bytes.withUnsafeBufferPointer { text in
      var walk = pretokenizer_walk()
      walk.text = text.baseAddress
      walk.count = text.count
      while walk.position < walk.count {
        let count = pretokenizer_scan(&walk, &chunk)
        ends.append(contentsOf: chunk[..<count])
      }
    }
    return ends
  }

  private static let pieces = [
    "a", "b", "s", "re", "ve", "ll", "d", "'", "'s", "'re", "'l", "'v", "''", " ", "  ", "\n",
    "\t", "\r\n", "1", "23", "!", "-", "\u{A0}", "\u{3000}", "\u{2003}", "\u{85}", "é", "ж", "中",
    "文", "𝒳", "٣", "Ⅷ", "😀", "\u{301}", "\u{200D}", "\0", "Z", "\u{1C}", "\u{7F}",
  ]

  @Test("pre-tokens are those of the regular expression, on the level that this process uses")
  func slowTwin() {
    let pattern =
      #/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/#
      .matchingSemantics(.unicodeScalar)
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for length in [0, 1, 2, 3, 5, 10, 30, 31, 32, 60, 64, 100, 200, 400] {
      for _ in 0..<12 {
        let text = (0..<length).map { _ in Self.pieces[next(Self.pieces.count)] }.joined()
        let bytes = Array(text.utf8)
        let expected = text.matches(of: pattern).map {
          text.utf8.distance(from: text.utf8.startIndex, to: $0.range.upperBound)
        }
        #expect(split(bytes) == expected, "\(text.debugDescription)")
      }
    }
  }

  @Test("where a chunk ends changes no boundary")
  func chunkEdges() {
    let tails = [
      "'s x", "'re'", "'lly", "  x", "\u{3000}\u{3000}y", "😀 z", "'ll", "'l", "\n", " ", "'",
    ]
    for tail in tails {
      let near = split(Array(("b" + tail).utf8))
      for length in Int(PRETOKENIZER_CHUNK) - 6...Int(PRETOKENIZER_CHUNK) + 6 {
        let far = split(Array((String(repeating: "b", count: length) + tail).utf8))
        #expect(far == near.map { $0 + length - 1 }, "\(tail.debugDescription) after \(length)")
      }
    }
  }

  @Test("bytes that are not UTF-8 are symbols, and the pre-tokens cover all bytes")
  func invalid() {
    #expect(split([0x61, 0xFF, 0xFE, 0x62]) == [1, 3, 4])
    #expect(split([0xE4, 0xB8]) == [2])
    #expect(split([0xC0, 0xA0, 0x20, 0xED, 0xA0, 0x80]) == [2, 6])
    var state: UInt64 = 1
    for length in [1, 63, 4095, 4096, 4097, 9000] {
      let bytes = (0..<length).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      let ends = split(bytes)
      #expect(ends.last == length)
      #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
