/// One item of an evaluation set, in the parts that are looked for in training documents.
public struct EvaluationItem: Sendable, Equatable {
  /// What a part is to its item.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The question, the task or the beginning that is to be continued.
    case question
    /// A text that questions are asked about.
    case passage
    /// One of the answers to choose from.
    case choice
    /// The right answer or the solution.
    case answer
  }

  public struct Part: Sendable, Equatable {
    public var kind: Kind
    public var text: String

    public init(_ kind: Kind, _ text: String) {
      self.kind = kind
      self.text = text
    }
  }

  /// Names the item within its set.
  public var id: String
  /// In the order in which the item has them.
  public var parts: [Part]

  public init(id: String, parts: [Part]) {
    self.id = id
    self.parts = parts
  }
}

/// The items of one benchmark.
public struct EvaluationSet: Sendable, Equatable {
  public var name: String
  public var items: [EvaluationItem]

  public init(name: String, items: [EvaluationItem]) {
    self.name = name
    self.items = items
  }
}
