import Curation
import Foundation
import Runs

/// One rule on one document, as `--json` prints it.
struct TrialRecord: Encodable {
  /// A signal's value; null where it was not measured.
  enum Value: Encodable {
    case number(Float)
    case text(String)
    case missing

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let value) where value.isFinite: try container.encode(value)
      case .text(let text): try container.encode(text)
      case .number, .missing: try container.encodeNil()
      }
    }

    var text: String {
      switch self {
      case .number(let value): shown(value)
      case .text(let text): text
      case .missing: "?"
      }
    }
  }

  var pack: String
  var rule: String
  /// "passes", "fails" or "unknown".
  var verdict: String
  var failsWhen: String
  var values: [String: Value]
  var threshold: Float?
  /// The version of the text that the rule judged, and why it failed there; absent where nobody asked.
  var version: Int?
  var evidence: [Evidence]?

  /// A place in a version of the text, in bytes from 0.
  struct Evidence: Encodable {
    var signal: String
    var version: Int
    var start: Int
    var end: Int
    /// Its beginning.
    var text: String
  }

  init(pack: String, _ trial: FilterTrial) {
    self.pack = pack
    rule = trial.rule
    verdict = "\(trial.verdict)"
    failsWhen = trial.condition
    threshold = trial.threshold
    values = [:]
    for value in trial.values {
      switch value {
      case .number(let name, let number): values[name] = .number(number)
      case .text(let name, let text): values[name] = .text(text)
      case .missing(let name): values[name] = .missing
      }
    }
  }
}

/// A measured number for people: whole ones without a point.
func shown(_ value: Float) -> String {
  if let whole = Int(exactly: value) { return grouped(whole) }
  return String(format: "%.4g", value)
}
