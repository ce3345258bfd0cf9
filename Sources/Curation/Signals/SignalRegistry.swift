/// Every signal that a rule can name.
public enum SignalRegistry {
  /// What measures a signal.
  enum Source: Sendable {
    /// `SignalGroup.all[index]`, on the text alone.
    case text(Int, needsWords: Bool)
    /// `ColumnMeasure.all[index]`, on a batch of documents.
    case column(Int)
    /// An edit counts it while it changes the text.
    case edit(String)
  }

  /// Sorted by name.
  public static let all: [SignalDescription] = entries.values.map(\.description)
    .sorted { $0.name < $1.name }

  static let entries: [String: (description: SignalDescription, source: Source)] = {
    var entries: [String: (description: SignalDescription, source: Source)] = [:]
    for (index, group) in SignalGroup.all.enumerated() {
      for signal in group.signals {
        entries[signal.name] = (signal, .text(index, needsWords: group.needsWords))
      }
    }
    for (index, measure) in ColumnMeasure.all.enumerated() {
      for signal in measure.signals { entries[signal.name] = (signal, .column(index)) }
    }
    for (name, edit) in TextEdits.all {
      for signal in edit.signals { entries[signal.name] = (signal, .edit(name)) }
    }
    return entries
  }()

  /// The signal of this name.
  public static func find(_ name: String) -> SignalDescription? { entries[name]?.description }

  /// The edit that counts this signal, nil where it is measured on its own.
  public static func edit(counting name: String) -> String? {
    if case .edit(let edit) = entries[name]?.source { edit } else { nil }
  }
}

/// Papers that several signals come from.
enum Paper {
  static let gopher = "Rae et al. 2021, arXiv:2112.11446"
  static let ccNet = "Wenzek et al. 2020, arXiv:1911.00359"
  static let theStack = "Kocetkov et al. 2022, arXiv:2211.15533"
}
