import Streams
import Testing

@testable import Tokenization

@Suite struct BytePairTrainerTests {
  private func counts(_ texts: [String]) throws -> PretokenCounts {
    let counts = try PretokenCounts()
    for text in texts { try Array(text.utf8).withUnsafeBytes { try counts.count($0) } }
    return counts
  }

  /// Texts from a small vocabulary with many ties, long words and bytes outside ASCII.
  private static let texts: [String] = (0..<400).map { i in
    let words = ["hello", " world", " aaaa", "'s", "\n", " naïve", "中文", " abab", "\t", "123"]
    return (0..<40).map { words[(i * 7 + $0 * $0 * 3) % (i % 10 + 1)] }.joined()
      + String(repeating: "ab", count: i % 37) + " w\(i * i % 1009)"
  }

  @Test("the vocabulary is that of the slow algorithm")
  func slowTwin() throws {
    let trained = try BytePairTrainer(vocabularyCount: 420).train(counts(Self.texts))
    let slow = SlowTrainer(texts: Self.texts, vocabularyCount: 420, minimumFrequency: 2)
    let merges = trained.merges.map { [trained.vocabulary[$0.left], trained.vocabulary[$0.right]] }
    #expect(merges.count > 100)
    #expect(merges.map { $0.map(Array.init) } == slow.merges)
  }

  @Test("tables counted apart give the same bytes as one", arguments: [2, 3, 7])
  func partition(parts: Int) throws {
    let trainer = BytePairTrainer(vocabularyCount: 500)
    let whole = try trainer.train(counts(Self.texts))
    let tables = try (0..<parts).map { part in
      try counts(Self.texts.enumerated().filter { $0.offset % parts == part }.map(\.element))
    }
    for table in tables.dropFirst().reversed() { try tables[0].merge(table) }
    #expect(try trainer.train(tables[0]).tokenizerJSON() == whole.tokenizerJSON())
  }

  @Test("training stops where pairs get rarer than the minimum")
  func minimumFrequency() throws {
    var trainer = BytePairTrainer(vocabularyCount: 1000, minimumFrequency: 3)
    let table = try counts(["abab abab ab xyz xyz"])
    #expect(try trainer.train(table).vocabularyCount == 257 + 1)
    trainer.minimumFrequency = 100
    #expect(try trainer.train(table).vocabularyCount == 257)
    #expect(try trainer.train(counts([])).vocabularyCount == 257)
  }

  @Test("special tokens come first, and merges never spell a second one")
  func specialTokens() throws {
    let trainer = BytePairTrainer(
      vocabularyCount: 262, specialTokens: ["<end>", "abc"], endOfText: "<end>")
    let tokenizer = try trainer.train(counts(["abc abc abc abc"]))
    #expect(tokenizer.specialTokens == [.init(id: 0, text: "<end>"), .init(id: 1, text: "abc")])
    #expect(tokenizer.endOfText == 0)
    #expect(tokenizer.encode("abc") == [1])
  }

  @Test("a vocabulary without room for the bytes is refused")
  func tooSmall() throws {
    #expect(throws: Fault.self) {
      _ = try BytePairTrainer(vocabularyCount: 256).train(counts(["a"]))
    }
    #expect(throws: Fault.self) {
      _ = try BytePairTrainer(vocabularyCount: 300, specialTokens: ["<a>", "<a>"]).train(
        counts(["a"]))
    }
    #expect(throws: Fault.self) {
      _ = try BytePairTrainer(vocabularyCount: 300, endOfText: "<b>").train(counts(["a"]))
    }
  }
}

/// Counts all pairs again before each merge. Ids as in `BytePairTrainer`.
private struct SlowTrainer {
  var merges: [[[UInt8]]] = []

  init(texts: [String], vocabularyCount: Int, minimumFrequency: Int) {
    var tokens: [[UInt8]] = [[]] + ByteAlphabet.bytesByLetter.map { [$0] }
    var words: [[Int]: Int] = [:]
    for text in texts {
      for word in Self.split(text) {
        words[word.map { byte in tokens.firstIndex(of: [byte]) ?? 0 }, default: 0] += 1
      }
    }
    while tokens.count < vocabularyCount {
      var pairs: [[Int]: Int] = [:]
      for (word, count) in words {
        for (a, b) in zip(word, word.dropFirst()) { pairs[[a, b], default: 0] += count }
      }
      let best = pairs.max { ($0.value, $1.key[0], $1.key[1]) < ($1.value, $0.key[0], $0.key[1]) }
      guard let best, best.value >= minimumFrequency else { return }
      let merged = tokens.count
      tokens.append(tokens[best.key[0]] + tokens[best.key[1]])
      merges.append([tokens[best.key[0]], tokens[best.key[1]]])
      var next: [[Int]: Int] = [:]
      for (word, count) in words {
        var joined: [Int] = []
        var i = 0
        while i < word.count {
          if i + 1 < word.count, word[i] == best.key[0], word[i + 1] == best.key[1] {
            joined.append(merged)
            i += 2
          } else {
            joined.append(word[i])
            i += 1
          }
        }
        next[joined, default: 0] += count
      }
      words = next
    }
  }

  private static func split(_ text: String) -> [[UInt8]] {
    let pattern =
      #/'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/#
      .matchingSemantics(.unicodeScalar)
    return text.matches(of: pattern).map { Array(text[$0.range].utf8) }
  }
}
