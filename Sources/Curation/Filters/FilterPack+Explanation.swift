import Corpora

extension FilterPack {
  /// A pack as `midstream filters show` prints it.
  public struct Explanation: Sendable, Equatable {
    public var name: String
    public var version: Int
    public var paper: String
    public var description: String
    public var rules: [Rule]
    public var signals: [SignalDescription]

    public struct Rule: Sendable, Equatable {
      public var id: String
      public var condition: String
      public var early: Bool
      public var signals: [String]
    }
  }

  /// What the pack does: its rules, and what each signal that it measures means.
  public var explanation: Explanation {
    Explanation(
      name: name, version: version, paper: paper, description: description,
      rules: rules.map {
        .init(id: $0.id, condition: $0.condition, early: $0.early, signals: $0.signals)
      },
      signals: signals)
  }
}
