import Corpora
import Foundation
import Streams
import Testing

@testable import Curation

/// Packs against their originals on texts at the limit of each rule; made by
/// tools/bench/filters/make_golden_packs.py.
@Suite struct GoldenPacksTests {
  struct Row: Decodable {
    var text: String
    var failed: [String]
    var values: [Double?]
    /// The text after the edits, where they change it.
    var edited: String?
  }

  static func golden(_ name: String) throws -> (signals: [String], rows: [Row]) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Golden/\(name).jsonl")
    let lines = try Data(contentsOf: file).split(separator: 10)
    let decoder = JSONDecoder()
    return (
      try decoder.decode([String].self, from: lines[0]),
      try lines.dropFirst().map { try decoder.decode(Row.self, from: $0) }
    )
  }

  /// - Parameter excused: a signal that differs from the original on this text for a known reason.
  static func compare(
    _ name: String, packs: [String], excused: (_ signal: String, _ text: String) -> Bool
  ) throws {
    let (signals, rows) = try golden(name)
    let chain = FilterChain(try packs.map { try FilterPack.named($0) })
    let meter = try ChainMeter(chain)
    #expect(rows.count > 70)
    for row in rows {
      var batch = DocumentBatch()
      batch.append(Document(id: "", text: row.text, source: ""))
      let measured = try meter.measure(batch)
      var values: [String: Float] = [:]
      for column in measured.signals.names {
        let signal = String(column.prefix { $0 != "." && $0 != "@" })
        values[signal] = try measured.signals.float32(column)[0]
      }
      for (signal, expected) in zip(signals, row.values) where !excused(signal, row.text) {
        let value = values[signal] ?? .nan
        if let expected {
          #expect(value == Float(expected), "\(signal) of \(row.text.debugDescription)")
        } else {
          #expect(value.isNaN, "\(signal) of \(row.text.debugDescription)")
        }
      }
      let decisions = try FilterDecider(chain).decide(measured.signals).decisions
      let failed = (0..<decisions.count).map { decisions[$0].rule }
      #expect(failed == row.failed, "\(row.text.debugDescription)")
      guard let texts = measured.texts else { continue }
      #expect(
        Array(texts[0]) == Array((row.edited ?? row.text).utf8), "\(row.text.debugDescription)")
    }
  }

  @Test("the values, decisions and edits of Dolma's taggers gopher_v2 and c4_v2")
  func dolma() throws {
    // c4_v2 takes the places of lines in the text in lower case, which İ makes one code point
    // longer: there its spans, and the shares of code points from them, are not those of the text.
    try Self.compare("dolma-taggers", packs: ["dolma-gopher", "dolma-c4"]) { signal, text in
      signal.hasSuffix("char_ratio") && text.unicodeScalars.contains("\u{130}")
    }
  }

  @Test("the values, decisions and edits of DCLM's reproduction of RefinedWeb")
  func dclm() throws {
    try Self.compare("dclm", packs: ["dclm"]) { _, _ in false }
  }

  @Test("the values of RedPajama-V2's signals")
  func redPajama() throws {
    try Self.compare("redpajama-v2", packs: ["redpajama-v2"]) { _, _ in false }
  }

  @Test("a pack that only measures removes nothing and leaves the text alone")
  func measuresOnly() throws {
    let chain = FilterChain([try .named("redpajama-v2")])
    #expect(chain.rules.isEmpty)
    #expect(!chain.edits)
  }

  @Test("refinedweb is dclm with a language that is known")
  func refinedWeb() throws {
    let packs = try ["refinedweb", "dclm", "language"].map { try FilterPack.named($0) }
    #expect(
      Set(packs[0].rules.map(\.id)) == Set(packs[1].rules.map(\.id) + packs[2].rules.map(\.id)))
  }
}
