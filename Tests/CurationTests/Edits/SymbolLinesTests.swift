import Corpora
import Foundation
import Testing

@testable import Curation

/// datatrove's SymbolLinesFormatter; made by tools/fineweb2/make_golden_symbol_lines.py.
@Suite struct SymbolLinesTests {
  private struct Row: Decodable {
    var text: String
    var edited: [String]
  }

  private func chain(_ options: String) throws -> FilterChain {
    let head = "name: p\nversion: 1\npaper: none\ndescription: d\nsteps:\n"
    return FilterChain([
      try FilterPack(yaml: head + "  - {edit: symbol_lines, \(options)}\n", path: "p.yaml")
    ])
  }

  @Test("each golden text is edited as datatrove edits it")
  func golden() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/symbol-lines.jsonl")
    let rows = try Data(contentsOf: file).split(separator: 10).map {
      try JSONDecoder().decode(Row.self, from: $0)
    }
    #expect(rows.count > 40)
    var batch = DocumentBatch()
    for row in rows { batch.append(Document(id: "", text: row.text, source: "")) }
    for (index, options) in [
      "symbols: '|'", "symbols: '|', blank_line: false", "symbols: '|•'",
    ].enumerated() {
      let texts = try ChainMeter(chain(options)).measure(batch).texts
      for (document, row) in rows.enumerated() {
        #expect(texts?.string(document) == row.edited[index], "\(options): \(row.text)")
      }
    }
  }

  private struct Edited {
    var text: [UInt8]
    var count: Float
    var changes: [TextChange]
  }

  private func edit(_ text: [UInt8], _ options: String) throws -> Edited {
    let edit = try #require(chain(options).versions.last?.edit?.edit)
    var counts: [Float] = [0]
    var output: [UInt8] = []
    var changes: [TextChange]? = []
    try text.withUnsafeBytes { bytes in
      try TextAnatomy().withText(bytes, words: nil) { anatomy in
        try counts.withUnsafeMutableBufferPointer { counts in
          try edit.makeEditor().edit(
            bytes, of: DocumentBatch(), at: 0, anatomy: anatomy, into: &output, counts: counts,
            changes: &changes)
        }
      }
    }
    return Edited(text: output, count: counts[0], changes: changes ?? [])
  }

  @Test("the edit counts its lines and says which they are")
  func changes() throws {
    let edited = try edit(Array("a\n| |\n|\nb".utf8), "symbols: '|'")
    #expect(String(decoding: edited.text, as: UTF8.self) == "a\n\n\nb")
    #expect(edited.count == 2)
    #expect(
      edited.changes == [
        TextChange(2..<5, "symbol line", replacement: "\n"), TextChange(5..<7, "symbol line"),
      ])
  }

  @Test("line ends that become newlines, and the last one that goes, are changes")
  func lineEnds() throws {
    let edited = try edit(Array("a\r\nb\nc\u{2028}d\n".utf8), "symbols: '|'")
    #expect(String(decoding: edited.text, as: UTF8.self) == "a\nb\nc\nd")
    #expect(edited.count == 0)
    #expect(
      edited.changes == [
        TextChange(1..<3, "line ends", replacement: "\n"),
        TextChange(6..<9, "line ends", replacement: "\n"), TextChange(10..<11, "line ends"),
      ])
    #expect(try edit(Array("a\n\nb".utf8), "symbols: '|'").changes == [])
  }

  @Test(
    "the changes make the text",
    arguments: ["symbols: '|'", "symbols: '|', blank_line: false", "symbols: '|•'"])
  func appliedChanges(options: String) throws {
    let parts = ["a", "|", "•", " ", "\n", "\n", "\r\n", "\r", "\u{2028}"]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let count = Int.random(in: 0...12, using: &random)
      let text = (0..<count).flatMap { _ in Array((parts.randomElement(using: &random) ?? "").utf8)
      }
      let edited = try edit(text, options)
      #expect(
        LineEditsTests.apply(edited.changes, to: text) == edited.text,
        "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
  }
}
