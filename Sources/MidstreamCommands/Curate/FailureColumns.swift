import Corpora
import Curation
import Foundation

/// Writes down which rules each document of a batch fails, for people (`removed_by`, one rule a line)
/// and for programs (`failed`, a JSON array); for one thread.
final class FailureColumns {
  static let removedBy = "removed_by"
  static let failed = "failed"

  /// The parts of a rule's lines that are the same for every document.
  private struct Rule {
    var signals: [Signal]
    /// `PACK/RULE: `
    var lineStart: [UInt8]
    /// `; fails when CONDITION`
    var lineEnd: [UInt8]
    /// `{"pack":…,"rule":…,"fails_when":…,"values":{`
    var objectStart: [UInt8]
  }

  private struct Signal {
    var column: String
    /// `NAME = `, with a comma before all but the first.
    var lineKey: [UInt8]
    /// `"NAME":`, likewise.
    var objectKey: [UInt8]
  }

  private let rules: [Rule]
  private let finder: EvidenceFinder

  init(_ chain: FilterChain, siteLines: FrozenSiteLines?) throws {
    finder = try EvidenceFinder(chain, siteLines: siteLines)
    rules = try chain.rules.map { bound in
      let pack = chain.packs[bound.pack].name
      let rule = bound.rule
      let head = [("pack", pack), ("rule", rule.id), ("fails_when", rule.condition)]
      let object = try head.map { "\"\($0)\":\(try Self.json($1))" }.joined(separator: ",")
      return Rule(
        signals: try rule.signals.enumerated().map { index, name in
          Signal(
            column: bound.columns[name] ?? name,
            lineKey: Array("\(index == 0 ? "" : ", ")\(name) = ".utf8),
            objectKey: Array("\(index == 0 ? "" : ",")\(try Self.json(name)):".utf8))
        },
        lineStart: Array("\(pack)/\(rule.id): ".utf8),
        lineEnd: Array("; fails when \(rule.condition)".utf8),
        objectStart: Array("{\(object),\"values\":{".utf8))
    }
  }

  private static func json(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  /// Both columns of a batch; empty for documents that fail nothing.
  func columns(
    _ batch: DocumentBatch, _ verdicts: FilterVerdicts, _ signals: ColumnTable
  ) throws -> [AttributeColumn] {
    let values = rules.map { rule in rule.signals.map { signals[$0.column] } }
    var lines = ByteColumn()
    var objects = ByteColumn()
    var line: [UInt8] = []
    var object: [UInt8] = []
    for document in 0..<verdicts.count {
      line.removeAll(keepingCapacity: true)
      object.removeAll(keepingCapacity: true)
      object.append(UInt8(ascii: "["))
      let failed = verdicts.failed(document)
      let spans =
        failed.isEmpty
        ? []
        : try finder.spans(
          of: failed.map { verdicts.rules[$0] }, in: finder.replay(batch, document))
      for (index, spans) in zip(failed, spans) {
        let rule = rules[index]
        if !line.isEmpty {
          line.append(UInt8(ascii: "\n"))
          object.append(UInt8(ascii: ","))
        }
        line += rule.lineStart
        object += rule.objectStart
        for (signal, column) in zip(rule.signals, values[index]) {
          line += signal.lineKey
          object += signal.objectKey
          Self.append(column, document, to: &line, &object)
        }
        line += rule.lineEnd
        object.append(UInt8(ascii: "}"))
        Self.append(spans, to: &object)
        object.append(UInt8(ascii: "}"))
      }
      object.append(UInt8(ascii: "]"))
      lines.append(line)
      objects.append(object)
    }
    return [
      AttributeColumn(text: Self.removedBy, lines), AttributeColumn(json: Self.failed, objects),
    ]
  }

  /// The places that explain the rule, as `[VERSION, START, END]`: the version of the text, 0 as it
  /// came and one more behind each edit, and its bytes.
  private static func append(_ spans: [EvidenceSpan], to object: inout [UInt8]) {
    if spans.isEmpty { return }
    object += ",\"spans\":[".utf8
    for (index, span) in spans.enumerated() {
      if index > 0 { object.append(UInt8(ascii: ",")) }
      object += "[\(span.version),\(span.range.lowerBound),\(span.range.upperBound)]".utf8
    }
    object.append(UInt8(ascii: "]"))
  }

  private static func append(
    _ column: Column?, _ document: Int, to line: inout [UInt8], _ object: inout [UInt8]
  ) {
    switch column {
    case .float32(let values):
      let value = values[document]
      let text = Int(exactly: value).map(String.init) ?? value.description
      line += text.utf8
      object += value.isFinite ? Array(text.utf8) : Array("null".utf8)
    case .bytes(let values):
      let text = values.string(document)
      line += "\"\(text)\"".utf8
      object += ((try? json(text)) ?? "null").utf8
    default:
      line += "?".utf8
      object += "null".utf8
    }
  }
}
