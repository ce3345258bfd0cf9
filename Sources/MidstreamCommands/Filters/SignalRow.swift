import Curation
import Reports

/// A signal in a list.
struct SignalRow: Encodable {
  var name: String
  /// "number" or "text".
  var kind: String
  var unit: String
  var meaning: String
  var measured: String
  var paper: String?

  init(_ signal: SignalDescription) {
    name = signal.name
    kind = signal.kind.rawValue
    unit = signal.unit
    meaning = signal.meaning
    measured = SignalRegistry.origin(of: signal.name)?.description ?? ""
    paper = signal.paper
  }

  static func table(_ rows: [SignalRow]) -> TextTable {
    TextTable(
      columns: [
        .text("signal"), .text("unit"), .text("comes about"), .text("meaning"), .text("paper"),
      ],
      rows: rows.map { [$0.name, $0.unit, $0.measured, $0.meaning, $0.paper ?? ""] })
  }
}
