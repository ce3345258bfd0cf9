import Curation
import Reports

/// All there is to say of a signal, as `filters show` prints it.
struct SignalAccount: Encodable {
  struct Reader: Encodable {
    var pack: String
    var rule: String
    var failsWhen: String
  }

  var signal: SignalRow
  /// Rules of the packs that read it.
  var readBy: [Reader]

  init(_ signal: SignalDescription, packs: [FilterPack]) {
    self.signal = SignalRow(signal)
    readBy = packs.flatMap { pack in
      pack.rules.filter { $0.signals.contains(signal.name) }.map {
        Reader(pack: pack.name, rule: $0.id, failsWhen: $0.condition)
      }
    }
  }

  var text: String {
    var lines = [
      "\(signal.name), \(signal.kind) in \(signal.unit)", signal.meaning,
      "comes about: \(signal.measured)", "paper: \(signal.paper ?? "none")", "",
    ]
    if readBy.isEmpty {
      lines.append("no pack reads it")
    } else {
      lines += TextTable(
        columns: [.text("pack"), .text("rule"), .text("a document fails when")],
        rows: readBy.map { [$0.pack, $0.rule, $0.failsWhen] }
      ).lines(width: .max)
    }
    return lines.joined(separator: "\n")
  }
}
