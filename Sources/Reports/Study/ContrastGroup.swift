import Runs

/// The differences of a study that stand for the same thing, such as the filter's gain by domain, and
/// what they compare in a reader's words.
struct ContrastGroup: Sendable {
  let name: String
  let contrasts: [StudyContrast]
  let study: StudyReading

  /// The study's differences by what they stand for, in the record's order.
  static func all(_ study: StudyReading) -> [ContrastGroup] {
    var names: [String] = []
    for contrast in study.record.contrasts where !names.contains(contrast.name) {
      names.append(contrast.name)
    }
    return names.map { name in
      ContrastGroup(
        name: name, contrasts: study.record.contrasts.filter { $0.name == name }, study: study)
    }
  }

  /// "Filter gain"
  var title: String {
    let line = PlainText.oneLine(name)
    return line.prefix(1).uppercased() + line.dropFirst()
  }

  /// The one pair of branches that the group compares; nil where there are several.
  private var pair: (branch: String, against: String)? {
    guard let first = contrasts.first,
      contrasts.allSatisfy({ $0.branch == first.branch && $0.against == first.against })
    else { return nil }
    return (first.branch, first.against)
  }

  /// "c − b"
  static func difference(_ contrast: StudyContrast, _ study: StudyReading) -> String {
    "\(study.tag(named: contrast.branch)) − \(study.tag(named: contrast.against))"
  }

  /// "Filter gain (c − b)"
  var heading: String {
    guard pair != nil, let first = contrasts.first else { return title }
    return "\(title) (\(Self.difference(first, study)))"
  }

  /// The one branch that the group compares with several others in one domain.
  private var leader: StudyContrast? {
    guard pair == nil, let first = contrasts.first,
      contrasts.allSatisfy({ $0.branch == first.branch && $0.domain == first.domain })
    else { return nil }
    return first
  }

  /// What the numbers compare, for a reader who knows nothing of the experiment.
  var explanation: String? {
    if let leader {
      let measure = leader.domain == StudyReading.target ? "the target" : leader.domain
      return "\(title(leader.branch)) less each other \(study.noun), in \(measure): "
        + "below 0 it is the better of both."
    }
    if pair == nil && name == Self.wholeChange {
      return "Each \(study.noun) less the checkpoint before training\(lesson)."
    }
    guard let pair else { return nil }
    let (ours, theirs) = (meaning(pair.branch), meaning(pair.against))
    return "\(ours.prefix(1).uppercased())\(ours.dropFirst()), compared with \(theirs)\(lesson)."
  }

  private var lesson: String {
    switch name {
    case "filter gain": ": the weights are the same, so the difference is the filter's"
    case "mixture gain": ": the text is the same, so the difference is the mixture's"
    case "forgetting against the base": ": above 0, ability in general text was lost"
    case "forgetting against general text only":
      ": above 0, the same training on general text alone would have served it better"
    case Self.wholeChange: ": all that this training changed"
    default: ""
    }
  }

  /// Names the differences between a branch and the trunk, which are of another size than those
  /// between branches.
  static let wholeChange = "against the base"

  private func meaning(_ name: String) -> String {
    guard let branch = study.branch(named: name) else { return "the checkpoint before training" }
    let meaning = PlainText.oneLine(study.record.branches[branch].meaning)
    return meaning.isEmpty ? PlainText.oneLine(name) : meaning
  }

  /// "c · curated", or "base"
  private func title(_ name: String) -> String {
    study.branch(named: name).map(study.title) ?? StudyReading.base
  }

  /// Names a difference within its group: by what varies in it.
  func label(_ contrast: StudyContrast) -> String {
    if leader != nil { return title(contrast.against) }
    return pair == nil
      ? "\(Self.difference(contrast, study)), \(contrast.domain)" : contrast.domain
  }

  /// A name for a picture: "c − b math, filter gain".
  func shortLabel(_ contrast: StudyContrast) -> String {
    if leader != nil { return "against \(title(contrast.against))" }
    return "\(Self.difference(contrast, study)) \(contrast.domain), \(words)"
  }

  /// A name for a terminal, which may cut its end: "c − b filter gain".
  func lineLabel(_ contrast: StudyContrast) -> String {
    if leader != nil { return "against \(title(contrast.against))" }
    return "\(Self.difference(contrast, study)) \(name == Self.wholeChange ? "" : words)"
  }

  /// "forgetting" of "forgetting against the base"
  private var words: String { name.components(separatedBy: " against").first ?? name }
}

extension StudyContrast {
  /// Both intervals in one: the difference is resolved where it leaves out 0.
  var range: ClosedRange<Double>? {
    guard let combined, combined.low <= combined.high else { return nil }
    return combined.low...combined.high
  }

  var verdict: Answer.Verdict { Answer.Verdict(resolution) }
}
