import Runs

/// Equal and near-equal documents: how many, in clusters of which sizes, and what they look like.
struct DuplicatesSection: PageSection {
  let anchor = "duplicates"
  let title = "Duplicates"
  let curation: CurationRecord?

  var body: HTML {
    guard let duplicates = curation?.duplicates else {
      return Page.missing(CurationRecord.path, "duplicates")
    }
    return """
      <dl class="facts">
      <dt>Equal</dt><dd>\(removed(duplicates.exactRemoved))</dd>
      <dt>Near-equal</dt><dd>\(removed(duplicates.nearRemoved))</dd>
      <dt>Evaluation overlap</dt><dd>\(removed(duplicates.evaluationOverlapRemoved))</dd>
      </dl>
      \(sizes(duplicates.sizes))
      \(clusters(duplicates.largest))
      """
  }

  private func removed(_ documents: Int) -> String {
    NumberText.count(documents, "document") + " removed"
  }

  private func sizes(_ sizes: [ClusterSizeCount]) -> HTML {
    if sizes.isEmpty { return Page.nothing("No two documents are alike.") }
    let chart = BarChart(
      id: "cluster-sizes", title: "Clusters by their number of members",
      rows: Self.ranges(sizes).map { range in
        .init(
          label: range.name,
          bars: [
            .init(Double(range.clusters), text: NumberText.count(range.clusters, "cluster"))
          ])
      }, isCompact: true)
    let table = HTMLTable(
      caption: "Clusters by size", columns: [.number("Members"), .number("Clusters")],
      rows: sizes.map { ["\(NumberText.count($0.size))", "\(NumberText.count($0.clusters))"] })
    return """
      \(Page.figure("Clusters of alike documents by their number of members; one of each is kept", chart.svg()))
      \(table.folded("All sizes as a table"))
      """
  }

  struct SizeRange: Equatable {
    var name: String
    var clusters: Int
  }

  /// 2, 3, 4, then ranges that double: 5 to 8, 9 to 16 … Empty ones are left out.
  static func ranges(_ sizes: [ClusterSizeCount]) -> [SizeRange] {
    var ranges: [SizeRange] = []
    var (low, high) = (Int.min, 1)
    while true {
      let members = sizes.filter { $0.size >= low && $0.size <= high }
      if !members.isEmpty {
        let name =
          low == Int.min || low == high
          ? NumberText.count(high) : "\(NumberText.count(low)) to \(NumberText.count(high))"
        ranges.append(SizeRange(name: name, clusters: members.map(\.clusters).total()))
      }
      if high == Int.max { return ranges }
      low = high + 1
      high = high < 4 ? high + 1 : high > Int.max / 2 ? Int.max : high * 2
    }
  }

  private func clusters(_ clusters: [DuplicateCluster]) -> HTML {
    if clusters.isEmpty { return "" }
    let folds = clusters.map { cluster -> HTML in
      """
      <details><summary><code>\(cluster.kept)</code> <span class="note">kept, \
      \(NumberText.count(cluster.removedCount)) removed</span></summary>
      <p class="note">Kept:</p>
      \(Page.excerpt(cluster.keptExcerpt))
      \(cluster.members.map { member($0, kept: cluster.keptExcerpt) })
      </details>
      """
    }
    return """
      <h3>Largest clusters</h3>
      <p class="note">Each member beside the kept document: <ins>words that only the member has</ins>, \
      <del>words that only the kept one has</del>. Excerpts are cut, so their ends may differ.</p>
      \(folds)
      """
  }

  private func member(_ member: ClusterMember, kept: String) -> HTML {
    let difference = WordDiff(from: kept, to: member.excerpt)
    let text: HTML =
      difference.isEmpty
      ? "<p class=\"note\">No word of the excerpt differs.</p>"
      : "<pre class=\"excerpt\" dir=\"auto\">\(difference.html())</pre>"
    return """
      <article class="document">
      <p class="id"><code>\(member.id)</code></p>
      <p class="evidence">similarity \(NumberText.rounded(member.similarity, 3))</p>
      \(text)
      </article>
      """
  }
}
