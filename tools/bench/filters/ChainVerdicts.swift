import Corpora
import Curation
import Foundation
import Streams

/// What the packs that have a peer say of each document: rules, values and edited texts.
struct ChainVerdicts {
  let batches: [DocumentBatch]

  init(_ batches: [DocumentBatch]) { self.batches = batches }

  private static let packs = [
    "gopher-quality", "gopher-repetition", "c4", "c4-paragraphs", "fineweb-quality",
    "fineweb-heuristics",
  ]

  /// One document under one pack. All failed rules, and all signals under their plain names: those
  /// of an edited text replace those of the text before it.
  private struct Row: Encodable {
    var failed: [String] = []
    var values: [String: Float] = [:]
    /// The digest of the edited text.
    var text: String?
  }

  /// Writes one line a document: an object with a member a pack.
  func write(to path: String) throws {
    let chains = try Self.packs.map { FilterChain([try .named($0)]) }
    let meters = try chains.map(ChainMeter.init)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    var lines = Data()
    for batch in batches {
      var rows = [[String: Row]](repeating: [:], count: batch.count)
      for (name, meter) in zip(Self.packs, meters) {
        for (document, row) in try Self.rows(batch, meter).enumerated() {
          rows[document][name] = row
        }
      }
      for row in rows {
        lines.append(try encoder.encode(row))
        lines.append(UInt8(ascii: "\n"))
      }
    }
    try lines.write(to: URL(filePath: path))
  }

  private static func rows(_ batch: DocumentBatch, _ meter: ChainMeter) throws -> [Row] {
    let measured = try meter.measure(batch)
    let decisions = try FilterDecider(meter.chain).decide(measured.signals).decisions
    var rows = [Row](repeating: Row(), count: batch.count)
    for entry in 0..<decisions.count {
      rows[Int(decisions[entry].ordinal)].failed.append(decisions[entry].rule)
    }
    for column in meter.chain.columns {
      let name = column.split(separator: "@").first.map(String.init) ?? column
      let values = try measured.signals.float32(column)
      for document in rows.indices where !values[document].isNaN {
        rows[document].values[name] = values[document]
      }
    }
    if let texts = measured.texts {
      for document in rows.indices {
        rows[document].text = texts.withBytes(document) { ContentDigest($0).hex }
      }
    }
    return rows
  }
}
