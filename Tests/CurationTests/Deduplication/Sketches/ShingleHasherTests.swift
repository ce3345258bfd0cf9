import Corpora
import Streams
import Testing
import Tokenization

@testable import Curation

@Suite struct ShingleHasherTests {
  private static func tokenizer(_ vocabulary: Int = 280) throws -> BytePairTokenizer {
    let counts = try PretokenCounts()
    let text = Array("the cat and the hat and the bat sat on that mat. ".utf8)
    try text.withUnsafeBytes { try counts.count($0) }
    return try BytePairTrainer(vocabularyCount: vocabulary).train(counts)
  }

  private static func plans() throws -> [MinHashPlan] {
    try [ShingleUnit.word, .character, .token(tokenizer())].flatMap { unit in
      try [1, 2, 5, 24].map {
        try MinHashPlan(validatingBands: 14, slotsPerBand: 8, shingleLength: $0, unit: unit)
      }
    }
  }

  private func shingles(_ plan: MinHashPlan, _ bytes: [UInt8]) -> [UInt64] {
    let hasher = ShingleHasher(plan)
    return bytes.withUnsafeBytes { Array(hasher.shingles(of: $0)) }
  }

  private func shingles(_ plan: MinHashPlan, _ text: String) -> [UInt64] {
    shingles(plan, Array(text.utf8))
  }

  @Test("case and kinds of whitespace make no difference to any unit")
  func collapsing() throws {
    for plan in try Self.plans() {
      let plain = shingles(plan, "the cat sat on the mat and the hat")
      #expect(plain == shingles(plan, "  The CAT\n\nsat\u{2003}on the\tmat and THE hat \r\n"))
      #expect(plain != shingles(plan, "the cat sat on the mat and the hut"))
      #expect(shingles(plan, " \u{3000}\n").isEmpty && shingles(plan, "").isEmpty)
    }
  }

  @Test("as many shingles as runs, one where the text is shorter than a run")
  func counts() throws {
    for length in [1, 3, 24] {
      let words = try MinHashPlan(validatingBands: 1, slotsPerBand: 1, shingleLength: length)
      let characters = try MinHashPlan(
        validatingBands: 1, slotsPerBand: 1, shingleLength: length, unit: .character)
      let tokenizer = try Self.tokenizer()
      let tokens = try MinHashPlan(
        validatingBands: 1, slotsPerBand: 1, shingleLength: length, unit: .token(tokenizer))
      let text = "na\u{ef}ve \u{4f60}\u{597d} \u{1f600} the cat and the hat"
      #expect(shingles(words, text).count == max(1, 8 - length + 1))
      #expect(shingles(characters, text).count == max(1, text.unicodeScalars.count - length + 1))
      #expect(shingles(tokens, text).count == max(1, tokenizer.encode(text).count - length + 1))
    }
  }

  @Test("another tokenizer is another plan, and the same one twice the same")
  func tokenizers() throws {
    let (one, again, other) = try (
      ShingleUnit.token(Self.tokenizer()), ShingleUnit.token(Self.tokenizer()),
      ShingleUnit.token(Self.tokenizer(260))
    )
    #expect(one == again && one.hashValue == again.hashValue)
    #expect(one != other && one != .word && ShingleUnit.word != .character)
    let plans = try [one, other].map {
      try MinHashPlan(validatingBands: 14, slotsPerBand: 8, unit: $0)
    }
    #expect(plans[0].description != plans[1].description)
    #expect(plans[0].description.hasPrefix("14 bands of 8 slots, runs of 5 tokens of tokenizer "))
  }

  @Test("a verifying set is that of the sketched shingles")
  func sets() throws {
    for plan in try Self.plans() {
      let maker = ShingleSetMaker(plan: plan)
      for text in textsWithCopies(originals: 5, seed: 3) + ["", "a", "the the the the the the"] {
        let set = Array(text.utf8).withUnsafeBytes { maker.set(of: $0) }
        #expect(set.count == Set(shingles(plan, text)).count)
        #expect(set.hashes == set.hashes.sorted())
      }
    }
  }

  @Test("hostile bytes are hashed, the same way every time and after any other text")
  func hostile() throws {
    let texts: [[UInt8]] = [
      [], [0], [0xff], [0xf0, 0x9f], [0xc2], [0xe3, 0x80], Array(repeating: 0x80, count: 1000),
      Array(0...255), Array(repeating: 0x20, count: 5000), Array(repeating: 0x61, count: 70_000),
      Array("\u{0}\u{85}\u{a0}\u{feff}\u{200b}\u{2028}".utf8),
      (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 167 >> 3) },
    ]
    for plan in try Self.plans() {
      let reused = ShingleHasher(plan)
      let fingerprinter = Fingerprinter(plan: plan)
      for text in texts + texts.reversed() {
        let found = text.withUnsafeBytes { Array(reused.shingles(of: $0)) }
        #expect(found == shingles(plan, text))
        let sketch = text.withUnsafeBytes { fingerprinter.sketch($0) }
        #expect(sketch.isEmpty == found.isEmpty)
        let bands = fingerprinter.bands(ByteColumn([text]))
        #expect(bands.contains(0) == found.isEmpty)
      }
    }
  }

  @Test("room for a long text is given back, and is not twice what the text needs")
  func scratch() {
    var buffer = ScratchBuffer<UInt64>()
    #expect(buffer.room(for: 0).count == 0)
    #expect(buffer.room(for: 100).count == 125)
    #expect(buffer.room(for: 110).count == 125)
    #expect(buffer.room(for: 10).count == 125)
    let huge = 12 << 20
    #expect(buffer.room(for: huge).count == huge + huge / 4)
    #expect(buffer.room(for: huge / 2).count == huge + huge / 4)
    #expect(buffer.room(for: 1000).count == 1250)
  }
}
