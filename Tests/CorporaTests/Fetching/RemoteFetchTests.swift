import Foundation
import Streams
import Synchronization
import TestFolders
import Testing

@testable import Corpora

/// Manifests whose sources come from the hub or from several addresses.
@Suite struct RemoteFetchTests {
  private let folder: TemporaryFolder
  private let hub: SmallHub

  init() throws {
    folder = try TemporaryFolder()
    hub = try SmallHub([
      "README.md": "card", "data/a.parquet": "aaaa", "data/b.parquet": "bb",
      "data/c.parquet": "c", "notes/x.txt": "hello",
    ])
  }

  private var fetched: String { folder.path + "/fetched" }

  private func source(_ hf: [String], name: String = "s") throws -> CorpusSource {
    CorpusSource(
      name: name, license: "ODC-By-1.0",
      origin: .hub(try hf.map { try HubAddress("datasets/o/n\($0)") }))
  }

  private func fetch(_ sources: [CorpusSource]) throws -> FetchedCorpus {
    var fetcher = Fetcher(folder: fetched)
    fetcher.access = hub.access(folder.path + "/cache")
    return try fetcher.fetch(
      CorpusManifest(name: "t", sources: sources, path: folder.path + "/m.yaml"))
  }

  @Test("files of the hub come into the corpus folder, the lock names commit, digests and sizes")
  func hubFiles() throws {
    defer { hub.stop() }
    let source = try source(["/data/*.parquet", "/notes"])
    let corpus = try fetch([source])
    let commit = String(repeating: "a", count: 40)
    #expect(
      corpus.sources[0].files.map(\.path)
        == ["data/a.parquet", "data/b.parquet", "data/c.parquet", "notes/x.txt"])
    #expect(corpus.sources[0].root == fetched + "/downloads/s")
    #expect(corpus.sources[0].package == "o/n" && corpus.sources[0].version == commit)
    #expect(corpus.downloadedByteCount == 12)
    let entry = try #require(try FetchLock(folder: fetched)?.sources.first)
    #expect(entry.origin == "hf" && entry.version == commit && entry.bytes == 12)
    #expect(entry.downloads?.map(\.bytes) == [4, 2, 1, 5])
    #expect(entry.downloads?[0].address == "hf://datasets/o/n@\(commit)/data/a.parquet")
    #expect(entry.downloads?[3].sha256 == (try SmallHub.digest(Array("hello".utf8))))
    let lock = try InputFile.bytes(fetched + "/fetch.lock.json")
    let again = try fetch([source])
    #expect(again.downloadedByteCount == 0 && again.sources == corpus.sources)
    #expect(try InputFile.bytes(fetched + "/fetch.lock.json") == lock)
    // Without its lock the folder is known by its digests; what has none comes again.
    try Folder.remove(fetched + "/fetch.lock.json")
    #expect(try fetch([source]).downloadedByteCount == 5)
    #expect(try InputFile.bytes(fetched + "/fetch.lock.json") == lock)
    var reader = CorpusReader(corpus)
    reader.options = ReadingOptions()
    let slice = try #require(try corpus.slices().first)
    var problems = ReadingProblems()
    var urls: [String] = []
    try reader.read(slice, problems: &problems) { batch in
      urls += (0..<batch.count).map { batch.urls.string($0) }
    }
    #expect(urls.last == "hf://datasets/o/n@\(commit)/notes/x.txt")
  }

  @Test("only the files that the source takes are downloaded, and no more than it says")
  func selected() throws {
    defer { hub.stop() }
    var source = try source(["/data"])
    source.exclude = [PathGlob("data/a*")]
    source.fileLimit = 1
    let corpus = try fetch([source])
    #expect(corpus.sources[0].files.map(\.path) == ["data/b.parquet"])
    #expect(hub.store.requests.count == 1)
    // A smaller choice takes away what it no longer names.
    source.exclude = [PathGlob("data/[ab]*")]
    _ = try fetch([source])
    #expect(try Folder.files(under: fetched + "/downloads") == ["s/data/c.parquet"])
    var limited = CorpusSource(name: "p", license: "MIT", origin: .path("in"))
    limited.fileLimit = 2
    for name in ["1", "2", "3"] { try folder.file("in/\(name).txt", name) }
    let local = try fetch([limited])
    #expect(local.sources[0].files.map(\.path) == ["1.txt", "2.txt"])
  }

  @Test("a newer commit is a warning and a new lock; without the hub the locked one is used")
  func newer() throws {
    let source = try source(["/data"])
    let first = try fetch([source])
    hub.change {
      $0.commit = String(repeating: "b", count: 40)
      $0.files["data/b.parquet"] = Array("new".utf8)
      $0.files["data/c.parquet"] = nil
    }
    let second = try fetch([source])
    #expect(second.downloadedByteCount == 3)
    #expect(second.warnings.count == 1)
    #expect(second.warnings[0].contains("locked at commit aaaaaaaaaaaa; bbbbbbbbbbbb is there now"))
    #expect(second.sources[0].files.map(\.path) == ["data/a.parquet", "data/b.parquet"])
    #expect(second.sources[0].version != first.sources[0].version)
    try Folder.remove(folder.path + "/cache")
    hub.stop()
    let offline = try fetch([source])
    #expect(offline.sources == second.sources)
    #expect(
      offline.warnings == ["source 's' is used as it was fetched: the hub cannot be reached"])
    var other = source
    other.fileLimit = 1
    #expect(throws: Fault.self) { try fetch([other]) }
    var absent = try self.source(["/other"], name: "absent")
    absent.isOptional = true
    let left = try fetch([source, absent])
    #expect(left.warnings.contains { $0.hasPrefix("source 'absent' is left out: cannot read") })
  }

  @Test("a gated source says what to do, and no other download begins behind it")
  func gated() throws {
    defer { hub.stop() }
    hub.change {
      $0.answers["/datasets/o/n/resolve/"] = LoopbackServer.reply(
        "403 Forbidden", ["X-Error-Code: GatedRepo", "Content-Length: 0"], [])
    }
    let fault = #expect(throws: Fault.self) { try fetch([source(["/data"])]) }
    #expect(fault?.message == "the dataset 'o/n' is gated")
    #expect(try FetchLock(folder: fetched) == nil)
  }

  @Test("several addresses of one source come under different names, each with its digest")
  func addresses() throws {
    let server = try LoopbackServer { _, request in
      let body = Array(request.target.utf8)
      return LoopbackServer.reply("200 OK", ["Content-Length: \(body.count)"], body)
    }
    defer {
      server.stop()
      hub.stop()
    }
    let digest = try SmallHub.digest(Array("/b/x.txt".utf8))
    let source = CorpusSource(
      name: "s", license: "MIT",
      origin: .https([
        HTTPSFile(url: server.address + "/a/x.txt"),
        HTTPSFile(url: server.address + "/b/x.txt", sha256: digest),
        HTTPSFile(url: server.address + "/c/y.txt?z=1"),
      ]))
    let corpus = try fetch([source])
    #expect(corpus.sources[0].files.map(\.path) == ["1-x.txt", "2-x.txt", "y.txt"])
    let entry = try #require(try FetchLock(folder: fetched)?.sources.first)
    #expect(entry.downloads?[1].sha256 == digest)
    #expect(entry.downloads?[2].address == server.address + "/c/y.txt?z=1")
    #expect(try fetch([source]).downloadedByteCount == 0)
    let reader = CorpusReader(corpus)
    var problems = ReadingProblems()
    var urls: [String] = []
    for slice in try corpus.slices() {
      try reader.read(slice, problems: &problems) { batch in
        urls += (0..<batch.count).map { batch.urls.string($0) }
      }
    }
    #expect(
      urls == ["/a/x.txt", "/b/x.txt", "/c/y.txt?z=1"].map { server.address + $0 })
  }

  @Test("a fetch that was interrupted does not bring again what came, even without digests")
  func interrupted() throws {
    hub.stop()
    let isBroken = Atomic(true)
    let server = try LoopbackServer { _, request in
      if request.target == "/3", isBroken.load(ordering: .relaxed) {
        return LoopbackServer.reply("404 Not Found", [], [])
      }
      return LoopbackServer.reply("200 OK", ["Content-Length: 1"], [65])
    }
    defer { server.stop() }
    let source = CorpusSource(
      name: "s", license: "MIT", format: .text,
      origin: .https((0..<4).map { HTTPSFile(url: "\(server.address)/\($0)") }))
    #expect(throws: Fault.self) { try fetch([source]) }
    #expect(try FetchLock(folder: fetched) == nil)
    isBroken.store(false, ordering: .relaxed)
    let corpus = try fetch([source])
    #expect(corpus.sources[0].files.count == 4)
    #expect(corpus.downloadedByteCount == 1)
    #expect(!Folder.exists(fetched + "/unfinished"))
  }

  @Test("what a manifest says of fields, limits and marks reaches the reader")
  func readerOptions() throws {
    hub.stop()
    try folder.file(
      "in/x.jsonl",
      "{\"uuid\":\"one\",\"raw\":{\"content\":\"kept\"}}\n"
        + "{\"uuid\":\"two\",\"raw\":{\"content\":\"\(String(repeating: "x", count: 2000))\"}}\n")
    let manifest = try CorpusManifest(
      text: """
        name: t
        sources:
          - name: s
            license: MIT
            path: in
            fields: {text: raw.content, id: uuid}
            document_limit_mb: 0.001
        """, path: folder.path + "/m.yaml")
    let corpus = try Fetcher(folder: fetched).fetch(manifest)
    let reader = CorpusReader(corpus)
    var problems = ReadingProblems()
    var found: [String] = []
    for slice in try corpus.slices() {
      try reader.read(slice, problems: &problems) { batch in
        for index in 0..<batch.count {
          found.append("\(batch.ids.string(index)) \(batch.texts.string(index))")
        }
      }
    }
    #expect(found == ["one kept"])
    #expect(problems.count == 1)
  }

  @Test("a local copy of a dataset stands in for it, whether it keeps the dataset's paths or not")
  func localCopies() throws {
    hub.stop()
    for name in ["data/a.parquet", "data/skip/b.txt", "README.md"] {
      try folder.file("copy/\(name)", "x")
    }
    let manifest = CorpusManifest(
      name: "t", sources: [try source(["@v1/data/*.parquet"])], path: "builtin.yaml")
    func files(_ path: String) throws -> [String] {
      let local = try manifest.usingLocalCopies(["s": folder.path + "/" + path])
      return try Fetcher(folder: fetched).fetch(local).sources[0].files.map(\.path)
    }
    #expect(try files("copy") == ["data/a.parquet"])
    #expect(try files("copy/data") == ["a.parquet", "skip/b.txt"])
    #expect(try files("copy/data/a.parquet") == ["a.parquet"])
    let fault = #expect(throws: Fault.self) { try manifest.usingLocalCopies(["t": "x"]) }
    #expect(fault?.message == "the manifest 't' has no source 't'")
    #expect(throws: Fault.self) { try files("nothing") }
  }
}
