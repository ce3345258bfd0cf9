import Runs

/// The token shards of each stream and domain.
struct ShardsSection: PageSection {
  let anchor = "shards"
  let title = "Token shards"
  let shards: ShardsRecord?

  var body: HTML {
    guard let shards else { return Page.missing(ShardsRecord.path, "the token shards") }
    let facts: HTML = """
      <p>A vocabulary of \(NumberText.count(shards.vocabularySize, "token")); \
      \(NumberText.rounded(shards.bytesPerToken, 3)) bytes of text a token over the curated \
      shards.</p>
      """
    if shards.sets.isEmpty { return facts + Page.nothing("No shard was written.") }
    let table = HTMLTable(
      caption: "Shards by stream and domain",
      columns: [
        .text("Domain"), .text("Stream"), .number("Files"), .number("Documents"), .number("Tokens"),
        .number("Bytes a token"), .number("Text"), .number("On disk"),
      ],
      rows: shards.sets.map { set in
        [
          "\(set.domain)", "\(set.stream)", "\(NumberText.count(set.files))",
          "\(NumberText.count(set.documents))", "\(NumberText.count(set.tokens))",
          "\(NumberText.ratio(set.textBytes, set.tokens, 2))", "\(NumberText.bytes(set.textBytes))",
          "\(NumberText.bytes(set.diskBytes))",
        ]
      })
    return "\(facts)\n\(table.html())"
  }
}
