import Streams

/// Which fields of an evaluation file are which parts of an item. A dot leads into an object
/// (`choices.text`), or into each object of a list.
public struct EvaluationFields: Sendable, Equatable, Codable {
  /// Names the item; its place in the file where there is none.
  public var id: String?
  public var question: [String] = []
  public var passage: [String] = []
  /// A field with a list, or a field a choice.
  public var choices: [String] = []
  /// Text, or the place or the letter of a choice.
  public var answer: [String] = []
  /// Fields of a whole prompt, whose lines begin with `Passage:`, `Question:`, `Choices:` or `Answer:`.
  public var prompt: [String] = []
  /// What separates several texts in one field, for example `;`.
  public var separator: String?
  /// The number of the first choice where the answer is a number.
  public var firstChoice = 0

  public init() {}

  /// All names, as far as a file must have them.
  public var names: [String] {
    (id.map { [$0] } ?? []) + question + passage + choices + answer + prompt
  }

  /// The fields as people see them: `question=q, choices=a b`.
  public var summary: String {
    let parts = [
      ("id", id.map { [$0] } ?? []), ("question", question), ("passage", passage),
      ("choices", choices), ("answer", answer), ("prompt", prompt),
    ]
    return parts.filter { !$0.1.isEmpty }
      .map { "\($0.0)=\($0.1.joined(separator: "+"))" }.joined(separator: ", ")
  }

  /// Reads `question=q,choices=a+b,answer=label`.
  /// - Throws: an input fault where a part is unknown or has no field, or no part can be looked for.
  public init(_ argument: String) throws {
    for piece in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = piece.firstIndex(of: "="), piece.index(after: equals) < piece.endIndex
      else {
        throw Fault(
          .input, "'--fields \(argument)' is not PART=FIELD,PART=FIELD", found: "\(piece)",
          expected: Self.partNames.joined(separator: ", "),
          hint: "for example --fields question=q,choices=options,answer=label")
      }
      let fields = piece[piece.index(after: equals)...].split(separator: "+").map(String.init)
      switch piece[..<equals] {
      case "id": id = fields.first
      case "question": question += fields
      case "passage": passage += fields
      case "choices": choices += fields
      case "answer": answer += fields
      case "prompt": prompt += fields
      default:
        throw Fault(
          .input, "'--fields \(argument)' names an unknown part", found: "\(piece[..<equals])",
          expected: Self.partNames.joined(separator: ", "))
      }
    }
    guard !(question + passage + answer + prompt).isEmpty else {
      throw Fault(
        .input, "'--fields \(argument)' names no question, passage, answer or prompt",
        hint: "choices alone say nothing about an item")
    }
  }

  static let partNames = ["id", "question", "passage", "choices", "answer", "prompt"]
}
