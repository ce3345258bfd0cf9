import ArgumentParser
import Corpora
import Foundation
import Runs
import Streams

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
        midstream fetch finemath --output corpora/math --local finemath-4plus=/data/finemath
      """)

  @OptionGroup var common: CommonOptions

  @Argument(help: "A manifest: a built-in name or the path of a YAML file.")
  var manifest: String

  @Option(help: ArgumentHelp("The folder to fetch into.", valueName: "dir"))
  var output: String

  @Option(
    name: .customLong("local"),
    help: ArgumentHelp(
      "Read this source from a copy that is there already.", valueName: "source=folder"))
  var localCopies: [String] = []

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
    let manifest = try CorpusManifest.named(manifest).usingLocalCopies(folders())
    if dryRun {
      for source in manifest.sources {
        try Output.print(
          "\(source.name)  \(source.domain?.rawValue ?? "-")  \(source.license)"
            + "  \(source.origin.summary)"
            + (source.gigabytes.map { "  \($0.formatted()) GB" } ?? "")
            + (source.isGated ? "  gated" : ""))
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

  /// The folder of each `--local`.
  private func folders() throws -> [String: String] {
    var folders: [String: String] = [:]
    for text in localCopies {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw Fault(
          .input, "'--local \(text)' names no folder", expected: "--local SOURCE=FOLDER")
      }
      guard folders.updateValue(parts[1], forKey: parts[0]) == nil else {
        throw Fault(.input, "'--local' names a folder for '\(parts[0])' twice")
      }
    }
    return folders
  }
}
