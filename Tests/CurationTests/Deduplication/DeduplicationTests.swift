import Corpora
import Curation
import Streams
import Testing

@Suite struct DeduplicationTests {
  let texts = textsWithCopies(originals: 60, seed: 7)

  @Test("removals are the same for every number of threads and every cut into tasks")
  func determinism() throws {
    let whole = SmallCorpus(texts: texts, taskSizes: [texts.count])
    let expected = whole.numbers(try whole.clusters())
    #expect(expected.count > 30)
    for sizes in [[1, 0, texts.count - 1], [texts.count / 2, texts.count - texts.count / 2]]
      + [[Int](repeating: 1, count: texts.count)]
    {
      let cut = SmallCorpus(texts: texts, taskSizes: sizes)
      for threads in [1, 2, 5] {
        #expect(cut.numbers(try cut.clusters(threads: threads)) == expected)
      }
    }
  }

  @Test(
    "every reported similarity is the Jaccard similarity of the texts and reaches the threshold")
  func similarities() throws {
    let corpus = SmallCorpus(texts: texts, taskSizes: [texts.count])
    for removal in try corpus.clusters().removals {
      let (a, b) = (texts[corpus.number(removal.removed)], texts[corpus.number(removal.partner)])
      let truth = SmallCorpus.similarity(SmallCorpus.shingles(a), SmallCorpus.shingles(b))
      #expect(abs(Double(removal.similarity) - truth) < 1e-5)
      #expect(truth >= 0.8)
    }
  }

  @Test("clusters hold 97% of the removals of an exact join, and nothing else")
  func recall() throws {
    let corpus = SmallCorpus(texts: texts, taskSizes: [texts.count])
    let clusters = try corpus.clusters()
    let sets = texts.map(SmallCorpus.shingles)
    var component = Array(texts.indices)
    for a in texts.indices {
      for b in 0..<a where component[a] != component[b] {
        guard SmallCorpus.similarity(sets[a], sets[b]) >= 0.8 else { continue }
        let (from, to) = (component[a], component[b])
        for index in component.indices where component[index] == from { component[index] = to }
      }
    }
    let ideal = texts.count - Set(component).count
    #expect(clusters.removals.count <= ideal)
    #expect(Double(clusters.removals.count) >= 0.97 * Double(ideal))
    for removal in clusters.removals {
      let (a, b) = (corpus.number(removal.removed), corpus.number(removal.kept))
      #expect(component[a] == component[b])
    }
  }

  @Test("case and whitespace make an exact duplicate, another word does not")
  func exactKinds() throws {
    let words = (0..<60).map { "word\($0)" }
    let text = words.joined(separator: " ")
    let corpus = SmallCorpus(
      texts: [
        text, "  " + words.joined(separator: "\u{2003}\n").uppercased() + "\t", text + " more",
        "one", "ONE", "two", "", " ",
      ], taskSizes: [8])
    let found = try corpus.clusters().removals
    #expect(found.map(\.removed.ordinal) == [1, 2, 4, 7])
    #expect(found.map(\.kind) == [.exact, .near, .exact, .exact])
    #expect(
      found.map(\.stage) == ["exact-duplicates", "near-duplicates"]
        + ["exact-duplicates", "exact-duplicates"])
  }

  @Test("documents that a filter dropped neither stay nor remove others")
  func keepMask() throws {
    let text = (0..<60).map { "word\($0)" }.joined(separator: " ")
    let corpus = SmallCorpus(texts: [text, text, text], taskSizes: [3])
    let found = try corpus.clusters { $0[0].keep = [false, true, true] }
    #expect(found.removals.map(\.removed.ordinal) == [2])
    #expect(found.removals.map(\.kept.ordinal) == [1])
    #expect(found.statistics.absent == 1)
  }

  @Test("the document of the highest signal stays, the first one on a tie, and undefined is lowest")
  func preference() throws {
    let words = (0..<100).map { "word\($0)" }
    let near = words.joined(separator: " ") + " end"
    let corpus = SmallCorpus(
      texts: [words.joined(separator: " "), near, words.joined(separator: " "), near],
      taskSizes: [2, 2])
    let found = try corpus.clusters {
      $0[0].preference = [.nan, 0.5]
      $0[1].preference = [0.5, 0.1]
    }
    #expect(found.removals.map { corpus.number($0.kept) } == [1, 1, 1])
    #expect(found.removals.map { corpus.number($0.removed) } == [0, 2, 3])
  }

  @Test("an evaluation document stays, even the worse and later one, and removes what repeats it")
  func evaluation() throws {
    let words = (0..<100).map { "word\($0)" }
    let text = words.joined(separator: " ")
    let corpus = SmallCorpus(
      texts: [text, text + " end", text, text + " end"], taskSizes: [2, 2])
    let found = try corpus.clusters {
      $0[0].preference = [1, 1]
      $0[1].isEvaluation = true
    }
    #expect(found.removals.map { corpus.number($0.removed) } == [0, 1])
    #expect(found.removals.allSatisfy { $0.stage == "evaluation-overlap" && $0.kept.task == 1 })
  }

  @Test("a thousand near copies cost one comparison each")
  func hugeGroup() throws {
    let words = (0..<400).map { "word\($0)" }
    let texts = (0..<1000).map { (words + ["tail\($0)"]).joined(separator: " ") }
    let corpus = SmallCorpus(texts: texts, taskSizes: [500, 500])
    let found = try corpus.clusters()
    #expect(found.removals.count == 999)
    #expect(found.statistics.comparisons < 1100)
  }

  @Test("each task is read once, in ascending order of its documents, and only for candidates")
  func readsOnce() throws {
    let corpus = SmallCorpus(texts: texts, taskSizes: [40, 30, texts.count - 70])
    let batches = corpus.batches
    nonisolated(unsafe) var reads: [(task: Int32, ordinals: [Int32])] = []
    let found = try Deduplication().clusters(try corpus.tasks(batches)) { task, ordinals, visit in
      reads.append((task, ordinals))
      for ordinal in ordinals {
        try batches[Int(task)].texts.withBytes(Int(ordinal)) { try visit(ordinal, $0) }
      }
    }
    #expect(reads.map(\.task) == [0, 1, 2])
    #expect(reads.allSatisfy { $0.ordinals == $0.ordinals.sorted() })
    #expect(reads.reduce(0) { $0 + $1.ordinals.count } == found.statistics.candidates)
    #expect(found.statistics.candidates < texts.count)
  }

  @Test("texts that are not those that were measured are a fault, not a wrong answer")
  func missingTexts() throws {
    let corpus = SmallCorpus(texts: texts, taskSizes: [texts.count])
    let tasks = try corpus.tasks(corpus.batches)
    #expect(throws: Fault.self) { try Deduplication().clusters(tasks) { _, _, _ in } }
  }

  @Test("bands of another plan are refused, and so are tasks out of order")
  func wrongInput() throws {
    let corpus = SmallCorpus(texts: texts, taskSizes: [100, texts.count - 100])
    let tasks = try corpus.tasks(corpus.batches)
    let other = try MinHashPlan(validatingBands: 20, slotsPerBand: 5)
    #expect(throws: Fault.self) {
      try Deduplication(plan: other).clusters(tasks) { _, _, _ in }
    }
    #expect(throws: Fault.self) { try Deduplication().clusters(tasks.reversed()) { _, _, _ in } }
    #expect(throws: Fault.self) { try Deduplication(threshold: 0) }
    #expect(throws: Fault.self) { try Deduplication(threshold: 1.1) }
  }

  @Test("nothing comes of nothing")
  func empty() throws {
    let none = try Deduplication().clusters([]) { _, _, _ in }
    #expect(none.removals.isEmpty && none.statistics.documents == 0)
  }
}
