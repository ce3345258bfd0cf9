import Foundation
import Streams
import TestFolders
import Testing

@testable import Corpora

/// The addresses, lists and cards are those that the hub's own Python client makes and reads.
@Suite struct HubPeerTests {
  private func python() -> String? {
    let python = PeerPython.find("huggingface_hub")
    if python == nil { print("skipped: no Python with huggingface_hub (MIDSTREAM_TEST_PYTHON)") }
    return python
  }

  @Test("addresses of files are escaped as the client escapes them")
  func addresses() throws {
    guard let python = python() else { return }
    let paths = [
      "a/b.parquet", "a b/c#%é?.parquet", "x+y=z&w/~.-_!*'()[]@:,;$", "\u{1F600}/\"<>\\^`{|}.jsonl",
    ]
    let script = """
      import sys, huggingface_hub as h
      for p in sys.argv[1:]:
          print(h.hf_hub_url("o/n", p, repo_type="dataset", revision="c", endpoint="https://h.org"))
      """
    let lines = try #require(PeerPython.run(python, script, paths)).split(separator: "\n")
    let hub = Hub(endpoint: "https://h.org")
    #expect(lines.map(String.init) == paths.map { hub.url(of: $0, in: "o/n", commit: "c") })
  }

  @Test("a listing has the files, sizes and digests that the client reads from the same server")
  func listing() throws {
    guard let python = python() else { return }
    let hub = try SmallHub([
      "README.md": "card", "data/b.parquet": "bbbb", "data/a.parquet": "a",
      "data/deep/c d#%.parquet": "ccc", "data/deep/x.jsonl": "{}\n",
    ])
    defer { hub.stop() }
    let folder = try TemporaryFolder()
    let script = """
      import sys, huggingface_hub as h
      api = h.HfApi(endpoint=sys.argv[1])
      sha = "a" * 40
      tree = api.list_repo_tree("o/n", "data", recursive=True, revision=sha, repo_type="dataset")
      for f in sorted((f for f in tree if isinstance(f, h.hf_api.RepoFile)), key=lambda f: f.path):
          print(f.path, f.size, f.lfs.sha256 if f.lfs else "-", sep="\\t")
      """
    let output = try #require(PeerPython.run(python, script, [hub.server.address]))
    let listing = try HubListing(
      HubAddress("hf://datasets/o/n/data"), hub.access(folder.path + "/cache"))
    let lines = listing.files.map { "\($0.path)\t\($0.byteCount)\t\($0.sha256 ?? "-")" }
    #expect(output.split(separator: "\n").map(String.init) == lines)
    #expect(lines.count == 4)
  }

  @Test("the head of a data set's card is read by the client")
  func card() throws {
    guard let python = python() else { return }
    var card = DatasetCard(title: "a: \"b\" # c\u{85}\u{2028}é", documents: 5000, textBytes: 1)
    card.sources = [
      .init(name: "x", license: "ODC-By-1.0", origin: "y", documents: 1, textBytes: 1)
    ]
    card.languages = ["no"]
    card.files = [
      .init(path: "kept/a [1].jsonl.zst", byteCount: 1),
      .init(path: "evaluation/b.jsonl.zst", byteCount: 1, split: "test"),
    ]
    let folder = try TemporaryFolder()
    let path = try card.write(besides: folder.path)
    let script = """
      import sys, json, huggingface_hub as h
      d = h.DatasetCard.load(sys.argv[1]).data.to_dict()
      print(json.dumps([d["pretty_name"], d["license"], d["language"], d["size_categories"],
        [[f["split"], f["path"]] for f in d["configs"][0]["data_files"]]], ensure_ascii=False))
      """
    let output = try #require(PeerPython.run(python, script, [path]))
    let value = try JSONValue(parsing: Array(output.utf8), path: "peer")
    #expect(
      value
        == .array([
          .string(card.title), .string("odc-by"), .array([.string("no")]),
          .array([.string("1K<n<10K")]),
          .array([
            .array([.string("train"), .array([.string("kept/a [[]1].jsonl.zst")])]),
            .array([.string("test"), .array([.string("evaluation/b.jsonl.zst")])]),
          ]),
        ]))
  }
}
