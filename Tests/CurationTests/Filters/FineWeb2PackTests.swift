import Corpora
import Foundation
import Testing

@testable import Curation

/// The packs of FineWeb-2 beside datatrove's filters with the same limits; made by
/// tools/fineweb2/make_golden_verdicts.py.
@Suite struct FineWeb2PackTests {
  private struct Row: Decodable {
    var language: String
    var text: String
    /// Of the repetition, FineWeb and quality filters; null where they keep.
    var reasons: [String?]
  }

  private static func filter(of rule: String) -> Int? {
    if rule.hasPrefix("gopher_") { return 2 }
    if rule.hasPrefix("dup_line") || rule.hasPrefix("top_") || rule.hasPrefix("duplicated_") {
      return 0
    }
    return ["line_punct_ratio", "char_dup_ratio", "list_ratio", "fineweb_empty"].contains(rule)
      ? 1 : nil
  }

  /// The packs' words are runs of letters and digits and single signs; the peer's are spaCy's, which
  /// keeps compounds with hyphens whole in some languages, elided articles apart in others. Rules that
  /// count words can differ near their limits; those of lines cannot.
  @Test("verdicts are datatrove's on 97 of 100 texts, those of rules on lines on all")
  func verdicts() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/fineweb2-verdicts.jsonl")
    var count = 0
    var same = [0, 0, 0]
    for line in try Data(contentsOf: file).split(separator: 10) {
      let row = try JSONDecoder().decode(Row.self, from: line)
      let chain = FilterChain([try .named("fineweb2-\(row.language)")])
      var reasons: [String?] = [nil, nil, nil]
      for trial in try trials(chain, on: row.text) where trial.verdict == .fails {
        guard let filter = Self.filter(of: trial.rule) else { continue }
        reasons[filter] = reasons[filter] ?? trial.rule
      }
      count += 1
      for filter in 0..<3 {
        let agrees = (reasons[filter] == nil) == (row.reasons[filter] == nil)
        same[filter] += agrees ? 1 : 0
        if reasons[filter] != row.reasons[filter] {
          print(
            "\(row.language): \(reasons[filter] ?? "kept"), peer \(row.reasons[filter] ?? "kept")")
        }
        for rule in ["dup_line_frac", "line_punct_ratio", "char_dup_ratio"] {
          #expect((reasons[filter] == rule) == (row.reasons[filter] == rule), "\(row.text)")
        }
      }
    }
    print("FineWeb-2: \(count) texts, the same verdict of each filter: \(same)")
    #expect(count > 60)
    for agreeing in same { #expect(Double(agreeing) >= 0.97 * Double(count)) }
  }

  @Test("each pack is made for its language and removes others by that rule")
  func languages() throws {
    let codes = ["deu": "de", "fra": "fr", "ita": "it", "nld": "nl", "pol": "pl", "por": "pt"]
    for (name, code) in codes {
      let pack = try FilterPack.named("fineweb2-\(name)")
      #expect(pack.language == code)
      #expect(pack.rules.first?.condition == "language not in [\"\(code)\"]")
      #expect(pack.edits.map(\.name) == ["symbol_lines"])
    }
  }
}
