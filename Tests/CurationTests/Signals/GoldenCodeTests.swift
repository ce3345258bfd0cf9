import Corpora
import Foundation
import Testing

@testable import Curation

/// Source files measured by Python's `re`, `str`, `tokenize` and `ast`, by Pygments and BeautifulSoup; made
/// by tools/source-code/make_golden_code.py.
@Suite struct GoldenCodeTests {
  private struct Row: Decodable {
    var text: String
    var language: String?
    var comments: Int?
    var html: Int?
    var values: Values

    struct Values: Decodable {
      var letters: Int
      var letters_and_digits: Int
      var tokens: Int
      var line_width: Double?
      var base64: [Int]
      var hex_list: [Int]
      var unicode_escape: [Int]
      var xml_prologue: Float
      var generated_mark: Float
    }
  }

  private static func rows() throws -> [Row] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/source-code.jsonl")
    return try Data(contentsOf: file).split(separator: 10).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
  }

  @Test("letters, tokens, lines and encoded data of each golden text are Python's, to the last bit")
  func textSignals() throws {
    let rows = try Self.rows()
    #expect(rows.count > 100)
    let patterns = ["base64", "hex_list", "unicode_escape"]
    let meter = try SignalMeter(
      ["alpha_char_ratio", "alnum_char_ratio", "alpha_chars_per_token", "mean_line_width"]
        + ["xml_prologue", "generated_mark"]
        + patterns.flatMap { ["\($0)_longest", "\($0)_ratio"] })
    for row in rows {
      let found = try Array(row.text.utf8).withUnsafeBytes { try meter.measure($0) }
      let values = row.values
      let characters = row.text.unicodeScalars.count
      var expected = [
        ratio(values.letters, of: characters), ratio(values.letters_and_digits, of: characters),
        characters == 0 ? .nan : ratio(values.letters, of: values.tokens),
        values.line_width.map { Float($0) } ?? .nan, values.xml_prologue, values.generated_mark,
      ]
      for pattern in [values.base64, values.hex_list, values.unicode_escape] {
        expected += [Float(pattern[0]), ratio(pattern[1], of: characters)]
      }
      for (name, pair) in zip(meter.names, zip(found, expected)) {
        let isSame = pair.0 == pair.1 || (pair.0.isNaN && pair.1.isNaN)
        #expect(isSame, "\(name) of \(row.text): \(pair.0), not \(pair.1)")
      }
    }
  }

  @Test("comments are those of Python's and Pygments' lexers, visible text is BeautifulSoup's")
  func languageSignals() throws {
    let meter = try ColumnMeasure.sourceFileContent.makeMeter()
    for row in try Self.rows() {
      guard let language = row.language else { continue }
      var batch = DocumentBatch()
      let metadata = Array(#"{"path":"a","language":"\#(language)"}"#.utf8)
      batch.append(Document(id: "a", text: row.text, source: "", metadata: metadata))
      var signals = ColumnTable()
      try meter.measure(batch, texts: batch.texts, into: &signals)
      let characters = row.text.unicodeScalars.count
      if let comments = row.comments {
        let found = try signals.float32("comment_ratio")[0]
        #expect(found == ratio(comments, of: characters), "\(language): \(row.text)")
      }
      let shown = try signals.float32("html_visible_chars")[0]
      if let html = row.html {
        #expect(shown == Float(html), "\(row.text)")
      } else {
        #expect(shown.isNaN)
      }
    }
  }
}
