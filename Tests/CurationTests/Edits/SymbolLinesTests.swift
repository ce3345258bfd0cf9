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

  @Test("the edit counts its lines and says which they are")
  func changes() throws {
    let edit = try #require(chain("symbols: '|'").versions.last?.edit?.edit)
    let text = Array("a\n| |\n|\nb".utf8)
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
    #expect(String(decoding: output, as: UTF8.self) == "a\n\n\nb")
    #expect(counts == [2])
    #expect(
      changes == [
        TextChange(2..<5, "symbol line", replacement: "\n"), TextChange(6..<7, "symbol line"),
      ])
  }
}
