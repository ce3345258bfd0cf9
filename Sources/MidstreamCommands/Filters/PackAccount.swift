import Curation
import Reports

/// All there is to say of a pack, as `filters show` prints it.
struct PackAccount: Encodable {
  struct Rule: Encodable {
    var id: String
    var failsWhen: String
    var early: Bool
    var signals: [String]
  }

  /// One step: an edit, measurements, or a rule; the fields of the others are absent.
  struct Step: Encodable {
    var edit: String?
    var options: String?
    var summary: String?
    /// What the edit counts.
    var counts: [String]?
    var measurements: [String]?
    /// How the text is cut into words for them.
    var words: String?
    var rule: Rule?
  }

  struct Definition: Encodable {
    var name: String
    var expression: String
  }

  var name: String
  var version: Int
  /// The language that the pack was made for; absent: any.
  var language: String?
  var paper: String
  var description: String
  var steps: [Step]
  var definitions: [Definition]
  var rules: [Rule]
  var signals: [SignalRow]

  init(_ pack: FilterPack) {
    name = pack.name
    version = pack.version
    language = pack.language
    paper = pack.paper
    description = pack.description
    steps = pack.steps.map { step in
      switch step {
      case .edit(let edit):
        Step(
          edit: edit.name, options: edit.configuration, summary: edit.summary,
          counts: edit.signals.map(\.name))
      case .measure(let signals, let words):
        Step(measurements: signals, words: words.rawValue)
      case .list(let list): Step(measurements: [list.name])
      case .rule(let rule): Step(rule: Rule(rule))
      }
    }
    definitions = pack.definitions.map { Definition(name: $0.name, expression: $0.expression) }
    rules = pack.rules.map(Rule.init)
    signals = pack.signals.map(SignalRow.init)
  }

  // MARK: Text

  var text: String {
    var lines = [
      "\(name), version \(version)", description, "paper: \(paper)",
      "language: \(language.map { "made for '\($0)'" } ?? "any")", "",
    ]
    lines += stepLines
    if !definitions.isEmpty {
      lines += ["", "definitions"] + definitions.map { "  \($0.name) = \($0.expression)" }
    }
    return (lines + [""] + SignalRow.table(signals).lines(width: .max)).joined(separator: "\n")
  }

  /// Rules in a row stand in one table.
  private var stepLines: [String] {
    var lines: [String] = []
    var rules: [Rule] = []
    var number = 0
    func finishRules() {
      if rules.isEmpty { return }
      number += 1
      lines.append("\(number)  rules")
      lines += TextTable(
        columns: [.text("rule"), .text("a document fails when"), .text("early", rank: 1)],
        rows: rules.map { [$0.id, $0.failsWhen, $0.early ? "yes" : ""] }
      ).lines(width: .max).map { "   " + $0 }
      rules = []
    }
    for step in steps {
      if let rule = step.rule {
        rules.append(rule)
        continue
      }
      finishRules()
      number += 1
      if let edit = step.edit {
        lines.append("\(number)  edit \(edit) (\(step.options ?? ""))")
        lines.append("   \(step.summary ?? "")")
        let counts = step.counts ?? []
        if !counts.isEmpty { lines.append("   counts \(counts.joined(separator: ", "))") }
      } else if let measurements = step.measurements {
        let cut = measurements.contains { SignalRegistry.origin(of: $0) == .words }
        lines.append("\(number)  measure\(cut ? " (words: \(step.words ?? ""))" : "")")
        lines.append("   \(measurements.joined(separator: ", "))")
      }
    }
    finishRules()
    return lines
  }
}

extension PackAccount.Rule {
  fileprivate init(_ rule: FilterRule) {
    self.init(
      id: rule.id, failsWhen: rule.condition, early: rule.early, signals: rule.signals)
  }
}
