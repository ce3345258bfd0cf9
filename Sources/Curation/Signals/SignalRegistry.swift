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
  static let c4 = "Raffel et al. 2020, arXiv:1910.10683"
  static let ccNet = "Wenzek et al. 2020, arXiv:1911.00359"
  static let dclm = "Li et al. 2024, arXiv:2406.11794"
  static let dolma = "Soldaini et al. 2024, arXiv:2402.00159"
  static let fineWeb = "Penedo et al. 2024, arXiv:2406.17557"
  static let fineWeb2 = "Penedo et al. 2025, arXiv:2506.20920"
  static let gopher = "Rae et al. 2021, arXiv:2112.11446"
  static let mC4 = "Xue et al. 2021, arXiv:2010.11934"
  static let openWebMath = "Paster et al. 2023, arXiv:2310.06786"
  static let redPajama = "Weber et al. 2024, arXiv:2411.12372"
  static let refinedWeb = "Penedo et al. 2023, arXiv:2306.01116"
  static let santaCoder = "Allal et al. 2023, arXiv:2301.03988"
  static let starCoder = "Li et al. 2023, arXiv:2305.06161"
  static let starCoder2 = "Lozhkov et al. 2024, arXiv:2402.19173"
  static let theStack = "Kocetkov et al. 2022, arXiv:2211.15533"
}
