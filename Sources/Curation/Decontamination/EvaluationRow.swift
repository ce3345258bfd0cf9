import Foundation
import Streams

/// One row of an evaluation file.
struct EvaluationRow {
  /// `FILE` or `ARCHIVE/MEMBER`, and the row in it from 1.
  var file: String
  var row: Int
  var value: JSONValue

  /// The texts at a path; numbers and truth values as they are written.
  func texts(_ path: String) -> [String] { Self.values(path, in: value).compactMap(Self.text) }

  /// The values at a path: a list gives its members.
  static func values(_ path: String, in value: JSONValue) -> [JSONValue] {
    if let found = value[path] { return flat(found) }
    guard let dot = path.firstIndex(of: ".") else {
      if case .array(let members) = value { return members.flatMap { values(path, in: $0) } }
      return []
    }
    let rest = String(path[path.index(after: dot)...])
    return flat(value[String(path[..<dot])] ?? .null).flatMap { values(rest, in: $0) }
  }

  private static func flat(_ value: JSONValue) -> [JSONValue] {
    switch value {
    case .array(let members): members.flatMap(flat)
    case .null: []
    default: [value]
    }
  }

  private static func text(_ value: JSONValue) -> String? {
    switch value {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .bool(let truth): truth ? "yes" : "no"
    default: nil
    }
  }

  /// The names of the fields, with those of objects behind a dot.
  var names: [String] {
    guard case .object(let members) = value else { return [] }
    return members.flatMap { member -> [String] in
      [member.key] + Self.inner(member.value).map { "\(member.key).\($0)" }
    }
  }

  private static func inner(_ value: JSONValue) -> [String] {
    switch value {
    case .object(let members): members.map(\.key)
    case .array(let values):
      if case .object(let members)? = values.first { members.map(\.key) } else { [] }
    default: []
    }
  }
}

extension EvaluationItem {
  /// The item of a row; without parts where the fields are empty.
  init(_ row: EvaluationRow, _ fields: EvaluationFields) {
    func texts(_ names: [String]) -> [String] {
      names.flatMap(row.texts).flatMap { text in
        fields.separator.map { text.components(separatedBy: $0) } ?? [text]
      }.filter { $0.contains { !$0.isWhitespace } }
    }
    var parts = fields.passage.flatMap(row.texts).map { Part(.passage, $0) }
    // A question is never cut at the separator of choices.
    parts += fields.question.flatMap(row.texts).map { Part(.question, $0) }
    for text in fields.prompt.flatMap(row.texts) { parts += PromptParts(text).parts }
    var choices = texts(fields.choices).map { Part(.choice, $0) }
    let known = parts.indices.filter { parts[$0].kind == .choice }
    if choices.isEmpty {
      choices = known.map { parts[$0] }
      parts.removeAll { $0.kind == .choice }
    } else if choices.allSatisfy({ $0.text.count == 1 }), known.count == choices.count {
      // Choices that are only letters stand for those of the prompt.
      choices = known.map { parts[$0] }
      parts.removeAll { $0.kind == .choice }
    }
    let answers = texts(fields.answer)
    for answer in answers {
      // Of several answers none is a number or a letter.
      if let place = Self.place(answer, of: choices, fields, isAlone: answers.count == 1) {
        choices[place].kind = .answer
      } else {
        parts.append(Part(.answer, answer))
      }
    }
    parts += choices
    let id = fields.id.flatMap { row.texts($0).first } ?? "\(row.file):\(row.row)"
    self.init(
      id: id,
      parts: parts.map {
        Part($0.kind, $0.text.trimmingCharacters(in: .whitespacesAndNewlines))
      }.filter { !$0.text.isEmpty })
  }

  /// The choice that an answer names, by its text, its letter or its number.
  private static func place(
    _ answer: String, of choices: [Part], _ fields: EvaluationFields, isAlone: Bool
  ) -> Int? {
    if let place = choices.firstIndex(where: { $0.text == answer }) { return place }
    guard isAlone else { return nil }
    if let number = Int(answer) {
      let place = number &- fields.firstChoice
      return choices.indices.contains(place) ? place : nil
    }
    guard answer.utf8.count == 1, let letter = answer.uppercased().utf8.first,
      letter >= UInt8(ascii: "A")
    else { return nil }
    let place = Int(letter - UInt8(ascii: "A"))
    return choices.indices.contains(place) ? place : nil
  }
}

/// The parts of a prompt, told by the words at the starts of its lines.
struct PromptParts {
  private(set) var parts: [EvaluationItem.Part] = []

  private static let labels: [(label: String, kind: EvaluationItem.Kind)] = [
    ("passage:", .passage), ("context:", .passage), ("question:", .question),
    ("choices:", .choice), ("options:", .choice), ("answer:", .answer),
  ]

  init(_ text: String) {
    var kind = EvaluationItem.Kind.question
    var open: [Substring] = []
    func close() {
      if kind == .choice {
        parts += open.map { EvaluationItem.Part(.choice, Self.withoutLetter($0)) }
      } else {
        parts.append(EvaluationItem.Part(kind, open.joined(separator: "\n")))
      }
      open = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let small = line.lowercased()
      guard let label = Self.labels.first(where: { small.hasPrefix($0.label) }) else {
        open.append(line)
        continue
      }
      close()
      kind = label.kind
      open = [line.dropFirst(label.label.count)]
    }
    close()
    parts.removeAll { !$0.text.contains { !$0.isWhitespace } }
  }

  /// `A. bank`, `(A) bank` and `A) bank` are the choice `bank`.
  private static func withoutLetter(_ line: Substring) -> String {
    let trimmed = line.drop { $0 == " " || $0 == "(" }
    guard let letter = trimmed.first, letter.isASCII, letter.isLetter,
      let mark = trimmed.dropFirst().first, mark == "." || mark == ")"
    else { return String(line) }
    return String(trimmed.dropFirst(2).drop { $0 == " " })
  }
}
