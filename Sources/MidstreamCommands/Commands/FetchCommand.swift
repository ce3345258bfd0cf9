import ArgumentParser
import Corpora
import Runs

/// `midstream fetch`.
struct FetchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Acquire and verify the corpora of a manifest.",
    discussion: """
      Packages are unpacked, not installed. What is complete is not fetched again.

      EXAMPLE
        midstream fetch debian-docs --output corpora/debian
        midstream fetch my-corpus.yaml --output corpora/mine --json
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "A manifest: a built-in name or the path of a YAML file.")
  var manifest: String

  @Option(help: ArgumentHelp("The folder to fetch into.", valueName: "dir"))
  var output: String

  @Flag(help: "Show the manifest's sources and fetch nothing.")
  var dryRun = false

  /// One source, as `--json` prints it.
  private struct Row: Encodable {
    var source: String
    var domain: String?
    var license: String
    var package: String?
    var version: String?
    var root: String
    var files: Int
    var bytes: Int
  }

  func run() throws {
    let manifest = try CorpusManifest.named(manifest)
    if dryRun {
      for source in manifest.sources {
        try Output.print("\(source.name)  \(source.domain?.rawValue ?? "-")  \(source.origin)")
      }
      return
    }
    let corpus = try FetchStage.fetch(manifest, into: output, progress: common.progress)
    let rows = corpus.sources.map { source in
      Row(
        source: source.source.name, domain: source.source.domain?.rawValue,
        license: source.source.license, package: source.package, version: source.version,
        root: source.root, files: source.files.count, bytes: source.byteCount)
    }
    if common.json { return try Output.json(rows) }
    for row in rows {
      try Output.print(
        "\(row.source): \(grouped(row.files)) files, \(amount(row.bytes, "B"))"
          + (row.package.map { " from \($0) \(row.version ?? "")" } ?? ""))
    }
    try Output.print(
      "\(manifest.name): \(grouped(rows.reduce(0) { $0 + $1.files })) files, "
        + amount(rows.reduce(0) { $0 + $1.bytes }, "B"))
  }
}
