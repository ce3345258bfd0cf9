import Runs

/// Evaluation items in training documents: how many by set, and the worst beside what was found.
struct ContaminationSection: PageSection {
  let anchor = "contamination"
  let title = "Contamination"
  let contamination: ContaminationRecord

  var body: HTML {
    """
    <dl class="facts">
    <dt>Contaminated</dt><dd>\(NumberText.count(contamination.contaminated)) of \
    \(NumberText.count(contamination.documents, "document"))</dd>
    <dt>Done</dt><dd>\(done)</dd>
    <dt>Method</dt><dd>\(contamination.method)</dd>
    </dl>
    \(sets)
    \(worst)
    """
  }

  private var done: String {
    switch contamination.action {
    case "document": "\(NumberText.count(contamination.removed, "document")) removed"
    case "passage":
      "passages cut out of \(NumberText.count(contamination.cut, "document")), "
        + "\(NumberText.bytes(contamination.cutBytes)) in all; "
        + "\(NumberText.count(contamination.removed, "document")) removed, "
        + "of which too little would be left"
    default: "nothing: this is a report"
    }
  }

  private var sets: HTML {
    if contamination.sets.isEmpty { return Page.nothing("There was no evaluation set.") }
    return HTMLTable(
      caption: "Items that stand in at least one document, by evaluation set",
      columns: [
        .text("Set"), .number("Items"), .number("Touched"), .number("Share"),
        .number("Rows without a part"), .text("Fields"),
      ],
      rows: contamination.sets.map { set in
        [
          "\(set.name)", "\(NumberText.count(set.items))", "\(NumberText.count(set.touched))",
          "\(NumberText.share(set.share))", "\(NumberText.count(set.emptyRows))",
          "\(set.fields)",
        ]
      }
    ).html()
  }

  private var worst: HTML {
    if contamination.worst.isEmpty {
      return Page.nothing("No item stands in a document.")
    }
    let folds = contamination.worst.map { item -> HTML in
      """
      <details><summary>\(item.set) <code>\(item.item)</code> <span class="note">\
      \(NumberText.share(item.share)) of the \(item.part) · \
      \(NumberText.count(item.documentCount, "document"))</span></summary>
      <p class="note">The \(item.part):</p>
      \(Page.excerpt(item.text))
      <p class="note">In <code>\(item.documents.first ?? "?")</code>:</p>
      \(passage(item))
      </details>
      """
    }
    return """
      <h3>Worst items</h3>
      <p class="note">Each item beside the passage: <ins>words that only the document has</ins>, \
      <del>words that only the item has</del>.</p>
      \(folds)
      """
  }

  private func passage(_ item: ContaminatedItem) -> HTML {
    let difference = WordDiff(from: item.text, to: item.passage)
    return difference.isEmpty
      ? Page.excerpt(item.passage)
      : "<pre class=\"excerpt\" dir=\"auto\">\(difference.html())</pre>"
  }
}
