import Foundation
import Streams
import TestFolders
import Testing
import TextKernels
import Tokenization

@testable import Curation

/// Runs of tokens.
@Suite struct TokenContaminationTests {
  private let tokenizer: BytePairTokenizer

  init() throws { tokenizer = try SubstringTokenTests.tokenizer(fillers: 0) }

  private static let question =
    "Janet's ducks lay sixteen eggs per day; how many dollars does she make at the farmers' market?"
  private static let prose = """
    It was a bright cold day in April, and the clocks were striking. The hallway smelt of boiled
    cabbage and old rag mats, and at one end of it a coloured poster had been tacked to the wall.

    """

  private func settings(_ words: Int = 8) -> ContaminationSettings {
    var settings = ContaminationSettings()
    settings.unit = .token(tokenizer)
    settings.words = words
    settings.answerWords = max(settings.answerWords, words)
    return settings
  }

  private func finder(_ items: [EvaluationItem], words: Int = 8) throws -> ContaminationFinder {
    try EvaluationIndexes(
      [EvaluationSet(name: "set", items: items)], settings: settings(words)
    ).finder()
  }

  private func find(_ finder: ContaminationFinder, _ text: String) -> [ContaminationFinding] {
    Array(text.utf8).withUnsafeBytes { finder.findings(in: $0) }
  }

  @Test("the tokens of a text are those of its folded words with a space in front of each")
  func tokens() {
    let texts = [
      "Don't  PANIC, it's the café №5!", "naïve ﬁne ½ ﷺ", "日本 語", "", " , ", "a\u{0}b\u{FF}",
      "x_y__z", String(repeating: "ﷺ ", count: 50),
    ]
    let plain = FoldedWords()
    let reader = FoldedWords(.token(tokenizer))
    for text in texts {
      for mode in [
        folded_words_apart, folded_words_joined, folded_words_joined_at_underscores,
      ] {
        plain.read(text, mode)
        reader.read(text, mode)
        // What the words are is known by their hashes: folding twice changes nothing.
        let words = Self.folded(text, mode)
        let again = FoldedWords()
        again.read(words)
        #expect(again.list == plain.list || mode.rawValue != folded_words_apart.rawValue)
        let ids = words.isEmpty ? [] : tokenizer.encode(words)
        var hashes = [UInt64](repeating: 0, count: ids.count)
        text_token_hashes(ids, ids.count, &hashes)
        #expect(reader.list == hashes, "\(text)")
        // Every word of the text is that of a token, in order.
        var places: [[UInt32]] = []
        for index in 0..<reader.count {
          let place = [reader.starts[index], reader.ends[index]]
          if places.last != place { places.append(place) }
        }
        #expect(places == (0..<plain.count).map { [plain.starts[$0], plain.ends[$0]] }, "\(text)")
      }
    }
  }

  /// What `text_folded_bytes` writes.
  private static func folded(_ text: String, _ mode: folded_words_mode) -> String {
    let bytes = Array(text.utf8)
    let most = folded_words_capacity(bytes.count)
    var byteEnds = [UInt32](repeating: 0, count: most)
    var (starts, ends) = (byteEnds, byteEnds)
    var count = 0
    var folded = [UInt8](repeating: 0, count: 20 * bytes.count + 8)
    let needed = text_folded_bytes(
      bytes, bytes.count, mode, &folded, folded.count, &byteEnds, &starts, &ends, &count)
    // Without room nothing is written, and as much is needed.
    var nothing: UInt8 = 3
    let same = text_folded_bytes(
      bytes, bytes.count, mode, &nothing, 0, &byteEnds, &starts, &ends, &count)
    #expect(same == needed && nothing == 3)
    return String(decoding: folded[..<needed], as: UTF8.self)
  }

  @Test("a planted question is found in any writing, with its place; prose is not")
  func planted() throws {
    let items = [EvaluationItem(id: "a", parts: [.init(.question, Self.question)])]
    for words in [8, 10, 13] {
      let finder = try finder(items, words: words)
      #expect(find(finder, Self.prose + Self.prose).isEmpty)
      for text in [
        Self.question, Self.question.uppercased(), Self.question.replacing(" ", with: "\n\t "),
        Self.question.filter { !$0.isPunctuation },
        Self.question.replacing("'", with: "\u{2019}").replacing(";", with: " \u{2014}"),
      ] {
        let found = find(finder, Self.prose + text + "\n" + Self.prose)
        #expect(found.count == 1 && found.first?.decides == true && found.first?.share == 1)
        let start = Self.prose.utf8.count
        #expect(found.first?.bytes.lowerBound == start)
        let end = found.first?.bytes.upperBound ?? 0
        #expect(end <= start + text.utf8.count && end >= start + text.utf8.count - 2)
        // Tokens are counted, not words.
        #expect(found.first?.partWords ?? 0 > 20)
      }
    }
  }

  @Test("the share is that of the part's tokens, and the overlap decides at it")
  func overlap() throws {
    // Two letters that no merge joins: with its space each word is three tokens.
    let words = (0..<20).map { "\(Character(UnicodeScalar(UInt8(97 + $0))))q" }
    let items = [EvaluationItem(id: "a", parts: [.init(.question, words.joined(separator: " "))])]
    let text = words[..<16].joined(separator: " ") + " and no more"
    let finder = try finder(items)
    let whole = find(finder, words.joined(separator: " "))
    #expect(whole.map(\.share) == [1])
    let found = find(finder, text)
    #expect(found.count == 1)
    let share = Double(found.first?.longestRun ?? 0) / Double(found.first?.partWords ?? 1)
    #expect(found.first?.share == share && share >= 0.8 && share < 0.85)
    #expect(
      text.utf8.prefix(found.first?.bytes.upperBound ?? 0).count
        >= words[..<16].joined(separator: " ").utf8.count)
  }

  @Test("what is found in a text does not depend on what the finder read before")
  func order() throws {
    let items = [EvaluationItem(id: "a", parts: [.init(.question, Self.question)])]
    let huge = String(repeating: Self.prose, count: 300)
    let texts = [
      Self.question, "", huge + Self.question, "x", Self.prose + Self.question.uppercased(), huge,
    ]
    let alone = try texts.map { find(try finder(items), $0) }
    #expect(alone.map(\.count) == [1, 0, 1, 0, 1, 0])
    let used = try finder(items)
    for place in [2, 0, 5, 1, 4, 3, 2, 2, 0] { #expect(find(used, texts[place]) == alone[place]) }
  }

  @Test("the evidence is that of the words: a short and common question needs its answer still")
  func evidence() throws {
    let items = [
      EvaluationItem(
        id: "a", parts: [.init(.question, "How is it done?"), .init(.answer, "Vilnius Kaunas")])
    ]
    let finder = try finder(items)
    #expect(find(finder, "And how is it done? Nobody knows.").isEmpty)
    let found = find(finder, "And how is it done? In Vilnius, Kaunas.")
    #expect(found.map(\.kind) == [.question, .answer] && found.map(\.decides) == [true, false])
    #expect(find(finder, "").isEmpty)
    var wrong = ContaminationSettings()
    wrong.unit = .character
    #expect(throws: Fault.self) { try wrong.check() }
  }

  @Test("items of the shared sets planted into prose are found by tokens as they are by words")
  func shared() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let data = root + "/../shared/data/"
    guard Folder.isFolder(data) else {
      print("skipped: no shared data beside the package")
      return
    }
    let reader = EvaluationSetReader(try BenchmarkCatalog.builtIn())
    let sets = try ["foundry/copa.jsonl.zst", "humaneval.jsonl.zst"].map {
      try reader.read(data + "eval/" + $0).set
    }
    let finder = try EvaluationIndexes(sets, settings: settings(13)).finder()
    let text = String(
      decoding: try InputFile.decompressedBytes(data + "text/prose_tinyshakespeare.txt.zst"),
      as: UTF8.self)
    let carrier = String(text.prefix(1000))
    #expect(find(finder, String(text.prefix(200_000))).allSatisfy { !$0.decides })
    for (set, evaluation) in sets.enumerated() {
      for item in stride(from: 0, to: evaluation.items.count, by: 10) {
        let whole = evaluation.items[item].parts.map(\.text).joined(separator: "\n")
        let found = find(finder, carrier + whole.uppercased() + "\n" + carrier)
        #expect(
          found.contains { $0.decides && $0.set == set && $0.item == item }, "\(set) \(item)")
      }
    }
  }
}
