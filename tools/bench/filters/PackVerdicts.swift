import Corpora
import Curation
import Foundation
import Streams

/// Writes what packs measure and decide, one JSON line a document, for the comparisons with peers:
/// `failed` (all rules), `values` (by column, those that are numbers), and `text` where packs edit.
struct PackVerdicts {
  var packs: [String]

  func write(_ batches: [DocumentBatch], to path: String) throws {
    let chain = FilterChain(try packs.map { try FilterPack.named($0) })
    let meter = try ChainMeter(chain)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var output = Data()
    var index = 0
    for batch in batches {
      let measured = try meter.measure(batch)
      let decisions = try FilterDecider(chain).decide(measured.signals).decisions
      var rows = (0..<batch.count).map { Row(index: index + $0) }
      for entry in 0..<decisions.count {
        rows[Int(decisions[entry].ordinal)].failed.append(decisions[entry].rule)
      }
      for name in measured.signals.names {
        guard case .float32(let column) = measured.signals[name] else { continue }
        for (row, value) in column.enumerated() where !value.isNaN {
          rows[row].values[name] = value
        }
      }
      if let texts = measured.texts {
        for row in rows.indices { rows[row].text = texts.string(row) }
      }
      for row in rows { output += try encoder.encode(row) + [10] }
      index += batch.count
    }
    try output.write(to: URL(filePath: path))
  }

  private struct Row: Encodable {
    var index: Int
    var failed: [String] = []
    var values: [String: Float] = [:]
    var text: String?
  }
}
