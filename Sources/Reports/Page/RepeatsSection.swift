import Runs

/// Repeated parts of texts: how much was cut out, of which sources, and what is said most often.
struct RepeatsSection: PageSection {
  let anchor = "repeats"
  let title = "Repeated text"
  let repeats: RepeatsRecord

  var body: HTML {
    let total = repeats.sources.total
    return """
      <dl class="facts">
      <dt>Compared</dt><dd>\(repeats.part)s</dd>
      <dt>Cut out</dt><dd>\(NumberText.count(repeats.spans, "stretch", "stretches")) of text, \
      \(NumberText.bytes(total.removedBytes)) of \(NumberText.bytes(total.bytes)) with the documents \
      that went whole</dd>
      <dt>Documents</dt><dd>\(NumberText.count(total.edited)) of \
      \(NumberText.count(total.documents)) without some text, \(NumberText.count(total.removed)) \
      removed because too little was left</dd>
      </dl>
      \(sources)
      \(lengths)
      \(frequent)
      """
  }

  private var sources: HTML {
    HTMLTable(
      caption: "Documents and bytes by source",
      columns: [
        .text("Source"), .number("Documents"), .number("Edited"), .number("Removed"),
        .number("Bytes"), .number("Bytes gone"), .number("Share"),
      ],
      rows: repeats.sources.sorted { $0.key < $1.key }.map { name, fates in
        [
          "\(name.isEmpty ? "(none)" : name)", "\(NumberText.count(fates.documents))",
          "\(NumberText.count(fates.edited))", "\(NumberText.count(fates.removed))",
          "\(NumberText.bytes(fates.bytes))", "\(NumberText.bytes(fates.removedBytes))",
          "\(NumberText.share(of: fates.removedBytes, in: fates.bytes))",
        ]
      }
    ).html()
  }

  private var lengths: HTML {
    if repeats.lengths.isEmpty { return Page.nothing("Nothing is repeated.") }
    let chart = BarChart(
      id: "span-lengths", title: "Stretches of text that go, by their length",
      rows: repeats.lengths.map { length in
        .init(
          label: "from \(NumberText.bytes(length.bytes))",
          bars: [
            .init(
              Double(length.spans),
              text: NumberText.count(length.spans, "stretch", "stretches"))
          ])
      }, isCompact: true)
    return Page.figure("Stretches of text that go, by their length", chart.svg())
  }

  private var frequent: HTML {
    if repeats.repeated.isEmpty { return "" }
    let folds = repeats.repeated.map { part -> HTML in
      """
      <details><summary>\(NumberText.count(part.copies)) × <span class="note">\
      \(NumberText.bytes(part.bytes)), first in document \(NumberText.count(part.document)) of \
      <code>\(part.input)</code>, byte \(NumberText.count(part.byte))</span></summary>
      \(Page.excerpt(part.excerpt))
      </details>
      """
    }
    return """
      <h3>Most frequent</h3>
      <p class="note">How often each stood in the texts, before copies were cut out. Documents and \
      bytes are counted from 0; excerpts are cut.</p>
      \(folds)
      """
  }
}
