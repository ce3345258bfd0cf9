extension SignalRegistry {
  /// How a signal comes about.
  public enum Origin: Sendable, Equatable {
    /// Measured on the text alone.
    case text
    /// Measured on the words of the text, as the pack cuts them.
    case words
    /// Measured on batches of documents: their language, their address, their metadata.
    case documents
    /// Counted by the edit of this name.
    case edit(String)

    /// For example `measured on the words`.
    public var description: String {
      switch self {
      case .text: "measured on the text"
      case .words: "measured on the words"
      case .documents: "measured on the document"
      case .edit(let name): "counted by the edit \(name)"
      }
    }
  }

  /// What measures or counts the signal of this name; nil where there is none.
  public static func origin(of name: String) -> Origin? {
    switch entries[name]?.source {
    case .text(_, let needsWords): needsWords ? .words : .text
    case .column: .documents
    case .edit(let edit): .edit(edit)
    case nil: nil
    }
  }
}

extension PackEdit {
  /// What the edit does, in one sentence.
  public var summary: String { type(of: edit).summary }
  /// All options with their values.
  public var configuration: String { edit.configuration }
  /// What it counts, for the rules behind it.
  public var signals: [SignalDescription] { type(of: edit).signals }
}
