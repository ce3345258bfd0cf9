import Runs

/// What continued training won and lost: the report's first table and sentence.
struct Answer: Sendable {
  /// What the interval says of a domain. Fewer bits per byte are better.
  enum Verdict: Sendable {
    case better, worse, notResolved, notMeasured

    /// A change is resolved where its interval leaves out 0.
    init(_ change: PairedChange?) {
      guard let change, change.mean.isFinite, change.low.isFinite, change.high.isFinite,
        change.low <= change.high
      else {
        self = .notMeasured
        return
      }
      self = change.high < 0 ? .better : change.low > 0 ? .worse : .notResolved
    }

    init(_ resolution: StudyContrast.Resolution) {
      switch resolution {
      case .better: self = .better
      case .worse: self = .worse
      case .notResolved: self = .notResolved
      case .notMeasured: self = .notMeasured
      }
    }

    var words: String {
      switch self {
      case .better: "better"
      case .worse: "worse"
      case .notResolved: "not resolved"
      case .notMeasured: "not measured"
      }
    }

    /// Stands beside the words, so that colour is not the only sign.
    var sign: String {
      switch self {
      case .better: "▼"
      case .worse: "▲"
      case .notResolved: "○"
      case .notMeasured: "–"
      }
    }
  }

  let models: [String]
  let domains: [DomainEvaluation]

  init(_ record: EvaluationRecord) {
    models = record.models
    domains = record.domains
  }

  func domains(_ verdict: Verdict) -> [DomainEvaluation] {
    domains.filter { Verdict($0.change) == verdict }
  }

  /// One or two sentences, made of the data alone.
  var sentence: String {
    guard let first = models.first, let last = models.last, !domains.isEmpty else {
      return "No domain was evaluated."
    }
    guard models.count > 1 else {
      return "Only '\(first)' was evaluated, so there is no change to report."
    }
    let (better, worse) = (domains(.better), domains(.worse))
    var parts: [String] = []
    if better.isEmpty && worse.isEmpty {
      parts.append("From \(first) to \(last), no domain's bits per byte changed measurably.")
    } else {
      let fell = better.isEmpty ? "fell in no domain" : "fell in \(Self.list(better))"
      let rose = worse.isEmpty ? "rose in none" : "rose in \(Self.list(worse))"
      parts.append("From \(first) to \(last), bits per byte \(fell) and \(rose).")
    }
    let unresolved = domains(.notResolved)
    if !unresolved.isEmpty {
      parts.append(
        "Not resolved: \(Self.names(unresolved)) (the 95% interval contains 0).")
    }
    let unmeasured = domains(.notMeasured)
    if !unmeasured.isEmpty { parts.append("Not measured: \(Self.names(unmeasured)).") }
    return parts.joined(separator: " ")
  }

  /// "code (−0.0412) and mathematics (−0.0103)"
  private static func list(_ domains: [DomainEvaluation]) -> String {
    joined(
      domains.map { domain in
        let mean = domain.change.map { NumberText.signed($0.mean, 4) } ?? NumberText.none
        return "\(PlainText.oneLine(domain.domain)) (\(mean))"
      })
  }

  private static func names(_ domains: [DomainEvaluation]) -> String {
    joined(domains.map { PlainText.oneLine($0.domain) })
  }

  private static func joined(_ parts: [String]) -> String {
    guard parts.count > 1, let last = parts.last else { return parts.first ?? "" }
    return parts.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension PairedChange {
  /// "−0.0512 to −0.0301"
  var interval: String {
    "\(NumberText.signed(low, 4)) to \(NumberText.signed(high, 4))"
  }
}
