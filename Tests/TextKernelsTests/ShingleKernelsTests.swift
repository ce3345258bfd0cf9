import TextKernels
import Testing

private func mix(_ value: UInt64) -> UInt64 {
  var x = value
  x ^= x >> 33
  x = x &* 0xff51_afd7_ed55_8ccd
  x ^= x >> 33
  x = x &* 0xc4ce_b9fe_1a85_ec53
  return x ^ x >> 33
}

private func shingleSet(_ shingles: [UInt64]) -> [UInt32] {
  var shingles = shingles
  let count = text_shingle_set(&shingles, shingles.count)
  return shingles.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)[..<count]) }
}

private func characterHashes(_ bytes: [UInt8]) -> [UInt64] {
  var hashes = [UInt64](repeating: 0, count: bytes.count)
  let count = text_character_hashes(bytes, bytes.count, &hashes)
  return Array(hashes[..<count])
}

@Suite struct ShingleKernelsTests {
  @Test("shingles are equal exactly where the runs of words are equal", arguments: [1, 2, 5, 13])
  func shingles(width: Int) {
    var generator = SystemRandomNumberGenerator()
    for count in [0, 1, 2, 4, 5, 6, 30, 200] {
      let vocabulary = [mix(1), mix(2), mix(3)]
      let words = (0..<count).map { _ in vocabulary.randomElement(using: &generator) ?? 0 }
      var hashes = words
      let found = text_shingles(&hashes, count, width)
      #expect(found == (count == 0 ? 0 : max(1, count - width + 1)))
      var hashOfRun: [[UInt64]: UInt64] = [:]
      for start in 0..<found {
        let run = Array(words[start..<min(count, start + width)])
        #expect(hashOfRun.updateValue(hashes[start], forKey: run) ?? hashes[start] == hashes[start])
      }
      #expect(Set(hashOfRun.values).count == hashOfRun.count)
    }
  }

  @Test("rolled shingles are the polynomial of their units", arguments: [1, 2, 3, 24])
  func polynomial(width: Int) {
    for count in [0, 1, 2, 3, 7, 24, 25, 26, 27, 100] {
      let units = (0..<UInt64(count)).map { mix($0 + 1) }
      var hashes = units
      let found = text_shingles(&hashes, count, width)
      for start in 0..<found {
        let run = units[start..<min(count, start + width)]
        let value = run.reduce(0 as UInt64) { $0 &* 0x9e37_79b9_7f4a_7c15 &+ $1 }
        #expect(hashes[start] == value)
      }
    }
  }

  @Test("each code point has its own hash, and an ill-formed byte one that no code point has")
  func characters() {
    let scalars =
      Array(0..<0x3000) + [0xd7ff, 0xe000, 0xffff, 0x10000, 0x1f600, 0x10ffff]
    let text = String(String.UnicodeScalarView(scalars.compactMap { Unicode.Scalar(UInt32($0)) }))
    let hashes = characterHashes(Array(text.utf8))
    #expect(hashes.count == scalars.count)
    #expect(Set(hashes).count == scalars.count)
    let broken = characterHashes((0x80...0xff).map { UInt8($0) })
    #expect(broken.count == 128 && Set(broken).isDisjoint(with: hashes))
    #expect(Set(broken).count == 128)
  }

  @Test("a sequence that is cut short is single bytes, and nothing past the end is read")
  func cutSequences() {
    let whole = Array("\u{1f600}".utf8)
    let single = whole.map { characterHashes([$0]) }.flatMap { $0 }
    for length in 1..<4 {
      #expect(characterHashes(Array(whole[..<length])) == Array(single[..<length]))
      let then = characterHashes(whole[..<length] + [0x61])
      #expect(then == single[..<length] + characterHashes([0x61]))
    }
    #expect(characterHashes(whole).count == 1)
  }

  @Test("hashes of tokens are distinct, and not those of characters")
  func tokens() {
    let ids = (0..<5000).map { UInt32($0) }
    var hashes = [UInt64](repeating: 0, count: ids.count)
    text_token_hashes(ids, ids.count, &hashes)
    #expect(Set(hashes).count == ids.count)
    #expect(Set(hashes).isDisjoint(with: characterHashes((0..<128).map { UInt8($0) })))
  }

  @Test("distinct values are those of a set, few or many, whatever their order")
  func distinct() {
    var generator = SystemRandomNumberGenerator()
    for (count, range) in [(0, 1), (1, 1), (300, 40), (3000, 2047), (3000, 2048), (9000, 20_000)] {
      var values = (0..<count).map { _ in
        mix(UInt64.random(in: 0..<UInt64(range), using: &generator))
      }
      let expected = Set(values)
      let kept = text_distinct_hashes(&values, count)
      #expect(kept == expected.count && Set(values[..<kept]) == expected)
    }
  }

  @Test("a shingle set is sorted, distinct, and the same whatever the order of shingles")
  func sets() {
    var generator = SystemRandomNumberGenerator()
    for count in Array(0...80) + [500, 5000] {
      let values = (0..<count).map { _ in UInt64.random(in: 0...UInt64(count), using: &generator) }
      let set = shingleSet(values)
      #expect(set == Set(values.map { UInt32(truncatingIfNeeded: mix($0)) }).sorted())
      #expect(set == shingleSet(values.shuffled(using: &generator)))
    }
  }

  @Test("the common count is that of sets, and stops early only below what is needed")
  func commonCount() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      let range: ClosedRange<UInt32> = 0...UInt32.random(in: 1...500, using: &generator)
      let size = Int.random(in: 0...300, using: &generator)
      let a = Set((0..<size).map { _ in UInt32.random(in: range, using: &generator) })
      let b = Set((0..<size).map { _ in UInt32.random(in: range, using: &generator) })
      let truth = a.intersection(b).count
      let (x, y) = (a.sorted(), b.sorted())
      #expect(text_common_count(x, x.count, y, y.count, 0) == truth)
      let needed = Int.random(in: 0...300, using: &generator)
      let found = text_common_count(x, x.count, y, y.count, needed)
      #expect(truth >= needed ? found == truth : found < needed)
    }
  }
}
