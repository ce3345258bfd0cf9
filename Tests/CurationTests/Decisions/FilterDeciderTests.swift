import Corpora
import Streams
import Testing

@testable import Curation

@Suite struct FilterDeciderTests {
  private func pack(_ name: String, _ rules: String) throws -> FilterPack {
    let head = "name: \(name)\nversion: 1\npaper: none\ndescription: d\n"
    let measurements = "measurements: [word_count, mean_word_length, language]\nrules:\n"
    return try FilterPack(yaml: head + measurements + rules, path: "\(name).yaml")
  }

  private func signals() -> ColumnTable {
    var table = ColumnTable()
    var language = ByteColumn()
    for value in ["en", "de", "en", "fr"] { language.append(value) }
    table.set("word_count", .float32([10, 100, 0, 20]))
    table.set("mean_word_length", .float32([4, 2.5, .nan, 12]))
    table.set("language", .bytes(language))
    return table
  }

  @Test("every rule that a document fails is recorded with value and evidence, not only the first")
  func allRules() throws {
    let short = try pack(
      "short",
      """
        - {id: few, fails_when: word_count < 50}
        - {id: long, fails_when: mean_word_length > 10 or mean_word_length < 3}
      """)
    let english = try pack(
      "english", "  - {id: other, fails_when: language != 'en', early: true}\n")
    let outcome = try FilterDecider(FilterChain([short, english])).decide(signals())
    #expect(outcome.keep == [false, false, false, false])
    let decisions = (0..<outcome.decisions.count).map { outcome.decisions[$0] }
    #expect(decisions.map(\.ordinal) == [0, 1, 1, 2, 3, 3, 3])
    #expect(decisions.map(\.rule) == ["few", "long", "other", "few", "few", "long", "other"])
    #expect(
      decisions[0]
        == Decision(
          ordinal: 0, stage: "short", rule: "few", value: 10,
          evidence: "word_count = 10; fails when word_count < 50"))
    #expect(decisions[1].value == 2.5)
    #expect(decisions[2].value.isNaN)
    #expect(decisions[2].evidence == "language = \"de\"; fails when language != 'en'")
    #expect(outcome.undecided == [.init(stage: "short", rule: "long", documents: 1)])
    #expect(
      outcome.decisions.countsByRule() == [
        .init(stage: "short", rule: "few", documents: 3, alone: 2),
        .init(stage: "short", rule: "long", documents: 2, alone: 0),
        .init(stage: "english", rule: "other", documents: 2, alone: 0),
      ])
    #expect(outcome.decisions.removedCount == 4)
    #expect(outcome.decisions.decisions(on: 3).map(\.rule) == ["few", "long", "other"])
  }

  @Test("the early pass applies early rules only, and ordinals are the caller's")
  func earlyRules() throws {
    let mixed = try pack(
      "mixed",
      "  - {id: few, fails_when: word_count < 50}\n"
        + "  - {id: other, fails_when: language != 'en', early: true}\n")
    let outcome = try FilterDecider(FilterChain([mixed]), early: true).decide(
      signals(), ordinals: [7, 8, 9, 1000])
    #expect(outcome.keep == [true, false, true, false])
    #expect(outcome.decisions.count == 2)
    #expect(outcome.decisions[1].ordinal == 1000)
  }

  @Test("a pack judges only the documents that it is meant for")
  func judges() throws {
    let short = try pack("short", "  - {id: few, fails_when: word_count < 50}\n")
    let outcome = try FilterDecider(FilterChain([short])).decide(signals()) { _, document in
      document > 1
    }
    #expect(outcome.keep == [true, true, false, false])
  }

  @Test("a ledger read back from its columns is the same ledger")
  func roundTrip() throws {
    let short = try pack("short", "  - {id: few, fails_when: word_count < 50}\n")
    let ledger = try FilterDecider(FilterChain([short])).decide(signals()).decisions
    #expect(ledger.table.names == ["ordinal", "stage", "rule", "value", "evidence"])
    #expect(try DecisionLedger(ledger.table) == ledger)
    var twice = ledger
    twice.append(ledger)
    #expect(twice.count == 2 * ledger.count)
  }

  @Test("a missing signal column is a fault that names it")
  func missingColumn() throws {
    let short = try pack("short", "  - {id: few, fails_when: mean_word_length < 50}\n")
    var table = ColumnTable()
    table.set("word_count", .float32([1]))
    let fault = #expect(throws: Fault.self) {
      try FilterDecider(FilterChain([short])).decide(table)
    }
    #expect(fault?.message == "there is no float32 column 'mean_word_length'")
  }

  @Test("a table without documents keeps and removes nothing")
  func noDocuments() throws {
    let packs = try FilterPack.builtInNames.map { try FilterPack.named($0) }
    let chain = FilterChain(packs)
    let signals = try ChainMeter(chain, siteLines: FrozenSiteLines())
      .measure(DocumentBatch()).signals
    #expect(signals.names == chain.columns)
    let outcome = try FilterDecider(chain).decide(signals)
    #expect(outcome.keep.isEmpty && outcome.decisions.isEmpty)
  }
}
