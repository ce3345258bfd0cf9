import Runs

/// The domains' shares before and after curation.
struct CompositionSection: PageSection {
  let anchor = "domains"
  let title = "Domains before and after"
  let curation: CurationRecord?

  var body: HTML {
    guard let domains = curation?.domains else {
      return Page.missing(CurationRecord.path, "the domains' shares")
    }
    if domains.isEmpty { return Page.nothing("No domain was recorded.") }
    let before = domains.map(\.bytesBefore).total()
    let after = domains.map(\.bytesAfter).total()
    let picture = Page.figure(
      "Share of bytes: outlined before curation, filled after",
      chart(domains, before, after).svg())
    return """
      \(picture)
      \(table(domains, before, after).html())
      """
  }

  private func chart(_ domains: [DomainComposition], _ before: Int, _ after: Int) -> BarChart {
    func share(_ part: Int, _ whole: Int) -> Double {
      whole == 0 ? 0 : Double(part) / Double(whole)
    }
    return BarChart(
      id: "composition", title: "Share of bytes by domain, before and after curation",
      rows: domains.map { domain in
        .init(
          label: domain.domain,
          bars: [
            .init(
              share(domain.bytesBefore, before),
              text: NumberText.share(of: domain.bytesBefore, in: before) + " before", tone: .first),
            .init(
              share(domain.bytesAfter, after),
              text: NumberText.share(of: domain.bytesAfter, in: after) + " after"),
          ])
      })
  }

  private func table(_ domains: [DomainComposition], _ before: Int, _ after: Int) -> HTMLTable {
    HTMLTable(
      caption: "By domain; quality scores from 0 to 1",
      columns: [
        .text("Domain"), .number("Documents before"), .number("after"), .number("Bytes before"),
        .number("after"), .number("Tokens after"), .number("Mean quality before"), .number("after"),
      ],
      rows: domains.map { domain in
        [
          "\(domain.domain)", "\(NumberText.count(domain.documentsBefore))",
          "\(NumberText.count(domain.documentsAfter))", "\(NumberText.bytes(domain.bytesBefore))",
          "\(NumberText.bytes(domain.bytesAfter))", "\(NumberText.count(domain.tokensAfter))",
          "\(NumberText.rounded(domain.qualityBefore, 3))",
          "\(NumberText.rounded(domain.qualityAfter, 3))",
        ]
      })
  }
}
