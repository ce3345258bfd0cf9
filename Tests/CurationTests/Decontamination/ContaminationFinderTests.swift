import Streams
import Testing

@testable import Curation

private func item(_ id: String, _ parts: EvaluationItem.Part...) -> EvaluationItem {
  EvaluationItem(id: id, parts: parts)
}

private func find(
  _ items: [EvaluationItem], in text: String,
  _ change: (inout ContaminationSettings) -> Void = { _ in }
) throws -> [ContaminationFinding] {
  var settings = ContaminationSettings()
  change(&settings)
  let sets = try EvaluationIndexes([EvaluationSet(name: "set", items: items)], settings: settings)
  return text.utf8.withContiguousStorageIfAvailable {
    sets.finder().findings(in: UnsafeRawBufferPointer($0))
  } ?? Array(text.utf8).withUnsafeBytes { sets.finder().findings(in: $0) }
}

private let question =
  "Janet's ducks lay sixteen eggs per day; how many dollars does she make at the farmers' market?"
private let prose = """
  It was a bright cold day in April, and the clocks were striking. The hallway smelt of boiled
  cabbage and old rag mats, and at one end of it a coloured poster had been tacked to the wall.

  """

@Suite struct ContaminationFinderTests {
  @Test(
    "a question is found as it is and with other case, punctuation and white space",
    arguments: [
      question, question.uppercased(), question.replacing(" ", with: "\n\t "),
      question.filter { !$0.isPunctuation },
      String(question.map { $0.isPunctuation ? " " : $0 }),
      question.replacing("'", with: "\u{2019}").replacing(";", with: " \u{2014}"),
    ])
  func changed(text: String) throws {
    let found = try find([item("a", .init(.question, question))], in: prose + text + "\n" + prose)
    #expect(found.count == 1)
    let first = try #require(found.first)
    #expect(first.decides && first.share == 1 && first.kind == .question)
    let start = prose.utf8.count
    #expect(first.bytes.lowerBound == start)
    #expect(first.bytes.upperBound <= start + text.utf8.count)
    #expect(first.bytes.upperBound >= start + text.utf8.count - 2)
  }

  @Test("nothing is found in prose, in nothing, in one word and in marks")
  func clean() throws {
    for text in [prose, "", "ducks", "... --- !!!", "\u{0}\u{0}"] {
      #expect(try find([item("a", .init(.question, question))], in: text).isEmpty)
    }
  }

  @Test("the share is that of the part's words, and the overlap decides at it")
  func overlap() throws {
    // 20 words, of which the first 16 are there.
    let words = (0..<20).map { "word\($0)" }
    let part = item("a", .init(.question, words.joined(separator: " ")))
    let text = prose + words[..<16].joined(separator: " ") + " and no more " + prose
    let found = try find([part], in: text)
    #expect(found.map(\.share) == [0.8] && found.map(\.longestRun) == [16])
    #expect(try find([part], in: text) { $0.overlap = 0.81 }.isEmpty)
  }

  @Test("runs are joined over words that were changed, left out or added; a substring is not")
  func gaps() throws {
    var words = (0..<30).map { "word\($0)" }
    let part = item("a", .init(.question, words.joined(separator: " ")))
    words[10] = "other"
    words.remove(at: 20)
    words.insert("more", at: 25)
    let text = prose + words.joined(separator: " ")
    let found = try find([part], in: text)
    #expect(found.map(\.share) == [28.0 / 30])
    #expect(found.map(\.longestRun) == [10])
    #expect(try find([part], in: text) { $0.method = .substring }.isEmpty)
    let parted = try find([part], in: text) {
      $0.method = .substring
      $0.overlap = 0.32
    }
    #expect(parted.map(\.share) == [10.0 / 30])
  }

  @Test("a short question decides with its answer or choices near it, not alone")
  func shortQuestion() throws {
    let short = item(
      "a", .init(.question, "Predators eat"), .init(.choice, "lions"),
      .init(.answer, "bunnies"), .init(.choice, "grassy hills"))
    #expect(try find([short], in: prose + "Predators eat at night." + prose).isEmpty)
    let found = try find(
      [short], in: prose + "Predators eat\nA. lions\nB. bunnies\nC. grassy hills\n" + prose)
    #expect(found.map(\.decides) == [true, false, false, false])
    #expect(found.map(\.kind) == [.question, .choice, .answer, .choice])
    let far = prose + "Predators eat. " + String(repeating: prose, count: 40) + "lions bunnies"
    #expect(try find([short], in: far).isEmpty)
  }

  @Test("a long answer decides alone, a short answer and a passage never do")
  func answers() throws {
    let solution = (0..<14).map { "step\($0)" }.joined(separator: " ")
    let whole = item(
      "a", .init(.question, question), .init(.answer, solution), .init(.choice, "nine eggs"),
      .init(.passage, "A farm of ducks near the coast sells what its birds lay on every single day")
    )
    #expect(try find([whole], in: prose + solution + prose).map(\.decides) == [true])
    #expect(try find([whole], in: prose + "nine eggs").isEmpty)
    let passage = try find([whole], in: prose + whole.parts[3].text)
    #expect(passage.map(\.decides) == [false] && passage.map(\.kind) == [.passage])
    #expect(try find([whole], in: prose + solution) { $0.answerWords = 15 }.isEmpty)
  }

  @Test("items of many lengths planted into one text are all found at their places")
  func many() throws {
    var generator = SystemRandomNumberGenerator()
    let items = (0..<60).map { number in
      item(
        "\(number)",
        .init(
          .question,
          (0..<Int.random(in: 5...80, using: &generator)).map { "w\(number)x\($0)" }
            .joined(separator: " ")))
    }
    var text = ""
    var places: [Range<Int>] = []
    for planted in items.shuffled(using: &generator) {
      text += prose
      let start = text.utf8.count
      text += planted.parts[0].text
      places.append(start..<text.utf8.count)
      text += ". "
    }
    for method in [ContaminationSettings.Method.ngram, .substring] {
      let found = try find(items, in: text) { $0.method = method }
      #expect(found.map(\.bytes) == places)
      #expect(found.allSatisfy { $0.share == 1 && $0.decides })
    }
  }

  @Test("MinHash finds what is similar, and its similarity is the Jaccard of shingles")
  func minhash() throws {
    var words = (0..<40).map { "word\($0)" }
    let part = item("a", .init(.question, words.joined(separator: " ")))
    let exact = try find([part], in: prose + words.joined(separator: " ") + prose) {
      $0.method = .minhash
      $0.overlap = 0.5
    }
    #expect(exact.first?.decides == true)
    #expect((exact.first?.share ?? 0) > 0.7)
    words[20] = "other"
    let near = try find([part], in: words.joined(separator: " ")) {
      $0.method = .minhash
      $0.overlap = 0.5
    }
    // 38 shingles of 3 words, of which 3 hold the changed word: 35 of 41.
    #expect(near.map { ($0.share * 1000).rounded() } == [(35.0 / 41 * 1000).rounded()])
    #expect(try find([part], in: prose + prose) { $0.method = .minhash }.isEmpty)
  }

  @Test("texts that repeat a repetitive item are done in time", .timeLimit(.minutes(1)))
  func repetitive() throws {
    let part = item("a", .init(.question, String(repeating: "a b ", count: 500)))
    let text = String(repeating: "a b ", count: 50_000)
    #expect(try find([part], in: text).first?.decides == true)
  }

  @Test("a template that many items share tells none of them from another")
  func template() throws {
    let items = (0..<300).map {
      item(
        "\($0)",
        .init(
          .question, "Which of the following statements best describes the zorb\($0) glim\($0)?"))
    }
    let text = prose + "Which of the following statements best describes the weather?" + prose
    #expect(try find(items, in: text) { $0.overlap = 0.9 }.isEmpty)
    let found = try find(items, in: prose + items[217].parts[0].text) { $0.overlap = 0.9 }
    #expect(found.map(\.item) == [217])
  }

  @Test("settings out of range are input faults")
  func settings() {
    for change: (inout ContaminationSettings) -> Void in [
      { $0.words = 1 }, { $0.overlap = 0 }, { $0.overlap = .nan }, { $0.answerWords = 3 },
      { $0.evidenceBits = -1 },
    ] {
      #expect(throws: Fault.self) { try find([], in: "", change) }
    }
  }
}
