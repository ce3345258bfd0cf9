import Foundation
import TestFolders
import Testing

/// Corpora from other machines, and copies of them, from the command line.
@Suite struct RemoteCorpusTests {
  private static let commit = String(repeating: "c", count: 40)

  /// A hub with two files in one folder; it asks for a token.
  private func hub() throws -> LoopbackServer {
    let lines = try SmallTexts.lines([SmallTexts.text(1)])
    return try LoopbackServer { _, request in
      func reply(_ text: String, _ status: String = "200 OK") -> [UInt8] {
        LoopbackServer.reply(
          status, ["Content-Length: \(text.utf8.count)"], Array(text.utf8))
      }
      if request.field("authorization") != "Bearer hf_secret" {
        return reply("{}", "401 Unauthorized")
      }
      switch request.target.split(separator: "?").first {
      case "/api/datasets/o/n/revision/main": return reply("{\"sha\":\"\(Self.commit)\"}")
      case "/api/datasets/o/n/tree/\(Self.commit)/data":
        let files = ["a", "b"].map {
          "{\"type\":\"file\",\"size\":\(lines.utf8.count),\"path\":\"data/\($0).jsonl\"}"
        }
        return reply("[\(files.joined(separator: ","))]")
      case "/datasets/o/n/resolve/\(Self.commit)/data/a.jsonl",
        "/datasets/o/n/resolve/\(Self.commit)/data/b.jsonl":
        return reply(lines)
      default: return reply("", "404 Not Found")
      }
    }
  }

  private func manifest(_ folder: TemporaryFolder) throws {
    try folder.file(
      "m.yaml",
      """
      name: hub
      sources:
        - name: lines
          domain: general
          license: ODC-By-1.0
          hf: datasets/o/n/data/*.jsonl
          max_files: 1
      """)
  }

  @Test("fetch brings files of the hub with the token of the environment, which nothing shows")
  func fetchFromHub() throws {
    let folder = try TemporaryFolder()
    try manifest(folder)
    let server = try hub()
    defer { server.stop() }
    var environment = [
      "HF_ENDPOINT": server.address + "/", "HF_HOME": folder.path + "/none", "HF_TOKEN": "",
      "MIDSTREAM_CACHE": folder.path + "/cache",
    ]
    let arguments = ["fetch", "m.yaml", "--output", "out", "--json"]
    let closed = try Program.run(arguments, environment: environment, in: folder.path)
    #expect(closed.status == 2)
    #expect(closed.errors.contains("the hub does not show the dataset 'o/n'"))
    #expect(closed.errors.contains("set HF_TOKEN"))
    environment["HF_TOKEN"] = "hf_secret"
    let result = try Program.run(arguments, environment: environment, in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(!(result.output + result.errors).contains("hf_secret"))
    let row = try #require(try result.list().first)
    #expect(row["package"] as? String == "o/n" && row["version"] as? String == Self.commit)
    #expect(row["files"] as? Int == 1)
    #expect(folder.has("out/downloads/lines/data/a.jsonl"))
    #expect(!folder.has("out/downloads/lines/data/b.jsonl"))
    #expect(try folder.text("out/fetch.lock.json").contains(Self.commit))
    // The token of the hub's own program does as well.
    environment["HF_TOKEN"] = ""
    environment["HF_HOME"] = folder.path + "/home"
    _ = try folder.file("home/token", "hf_secret\n")
    let again = try Program.run(
      ["fetch", "m.yaml", "--output", "other"], environment: environment, in: folder.path)
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test("a local copy takes the place of a source, in fetch and in a recipe")
  func localCopies() throws {
    let folder = try TemporaryFolder()
    try manifest(folder)
    try folder.file("copy/data/a.jsonl", SmallTexts.lines([SmallTexts.text(1)]))
    let result = try Program.run(
      ["fetch", "m.yaml", "--output", "out", "--local", "lines=copy", "--json"], in: folder.path)
    #expect(result.status == 0, "\(result.errors)")
    #expect(try result.list().first?["root"] as? String == folder.path + "/copy")
    let wrong = try Program.run(
      ["fetch", "m.yaml", "--output", "out", "--local", "line=copy"], in: folder.path)
    #expect(wrong.status == 2 && wrong.errors.contains("did you mean 'lines'?"))
    let empty = try Program.run(
      ["fetch", "m.yaml", "--output", "out", "--local", "lines"], in: folder.path)
    #expect(empty.status == 2 && empty.errors.contains("--local SOURCE=FOLDER"))
    try folder.file(
      "r.yaml",
      """
      name: local
      corpus: {manifest: m.yaml, local: {lines: copy}}
      tokenizer: {vocabulary: 300}
      """)
    let run = try Program.run(["run", "r.yaml", "--output", "r", "--quiet"], in: folder.path)
    #expect(run.status == 0, "\(run.errors)")
    #expect(try folder.text("r/corpus/fetch.lock.json").contains("\"path\""))
    try folder.file("w.yaml", "name: w\ncorpus: {path: copy, local: {lines: copy}}\n")
    let both = try Program.run(["run", "w.yaml", "--output", "w"], in: folder.path)
    #expect(both.status == 2 && both.errors.contains("'local' belongs to 'manifest' only"))
  }

  @Test("a dry run shows where each source comes from, its licence and size")
  func dryRun() throws {
    let result = try Program.run(["fetch", "finemath", "--output", "x", "--dry-run"])
    #expect(result.status == 0, "\(result.errors)")
    let line =
      "finemath-4plus  math  ODC-By-1.0  "
      + "hf://datasets/HuggingFaceTB/finemath/finemath-4plus/*.parquet  18.4 GB"
    #expect(result.output.contains(line + "\n"), "\(result.output)")
  }
}
