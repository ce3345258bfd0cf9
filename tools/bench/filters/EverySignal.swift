import Curation

/// Packs that measure each signal once, with words cut as the first of the built-in packs that
/// measures it has them. What edits count is left out.
enum EverySignal {
  /// Stands for these packs on the command line.
  static let name = "every-signal"

  static func packs() throws -> [FilterPack] {
    var modes: [String: WordMode] = [:]
    for pack in FilterPack.builtInNames {
      for case .measure(let names, let words) in try FilterPack.named(pack).steps
      where words != .fast {
        for name in names where modes[name] == nil { modes[name] = words }
      }
    }
    let signals = SignalRegistry.all.map(\.name).filter { SignalRegistry.edit(counting: $0) == nil }
    let byMode = Dictionary(grouping: signals) { modes[$0] ?? .datatrove }
    return try WordMode.allCases.compactMap { words in
      try byMode[words].map { names in
        try FilterPack(
          yaml: """
            name: every-signal-\(words.rawValue)
            version: 1
            paper: none
            description: every signal
            words: \(words.rawValue)
            measurements: [\(names.joined(separator: ", "))]
            """, path: name)
      }
    }
  }
}
