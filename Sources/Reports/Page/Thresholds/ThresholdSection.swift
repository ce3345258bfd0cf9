import Runs

/// What another threshold would change: a histogram a rule, with a slider.
struct ThresholdSection: PageSection {
  let anchor = "thresholds"
  let title = "Move a threshold"
  let thresholds: ThresholdsRecord

  var body: HTML {
    let views = thresholds.rules.enumerated().compactMap { index, rule in
      ThresholdView(rule, kept: thresholds.kept, id: "threshold-\(index)")
    }.sorted { $0.rule.alone.documents > $1.rule.alone.documents }
    let judged = thresholds.judged.documents
    if views.isEmpty {
      return Page.nothing("No rule compares one signal with one number that could be moved.")
    }
    let left = thresholds.rules.count - views.count
    let gap: HTML =
      left == 0
      ? ""
      : Page.nothing("The bins of \(NumberText.count(left, "rule")) in the record do not fit.")
    return """
      <p>Of \(NumberText.count(judged, "document")), \
      \(NumberText.count(thresholds.kept.documents)) are kept \
      (\(VolumeText.size(thresholds.kept))). Each bar is a step of the slider, its height \
      logarithmic. The solid share of a bar are documents that no other rule fails: these flip when \
      the threshold passes them. The shaded side fails now.</p>
      <p class="note">One rule is moved at a time, and only on this page. To apply a threshold, write \
      it in the pack and decide again: the stored signals are enough.</p>
      \(gap)
      \(views.enumerated().map { $1.fold(isOpen: $0 == 0) })
      """
  }
}

/// Documents and sizes as the page writes them.
enum VolumeText {
  /// "1.23 MB", "1.23 MB, 345,678 tokens"
  static func size(_ volume: DocumentVolume) -> String {
    let bytes = NumberText.bytes(volume.bytes)
    return volume.tokens.map { "\(bytes), \(NumberText.count($0, "token"))" } ?? bytes
  }

  /// "12 documents (1.23 MB)"
  static func whole(_ volume: DocumentVolume) -> String {
    "\(NumberText.count(volume.documents, "document")) (\(size(volume)))"
  }

  /// A threshold or a value: the shortest digits that name the number.
  static func value(_ value: Float) -> String {
    if let whole = Int(exactly: value), whole.magnitude < 1_000_000_000_000 {
      return NumberText.count(whole)
    }
    return value.isFinite ? NumberText.withMinus("\(value)") : NumberText.notANumber
  }
}
