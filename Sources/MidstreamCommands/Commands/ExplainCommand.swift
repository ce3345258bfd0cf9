import ArgumentParser
import Foundation
import Reports
import Runs

/// `midstream explain`.
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell a document's whole story in a run: where from, what was measured, why kept.",
    discussion: """
      EXAMPLE
        midstream explain git/usr/share/doc/git-doc/git-add.html --run runs/quickstart
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "The document's id, as in kept/ and removed/.")
  var id: String

  @Option(name: .customLong("run"), help: ArgumentHelp("The run's folder.", valueName: "dir"))
  var folder: String

  func run() throws {
    try InputPath.checkFolder(folder, expected: "a run's folder, as 'midstream run' makes it")
    let story = try DocumentStory(of: id, in: try RunDocuments(folder: folder))
    if common.json { return try Output.json(story) }
    for part in [Self.head(story), Self.rules(story), Self.fate(story)] {
      for line in part { try Output.print(line) }
    }
  }

  private static func head(_ story: DocumentStory) -> [String] {
    let tags = story.tags.sorted { $0.key < $1.key }
      .map { "\($0.key) \(String(format: "%.2f", $0.value))" }
    return [
      story.id, "",
      "source     \(story.source)",
      "url        \(story.url ?? "none")",
      "file       \(story.sourceFile ?? "not in the run's folder")",
      "text       \(amount(story.textBytes, "B")), document \(story.ordinal) of \(story.documents)",
      "use        \(story.use)",
      "domain     \(story.domain) (by the manifest or else the tags: \(story.sourceDomain))",
      "tags       \(tags.joined(separator: ", "))",
      "quality    \(String(format: "%.3f", story.quality))",
      "language   \(story.language) (\(String(format: "%.2f", story.languageScore)))",
    ]
  }

  private static func rules(_ story: DocumentStory) -> [String] {
    let rows = story.packs.flatMap { pack in
      pack.rules.map { rule in
        [
          "\(pack.name)/\(rule.rule)", pack.judges ? rule.verdict : "\(rule.verdict), not judged",
          rule.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value.text)" }
            .joined(separator: ", "), rule.failsWhen,
        ]
      }
    }
    guard !rows.isEmpty else { return [] }
    let table = TextTable(
      columns: [.text("rule"), .text("verdict"), .text("values"), .text("fails when", rank: 1)],
      rows: rows)
    let note =
      story.packsFromRecipe
      ? []
      : [
        "(the recipe is gone or changed: these are the packs that removed something, and rules "
          + "behind the edits of others are unknown)"
      ]
    return [""] + table.lines(width: max(Output.width, 120)) + note
  }

  private static func fate(_ story: DocumentStory) -> [String] {
    var lines = [""]
    if let cluster = story.duplicates {
      lines.append(
        "cluster    \(cluster.cluster): \(cluster.removed.count + 1) documents, "
          + "\(cluster.kept == story.id ? "this one" : cluster.kept) stays")
      for member in cluster.removed.prefix(10) {
        let likeness = member.exact ? "equal" : String(format: "%.3f like", member.similarity)
        lines.append("             \(likeness): \(member.id)")
      }
      if cluster.removed.count > 10 {
        lines.append("             and \(grouped(cluster.removed.count - 10)) more")
      }
    }
    for removal in story.removals {
      let evidence = removal.evidence.split(whereSeparator: \.isNewline).joined(separator: " ")
      lines.append("removed by \(removal.stage)/\(removal.rule): \(evidence)")
    }
    for place in story.streams {
      lines.append(
        "stream     \(place.stream)/\(place.domain): "
          + (place.shard.map {
            "document \(place.document ?? 0) of \($0), \(grouped(place.tokens ?? 0)) tokens"
          } ?? "no shard yet"))
    }
    let place = story.written.map { " (\($0))" } ?? ""
    return lines + ["outcome    \(story.outcome)\(place)", "", story.excerpt]
  }
}
