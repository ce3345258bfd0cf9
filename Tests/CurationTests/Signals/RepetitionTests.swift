import Curation
import Testing

/// Gopher's repetition measurements against their definition, written out slowly.
@Suite struct RepetitionTests {
  static func topGram(_ words: [String], _ n: Int) -> Int {
    guard words.count >= n else { return 0 }
    var counts: [String: Int] = [:]
    var order: [String] = []
    for start in 0...(words.count - n) {
      let gram = words[start..<start + n].joined(separator: " ")
      if counts[gram] == nil { order.append(gram) }
      counts[gram, default: 0] += 1
    }
    var best = order[0]
    for gram in order where (counts[gram] ?? 0) > (counts[best] ?? 0) { best = gram }
    return best.unicodeScalars.count * (counts[best] ?? 0)
  }

  static func duplicateGrams(_ words: [String], _ n: Int) -> Int {
    var seen: Set<String> = []
    var characters = 0
    var start = 0
    while start + n <= words.count {
      let gram = words[start..<start + n].joined()
      if seen.contains(gram) {
        characters += gram.unicodeScalars.count
        start += n
      } else {
        seen.insert(gram)
        start += 1
      }
    }
    return characters
  }

  @Test(
    "the n-gram signals equal their slow definition on random words",
    arguments: [2, 3, 12, 40])
  func slowTwin(alphabet: Int) throws {
    var random = SystemRandomNumberGenerator()
    // "aa" beside "a" "a" tells grams that are joined without spaces from those that are not.
    let vocabulary = (0..<alphabet).map { index in
      index < 4
        ? String(repeating: "a", count: index + 1) : "é" + String(repeating: "b", count: index)
    }
    let names = (2...4).map { "top_\($0)_gram" } + (5...10).map { "dup_\($0)_gram" }
    let meter = try SignalMeter(names)
    for count in [1, 2, 3, 4, 5, 6, 9, 10, 11, 50, 400, 3000] {
      let words = (0..<count).map { _ in vocabulary.randomElement(using: &random) ?? "a" }
      let text = words.joined(separator: " ")
      let length = text.unicodeScalars.count
      let expected =
        (2...4).map { Self.topGram(words, $0) } + (5...10).map { Self.duplicateGrams(words, $0) }
      let values = try Array(text.utf8).withUnsafeBytes { try meter.measure($0) }
      #expect(values == expected.map { Float(Double($0) / Double(length)) }, "\(words)")
    }
  }
}
