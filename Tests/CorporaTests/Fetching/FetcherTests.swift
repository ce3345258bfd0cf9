import Foundation
import Streams
import Synchronization
import TestFolders
import Testing

@testable import Corpora

@Suite struct NaturalOrderTests {
  @Test("names are ordered by the numbers in them")
  func order() {
    let names = ["doc-9", "doc-15", "doc-010", "doc-1.20", "doc-1.3", "doc", "doc-1.3a"]
    #expect(
      names.sorted(by: NaturalOrder.isLess)
        == ["doc", "doc-1.3", "doc-1.3a", "doc-1.20", "doc-9", "doc-010", "doc-15"])
  }
}

@Suite struct ChildProcessTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("a program runs in its folder; output, errors and status come back")
  func runs() throws {
    let result = try ChildProcess(
      program: "sh", arguments: ["-c", "pwd; echo \"$0\" >&2; exit 3", "it's \"quoted\" $HOME"],
      folder: folder.path
    ).run {}
    #expect(result.status == 3)
    #expect(String(decoding: result.output, as: UTF8.self).hasSuffix(folder.path + "\n"))
    #expect(result.errors == "it's \"quoted\" $HOME\n")
  }

  @Test("a program that is interrupted ends at once")
  func interrupted() throws {
    let start = ContinuousClock.now
    var polls = 0
    #expect(throws: CancellationError.self) {
      try ChildProcess(program: "sleep", arguments: ["60"], folder: folder.path).run {
        polls += 1
        if polls > 2 { throw CancellationError() }
      }
    }
    #expect(ContinuousClock.now - start < .seconds(20))
  }
}

@Suite struct FetcherTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private var fetched: String { folder.path + "/fetched" }

  private func manifest(_ sources: [CorpusSource]) -> CorpusManifest {
    CorpusManifest(name: "t", sources: sources, path: folder.path + "/m.yaml")
  }

  @Test(
    "the lock names each source with its licence and domain, and the same fetch writes the same")
  func lock() throws {
    try folder.file("in/a.txt", "hello")
    let source = CorpusSource(name: "s", domain: .math, license: "MIT", origin: .path("in"))
    _ = try Fetcher(folder: fetched).fetch(manifest([source]))
    let lock = try #require(try FetchLock(folder: fetched))
    #expect(lock.sources.map(\.source) == ["s"])
    #expect(lock.sources[0].license == "MIT" && lock.sources[0].domain == .math)
    #expect(lock.sources[0].files == 1 && lock.sources[0].fileBytes == 5)
    let bytes = try InputFile.bytes(fetched + "/fetch.lock.json")
    _ = try Fetcher(folder: fetched).fetch(manifest([source]))
    #expect(try InputFile.bytes(fetched + "/fetch.lock.json") == bytes)
    #expect(try Folder.files(under: fetched) == [".fetching", "fetch.lock.json"])
  }

  @Test("a damaged lock is written anew, and says so when it is read")
  func damagedLock() throws {
    try folder.file("in/a.txt", "hello")
    try folder.file("fetched/fetch.lock.json", "{")
    #expect(throws: Fault.self) { try FetchLock(folder: fetched) }
    let source = CorpusSource(name: "s", license: "MIT", origin: .path("in"))
    _ = try Fetcher(folder: fetched).fetch(manifest([source]))
    #expect(try FetchLock(folder: fetched) != nil)
  }

  @Test("a second fetch of a folder waits for the first, and can be interrupted meanwhile")
  func locked() throws {
    try folder.file("in/a.txt", "hello")
    try Folder.create(fetched)
    let other = try FetchFolderLock(folder: fetched) {}
    let polls = Atomic(0)
    let fetcher = Fetcher(
      folder: fetched,
      isInterrupted: { polls.wrappingAdd(1, ordering: .relaxed).newValue > 3 })
    let source = CorpusSource(name: "s", license: "MIT", origin: .path("in"))
    #expect(throws: CancellationError.self) { try fetcher.fetch(manifest([source])) }
    withExtendedLifetime(other) {}
  }

  @Test("a Debian package is fetched once for two sources, interrupted anywhere, and repaired")
  func package() throws {
    guard AptClient.isPresent else {
      print("skipped: apt is not installed")
      return
    }
    let scratch = folder.path + "/scratch"
    try Folder.create(scratch)
    let client = AptClient(scratch: scratch, poll: {})
    guard try client.hasPackageLists(), let offer = try client.offers(for: ["hello"])["hello"]
    else {
      print("skipped: no package lists, or no package 'hello' in them")
      return
    }
    let manifest = manifest([
      CorpusSource(
        name: "licence", license: "GPL-3.0-or-later", format: .text,
        include: [PathGlob("usr/share/doc/hello/copyright")], origin: .apt("hello")),
      CorpusSource(
        name: "rest", license: "GPL-3.0-or-later", format: .text,
        include: [PathGlob("usr/share/doc/**")], exclude: [PathGlob("**/copyright")],
        origin: .apt("hell[o]")),
    ])
    var interruptions = 0
    var corpus: FetchedCorpus?
    while corpus == nil, interruptions < 40 {
      let polls = Atomic(0)
      let limit = interruptions * interruptions * 20
      let fetcher = Fetcher(
        folder: fetched,
        isInterrupted: { polls.wrappingAdd(1, ordering: .relaxed).newValue > limit })
      do {
        corpus = try fetcher.fetch(manifest)
      } catch is CancellationError {
        interruptions += 1
      } catch let fault as Fault where fault.message.contains("cannot download") {
        print("skipped: the archive cannot be reached")
        return
      }
    }
    let first = try #require(corpus)
    #expect(interruptions > 1)
    #expect(first.sources.map(\.package) == ["hello", "hello"])
    #expect(first.sources[0].files.map(\.path) == ["usr/share/doc/hello/copyright"])
    #expect(first.sources[0].version == offer.version)
    let names = try Folder.files(under: fetched)
    #expect(!Folder.exists(fetched + "/unfinished"))
    let again = try Fetcher(folder: fetched).fetch(manifest)
    #expect(again.downloadedByteCount == 0 && again.sources == first.sources)

    // A file that someone took away comes back.
    try Folder.remove(first.sources[0].root + "/usr/share/doc/hello/copyright")
    let repaired = try Fetcher(folder: fetched).fetch(manifest)
    #expect(repaired.sources == first.sources)
    #expect(try Folder.files(under: fetched) == names)

    // An older lock is a warning, and the new version is locked.
    let lock = try String(decoding: InputFile.bytes(fetched + "/fetch.lock.json"), as: UTF8.self)
    try OutputFile.write(
      lock.replacing("\"\(offer.version)\"", with: "\"0.1\"").utf8.map { $0 },
      to: fetched + "/fetch.lock.json")
    let newer = try Fetcher(folder: fetched).fetch(manifest)
    #expect(newer.warnings.count == 2)
    #expect(newer.warnings[0].contains("hello 0.1") == true)
    #expect(try FetchLock(folder: fetched)?.sources[0].version == offer.version)
  }

  @Test("a package that nobody offers is an error that names the glob, unless it is optional")
  func absentPackage() throws {
    guard AptClient.isPresent else {
      print("skipped: apt is not installed")
      return
    }
    let source = CorpusSource(
      name: "s", license: "MIT", origin: .apt("no-such-package-anywhere-[0-9]*"))
    let fault = #expect(throws: Fault.self) {
      try Fetcher(folder: fetched).fetch(manifest([source]))
    }
    #expect(
      fault?.message.contains("no-such-package-anywhere") == true
        || fault?.hint == "run `apt-get update`")
  }
}
