import Corpora

/// Finds the places in a document's text that made its signals what they are, for the rules that it
/// fails; for one thread.
///
///     let finder = try EvidenceFinder(chain)
///     let texts = try finder.replay(batch, 0)
///     try finder.spans(of: rule, in: texts)  // bytes of texts.versions[span.version].text
///
/// It takes the text apart again, in a time that grows with its length: it is for documents that are
/// removed, or looked at.
public final class EvidenceFinder {
  private let anatomy: TextAnatomy
  private let replayer: TextReplayer

  /// - Parameter siteLines: the lines that sites repeat, where the chain `needsSiteLines`.
  public init(_ chain: FilterChain, siteLines: FrozenSiteLines? = nil) throws {
    anatomy = try TextAnatomy()
    replayer = try TextReplayer(chain, siteLines: siteLines, anatomy: anatomy)
  }

  /// One document's texts, version by version.
  /// - Parameter edits: whether a pack's edits apply to this document, as in `ChainMeter.measure`.
  public func replay(
    _ batch: DocumentBatch, _ document: Int, edits: (_ pack: Int) -> Bool = { _ in true }
  ) throws -> TextReplay {
    try replayer.replay(batch, document, edits: edits)
  }

  /// The places that explain why one rule fails, those of each signal in the order of the text.
  /// - Parameter limit: the most places of one signal.
  public func spans(
    of rule: FilterChain.BoundRule, in texts: TextReplay, limit: Int = 8
  ) throws -> [EvidenceSpan] {
    try spans(of: [rule], in: texts, limit: limit)[0]
  }

  /// The same for several rules, each version of the text taken apart once.
  public func spans(
    of rules: [FilterChain.BoundRule], in texts: TextReplay, limit: Int = 8
  ) throws -> [[EvidenceSpan]] {
    var questions: [Question: [EvidenceSpan]] = [:]
    for rule in rules {
      for question in Self.questions(rule) { questions[question] = [] }
    }
    try answer(&questions, texts, limit)
    return rules.map { rule in Self.questions(rule).flatMap { questions[$0] ?? [] } }
  }

  // MARK: Questions

  /// A signal, to be explained in a version of the text.
  private struct Question: Hashable {
    var signal: String
    var version: Int
    var words: WordMode
    /// Whether the changes of the edit that makes the next version explain it.
    var asksEdit: Bool
  }

  /// What a rule asks: the signals whose places explain its verdict.
  private static func questions(_ bound: FilterChain.BoundRule) -> [Question] {
    bound.rule.signals.compactMap { signal in
      guard let place = bound.places[signal] else { return nil }
      let isCount = SignalRegistry.edit(counting: signal) != nil
      let evidence = SignalEvidence.all[signal]
      if evidence == nil, !isCount { return nil }
      if let evidence, let threshold = bound.rule.program.threshold,
        !evidence.explains(threshold.comparison)
      {
        return nil
      }
      return Question(
        signal: signal, version: isCount ? place.version - 1 : place.version, words: place.words,
        asksEdit: evidence == nil)
    }
  }

  private func answer(
    _ questions: inout [Question: [EvidenceSpan]], _ texts: TextReplay, _ limit: Int
  ) throws {
    for version in texts.versions.indices {
      let asked = questions.keys.filter { $0.version == version }
      for question in asked where question.asksEdit && version + 1 < texts.versions.count {
        questions[question] = Self.spans(
          Self.changes(texts.versions[version + 1], question.signal, limit), question)
      }
      let measured = asked.filter { !$0.asksEdit }
      if measured.isEmpty { continue }
      try texts.versions[version].text.withUnsafeBytes { text in
        try anatomy.withText(text, words: nil) { anatomy in
          // One cut into words after the other.
          for question in measured.sorted(by: { $0.words.rawValue < $1.words.rawValue }) {
            questions[question] = Self.spans(
              try places(question, anatomy, limit), question)
          }
        }
      }
    }
  }

  private static func spans(_ ranges: [Range<Int>], _ question: Question) -> [EvidenceSpan] {
    ranges.map {
      EvidenceSpan(signal: question.signal, version: question.version, range: $0)
    }
  }

  private func places(
    _ question: Question, _ anatomy: TextAnatomy, _ limit: Int
  ) throws -> [Range<Int>] {
    guard let evidence = SignalEvidence.all[question.signal] else { return [] }
    if evidence.needsWords { try anatomy.requireWords(question.words) }
    var places = EvidencePlaces(anatomy.text, limit: limit)
    evidence.find(anatomy, &places)
    return places.ranges
  }

  /// What an edit changed, in the text before it.
  private static func changes(
    _ version: TextReplay.Version, _ signal: String, _ limit: Int
  ) -> [Range<Int>] {
    let reasons = SignalEvidence.changeReasons(of: signal)
    return version.changes.lazy.filter { change in
      !change.range.isEmpty && reasons?.contains { change.reason.hasPrefix($0) } != false
    }.prefix(limit).map(\.range)
  }
}
