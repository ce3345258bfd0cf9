import Corpora
import Curation
import Foundation
import Streams
import Testing

/// datatrove's verdicts, values and edited texts under C4's and FineWeb's rules, on texts at the
/// boundary of each rule; made by tools/word-tables/make_golden_lines.py.
///
/// On 11,501 web documents (60 MB) every verdict, value and edited text is datatrove's too, see
/// tools/bench/filters. What differs by intent:
/// - datatrove stops at the first line that speaks against a document, so that of "lorem ipsum" and
///   "{" it names the one that comes first; here all failed rules are listed, in the pack's order.
/// - datatrove leaves the text of a document that it drops, here it is edited like any other.
/// - A token `IS_ALPHA` makes datatrove's word list fail with an error; here it is a word.
@Suite struct GoldenLinesTests {
  struct Row: Decodable {
    var text: String
    var verdicts: [String: String?]
    var texts: [String: String]
    /// Values of 0 are left out.
    var values: [String: [String: Double?]]
  }

  static func rows() throws -> [Row] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/c4-fineweb-lines.jsonl")
    return try Data(contentsOf: file).split(separator: 10).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
  }

  /// Reasons of datatrove that are no names of our rules; Gopher's `empty` is one.
  static let renamed = ["< 3 paragraphs": "too_few_paragraphs"]
  static let renamedFineWeb = ["empty": "fineweb_empty"]
  /// The rules that a part of a pack consists of.
  static let parts = [
    "chain-c4": ["lorem_ipsum", "curly_bracket", "too_few_sentences"],
    "chain-fineweb": [
      "fineweb_empty", "line_punct_ratio", "short_line_ratio", "char_dup_ratio", "list_ratio",
    ],
  ]

  static func batch(_ rows: [Row]) -> DocumentBatch {
    var batch = DocumentBatch()
    for row in rows { batch.append(Document(id: "", text: row.text, source: "")) }
    return batch
  }

  @Test(
    "each golden text is kept or dropped as by datatrove, for the same reason",
    arguments: [
      "c4", "c4-paragraphs", "fineweb-quality", "fineweb-heuristics", "chain-c4", "chain-fineweb",
    ])
  func verdicts(part: String) throws {
    let rows = try Self.rows()
    #expect(rows.count > 60)
    let name = part.hasPrefix("chain") ? "fineweb-heuristics" : part
    let chain = FilterChain([try .named(name)])
    let signals = try ChainMeter(chain).measure(Self.batch(rows)).signals
    let decisions = try FilterDecider(chain).decide(signals).decisions
    var failed = [[String]](repeating: [], count: rows.count)
    for entry in 0..<decisions.count {
      let rule = decisions[entry].rule
      if Self.parts[part]?.contains(rule) ?? true {
        failed[Int(decisions[entry].ordinal)].append(rule)
      }
    }
    for (row, failed) in zip(rows, failed) {
      // Where C4 drops a document, datatrove's FineWeb does not see it.
      guard let verdict = row.verdicts[part] else { continue }
      let renamed =
        ["fineweb-quality", "chain-fineweb"].contains(part) ? Self.renamedFineWeb : Self.renamed
      if let reason = verdict.map({ renamed[$0] ?? $0 }) {
        #expect(failed.contains(reason), "\(part) of \(row.text): \(reason)")
      } else {
        #expect(failed == [], "\(part) of \(row.text)")
      }
    }
  }

  @Test(
    "each signal of each golden text is datatrove's, to the last bit of a float",
    arguments: ["c4", "c4-paragraphs", "fineweb-quality", "fineweb-heuristics"])
  func values(pack: String) throws {
    let rows = try Self.rows()
    let chain = FilterChain([try .named(pack)])
    let signals = try ChainMeter(chain).measure(Self.batch(rows)).signals
    var compared = 0
    for column in chain.columns {
      let name = column.split(separator: "@").first.map(String.init) ?? column
      guard rows.contains(where: { $0.values[pack]?[name] != nil }) else { continue }
      let values = try signals.float32(column)
      for (row, value) in zip(rows, values) {
        guard let expected = row.values[pack] else { continue }
        let isOfEditedText = pack == "fineweb-heuristics" && !name.hasPrefix("c4_")
        if isOfEditedText, row.verdicts["chain-c4"] != .some(nil) { continue }
        if value.isNaN {
          #expect((expected[name] ?? nil) == nil)
          continue
        }
        #expect(value == Float((expected[name] ?? nil) ?? 0), "\(name) of \(row.text)")
        compared += 1
      }
    }
    #expect(compared > 60)
  }

  @Test("each golden text that is kept is edited as by datatrove, byte for byte")
  func texts() throws {
    let rows = try Self.rows()
    for name in ["c4", "fineweb-heuristics"] {
      let chain = FilterChain([try .named(name)])
      let texts = try #require(try ChainMeter(chain).measure(Self.batch(rows)).texts)
      for (index, row) in rows.enumerated() {
        guard let digest = row.texts[name] else { continue }
        #expect(texts.withBytes(index) { ContentDigest($0).hex } == digest, "\(row.text)")
      }
    }
  }
}
