import Corpora
import Curation
import EmbeddedFiles
import Streams
import Testing

@Suite struct KeepMeterTests {
  private func batch(
    _ rows: [(text: String, source: String, metadata: String, attributes: String, others: String)]
  ) -> DocumentBatch {
    var batch = DocumentBatch()
    for (index, row) in rows.enumerated() {
      let fields = ["\(index)", row.text, row.source, row.metadata, row.attributes, row.others]
        .map { Array($0.utf8) }
      fields[0].withUnsafeBytes { id in
        fields[1].withUnsafeBytes { text in
          fields[2].withUnsafeBytes { source in
            fields[3].withUnsafeBytes { metadata in
              fields[4].withUnsafeBytes { attributes in
                fields[5].withUnsafeBytes { others in
                  batch.append(
                    id: id, text: text, source: source, metadata: metadata,
                    carriedAttributes: attributes, otherFields: others)
                }
              }
            }
          }
        }
      }
    }
    return batch
  }

  private func measured(_ rule: String, _ batch: DocumentBatch) throws -> KeepMeter.Measured {
    try KeepMeter(try KeepPolicy(try KeepRule(rule))).measure(batch)
  }

  @Test("rules are written as they are read, and wrong ones name what is near")
  func rules() throws {
    for text in ["first", "longest", "newest", "highest:word_count", "lowest:a.b:c"] {
      #expect(try KeepRule(text).description == text)
    }
    #expect(try KeepRule("quality") == .highest("quality"))
    for text in ["", "longst", "highest", "highest:", "lowest", "first:x", ":", "Newest!", "\u{0}"]
    {
      #expect(throws: Fault.self) { try KeepRule(text) }
    }
    #expect(throws: Fault.self) { try KeepRule("longst") }
    do { _ = try KeepRule("longst") } catch let fault as Fault {
      #expect(fault.kind == .input && fault.hint == "did you mean 'longest'?")
    }
  }

  @Test("longest counts bytes; first ranks all alike")
  func lengths() throws {
    let batch = batch([
      ("abc", "", "", "", ""), ("\u{4f60}\u{597d}", "", "", "", ""), ("", "", "", "", ""),
    ])
    #expect(try measured("longest", batch).ranks.map(\.value) == [3, 6, 0])
    #expect(Set(try measured("first", batch).ranks).count == 1)
    #expect(KeepPolicy.first.keepsFirst)
  }

  @Test("ranks go by source, then by value, and no value is the lowest")
  func order() throws {
    let ranks = [
      SurvivorRank(tier: 0, value: .nan), SurvivorRank(tier: 0, value: -5),
      SurvivorRank(tier: 0, value: 2), SurvivorRank(tier: 1), SurvivorRank(tier: 2, value: 0),
    ]
    #expect(ranks == ranks.sorted() && ranks[0] == .lowest)
    let policy = try KeepPolicy(.longest, preferredSources: ["wiki", "news"])
    let batch = batch([
      ("aaaa", "web", "", "", ""), ("a", "news", "", "", ""), ("aa", "wiki", "", "", ""),
      ("a", "wikipedia", "", "", ""),
    ])
    let found = try KeepMeter(policy).measure(batch)
    #expect(found.ranks.map(\.tier) == [0, 1, 2, 0])
    #expect(found.ranks.max() == found.ranks[2])
    #expect(found.tally.ofSource == [1, 1] && found.tally.notes(policy).isEmpty)
    #expect(throws: Fault.self) { try KeepPolicy(.first, preferredSources: ["a", "b", "a"]) }
    #expect(throws: Fault.self) {
      try KeepPolicy(.first, preferredSources: (0..<256).map(String.init))
    }
  }

  @Test("dates come from the first named field that holds one, wherever it is")
  func dates() throws {
    let batch = batch([
      ("a", "", #"{"date":"2024-05-17","timestamp":"2020-01-01"}"#, "", ""),
      ("a", "", #"{"timestamp":1715904000}"#, "", ""),
      ("a", "", "", "", #""date":"2024-05-17T00:00:00Z""#),
      ("a", "", "", #""warc_date":"20240517000000""#, #""x":[1,"date",{"date":"2030"}]"#),
      ("a", "", #"{"date":"soon","created":"2024-05-17"}"#, "", ""),
      ("a", "", #"{"date":"soon"}"#, "", ""),
      ("a", "", #"{"date":null}"#, "", ""), ("a", "", "", "", ""),
      ("a", "", #"{"date":"#, "", ""), ("a", "", "[1]", "", ""),
    ])
    let found = try measured("newest", batch)
    #expect(
      found.ranks.map(\.value) == [Double](repeating: 1_715_904_000, count: 5)
        + [Double](repeating: -.infinity, count: 5))
    #expect(found.tally.unreadable == 1 && found.tally.absent == 4)
    let other = try KeepPolicy(.newest, dateFields: ["timestamp"])
    #expect(
      try KeepMeter(other).measure(batch).ranks[0].value == 1_577_836_800)
    #expect(found.tally.notes(try KeepPolicy(.newest)).count == 2)
  }

  @Test("a number that a document carries goes before what is measured on its text")
  func signals() throws {
    var batch = batch([
      ("one two three", "", "", "", ""), ("one two three", "", "", #""word_count":7.5"#, ""),
      ("one two", "", #"{"word_count":1}"#, "", ""), ("one", "", "", #""word_count":null"#, ""),
      ("one", "", "", #""word_count":"many""#, #""word_count":5"#),
    ])
    let found = try measured("highest:word_count", batch)
    #expect(found.ranks.map(\.value) == [3, 7.5, 1, 1, -.infinity])
    #expect(found.tally.unreadable == 1 && found.tally.absent == 0)
    #expect(
      try measured("lowest:word_count", batch).ranks.map(\.value) == [-3, -7.5, -1, -1, -.infinity])
    batch.attributes.set("word_count", .float32([9, .nan, 8, 7, 6]))
    #expect(try measured("highest:word_count", batch).ranks.map(\.value) == [9, 7.5, 8, 7, 6])
    let score = try measured("highest:language_score", batch)
    #expect(score.tally.absent == 0 && score.ranks.allSatisfy { $0.value >= 0 })
  }

  @Test("a name that nothing measures and no document has is a fault with the nearest name")
  func unknownSignal() throws {
    let policy = try KeepPolicy(try KeepRule("highest:word_cuont"))
    let batch = batch([("one two three", "", "", "", ""), ("x", "", "", #""score":"x""#, "")])
    var tally = KeepTally(policy)
    try tally.check(policy)
    tally.add(try KeepMeter(policy).measure(batch).tally)
    do {
      try tally.check(policy)
      Issue.record("no fault")
    } catch let fault as Fault {
      #expect(fault.kind == .input && fault.hint == "did you mean 'word_count'?")
    }
    let carried = try KeepPolicy(try KeepRule("highest:my_score"))
    let some = self.batch([("a", "", "", #""my_score":0.25"#, ""), ("b", "", "", "", "")])
    let found = try KeepMeter(carried).measure(some)
    try found.tally.check(carried)
    #expect(found.ranks.map(\.value) == [0.25, -.infinity])
    #expect(throws: Fault.self) { try KeepPolicy(try KeepRule("highest:language")) }
  }

  @Test("quality is that of the classifier where documents carry none")
  func quality() throws {
    let texts = (0..<40).map { $0 % 2 == 0 ? "good fine nice \($0)" : "bad poor awful \($0)" }
    let model = try LinearClassifierTraining().train(
      positive: ByteColumn(texts.enumerated().filter { $0.0 % 2 == 0 }.map(\.1)),
      negative: ByteColumn(texts.enumerated().filter { $0.0 % 2 == 1 }.map(\.1)))
    let policy = try KeepPolicy(try KeepRule("quality"), qualityModel: model)
    let batch = batch([
      ("good fine nice", "", "", "", ""), ("bad poor awful", "", "", "", ""),
      ("bad", "", "", #""quality":2"#, ""),
    ])
    let found = try KeepMeter(policy).measure(batch)
    #expect(found.ranks[0] > found.ranks[1] && found.ranks[2].value == 2)
    #expect(found.tally.absent == 0)
  }
}
