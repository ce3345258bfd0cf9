import Runs

/// One rule's histogram, slider, samples and table.
struct ThresholdView {
  let rule: ThresholdRule
  private let kept: DocumentVolume
  private let id: String
  /// The present threshold, index into the rule's edges.
  private let present: Int

  /// nil for a record whose parts do not fit together.
  init?(_ rule: ThresholdRule, kept: DocumentVolume, id: String) {
    let bins = rule.edges.count + 1
    guard let present = rule.edges.firstIndex(of: rule.threshold),
      rule.free.documents.count == bins, rule.bound.documents.count == bins
    else { return nil }
    self.rule = rule
    self.kept = kept
    self.id = id
    self.present = present
  }

  func fold(isOpen: Bool) -> HTML {
    """
    <details\(isOpen ? " open" : "")><summary>\(rule.rule) <span class="note">\(rule.pack) · \
    \(VolumeText.whole(rule.alone)) fail only this</span></summary>
    <div class="threshold" data-threshold="\(String(present))">
    <p>A document fails where <code>\(rule.signal) \(rule.comparison) \
    \(VolumeText.value(rule.threshold))</code>\(unit): \
    \(VolumeText.whole(rule.failing)) do.\(undecided)</p>
    <figure>
    \(histogram().svg())
    </figure>
    \(slider)
    <p class="said" aria-live="polite" data-said="">kept \
    \(NumberText.count(kept.documents, "document")) (\(VolumeText.size(kept)))</p>
    \(table().folded("Every step of the slider as a table"))
    \(samples())
    </div>
    </details>
    """
  }

  private var unit: HTML { rule.unit.isEmpty ? "" : " (\(rule.unit))" }

  private var undecided: HTML {
    rule.undecided == 0
      ? ""
      : " \(NumberText.count(rule.undecided, "document has", "documents have")) no value: none of them fails."
  }

  /// Hidden until the script is there to move it.
  private var slider: HTML {
    """
    <p class="slider" data-slider="" hidden><label for="\(id)-slider">threshold \
    <output for="\(id)-slider" data-chosen="">\(VolumeText.value(rule.threshold))</output></label>
    <input id="\(id)-slider" type="range" min="0" max="\(String(rule.edges.count - 1))" step="1" \
    value="\(String(present))" style="\(histogram().sliderStyle)"></p>
    """
  }

  private func histogram() -> ThresholdHistogram {
    ThresholdHistogram(
      id: id, title: "Documents by \(rule.signal)",
      bars: zip(rule.free.documents, rule.bound.documents).map { free, bound in
        .init(documents: [free, bound].total(), free: free)
      }, edges: rule.edges.map(VolumeText.value), present: present, failsBelow: rule.failsBelow)
  }

  // MARK: Steps

  private func table() -> HTMLTable {
    HTMLTable(
      caption: "What \(rule.rule) would keep at other thresholds",
      columns: [
        .number("Threshold"), .number("Kept"), .number("Their text"), .text("Moving there"),
      ],
      rows: rule.edges.indices.map { edge in
        let (volume, change) = step(edge)
        return [
          "\(VolumeText.value(rule.edges[edge]))",
          "\(NumberText.count(volume.documents, "document"))", "\(VolumeText.size(volume))",
          "\(change)",
        ]
      })
  }

  /// What is kept at another threshold, and what flips on the way there.
  private func step(_ edge: Int) -> (kept: DocumentVolume, change: String) {
    if edge == present { return (kept, "is where it is") }
    let flips = rule.free.volume(min(edge, present) + 1..<max(edge, present) + 1)
    if flips.documents == 0 { return (kept, "changes nothing") }
    return rule.failsBelow == (edge < present)
      ? (kept + flips, "brings back \(VolumeText.whole(flips))")
      : (kept - flips, "removes \(VolumeText.whole(flips))")
  }

  // MARK: Samples

  private func samples() -> HTML {
    if rule.samples.isEmpty { return "" }
    let documents = rule.samples.map { sample -> HTML in
      let isRemoved = rule.failsBelow == (sample.bin <= present)
      return """
        <article class="document" data-bin="\(String(sample.bin))">
        <p class="id"><code>\(sample.id)</code></p>
        <p class="evidence">\(rule.signal) = \(VolumeText.value(sample.value)) · \
        \(isRemoved ? "removed" : "kept") now<span class="flip"> · \
        \(isRemoved ? "comes back" : "goes")</span></p>
        \(Page.excerpt(sample.excerpt))
        </article>
        """
    }
    return """
      <details><summary>\(NumberText.count(rule.samples.count, "document")) near the threshold, to \
      judge by eye</summary>
      \(documents)
      </details>
      """
  }
}
