import Foundation
import Streams
import Synchronization
import TestFolders
import Testing

@testable import Corpora

@Suite struct HubAddressTests {
  @Test(
    "an address is a dataset, a revision and a path, and is written as it is read",
    arguments: [
      ("hf://datasets/o/n", "o/n", nil, ""),
      ("hf://datasets/o/n/data/x.parquet", "o/n", nil, "data/x.parquet"),
      ("hf://datasets/o/n@v1.0/a/*.zst", "o/n", "v1.0", "a/*.zst"),
      (
        "hf://datasets/o/n@refs/convert/parquet/default/0.parquet", "o/n", "refs/convert/parquet",
        "default/0.parquet"
      ),
      ("hf://datasets/o/n@refs/pr/7", "o/n", "refs/pr/7", ""),
      ("hf://datasets/o/n@my%2Fbranch/f", "o/n", "my/branch", "f"),
      ("hf://datasets/o-p/n.q_r/a b%20#?.txt", "o-p/n.q_r", nil, "a b%20#?.txt"),
    ] as [(String, String, String?, String)])
  func reads(text: String, repository: String, revision: String?, path: String) throws {
    let address = try HubAddress(text)
    #expect(address.repository == repository)
    #expect(address.revision == revision)
    #expect(address.path == path)
    #expect("\(address)" == text)
    #expect(try HubAddress(String(text.dropFirst(5))) == address)
  }

  @Test(
    "what is no address of a dataset is refused",
    arguments: [
      "hf://o/n/x", "hf://datasets/o", "hf://datasets", "hf://", "hf://datasets//n/x",
      "hf://datasets/o/n@/x", "hf://datasets/o/n@a%2/x", "hf://datasets/o/n/../x",
      "hf://datasets/o/n/a//b", "hf://datasets/../n/x", "hf://datasets/o/n@..%2F..%2Fx/y",
      "hf://datasets/o/n/a\u{0}b", "hf://datasets/o p/n/x", "hf://datasets/o/n@%ff/x",
    ])
  func refuses(text: String) {
    let fault = #expect(throws: Fault.self) { try HubAddress(text) }
    #expect(fault?.kind == .input)
  }

  @Test("the address of the next page is found in a Link field")
  func next() {
    #expect(Hub.next("<https://h/a?cursor=1,2>; rel=\"next\"") == "https://h/a?cursor=1,2")
    #expect(Hub.next("<https://h/a>; rel=\"prev\", <https://h/b>; rel=\"next\"") == "https://h/b")
    #expect(Hub.next("<https://h/a>; rel=\"last\"") == nil)
    #expect(Hub.next("<") == nil && Hub.next("") == nil && Hub.next(">;rel=next") == nil)
  }
}

@Suite struct RemoteInputTests {
  private let folder: TemporaryFolder
  private let hub: SmallHub
  private let notes = Notes()

  private final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  init() throws {
    folder = try TemporaryFolder()
    hub = try SmallHub([
      "README.md": "card", ".gitattributes": "x", "data/b.parquet": "bbbb", "data/a.parquet": "a",
      "data/deep/c d#%.parquet": "ccc", "data/.hidden": "h", "other/x.jsonl": "{}\n",
      "README-data/y.jsonl": "{}\n",
    ])
  }

  private func access(token: String? = nil) -> RemoteAccess {
    var access = hub.access(folder.path + "/cache", token: token)
    let notes = notes
    access.note = { notes.add($0) }
    return access
  }

  private func paths(_ text: String, token: String? = nil) throws -> [String] {
    let input = try RemoteInput(text, access: access(token: token))
    return try input.files().map { String($0.name.dropFirst("o/n/".count)) }
  }

  @Test("remote names are told from paths")
  func isRemote() {
    for text in ["https://a/b", "HTTPS://a/b", "http://a/b", "hf://datasets/o/n"] {
      #expect(RemoteInput.isRemote(text))
    }
    for text in ["a/b", "/a", "-", "", "https:/a", "hf:x", "c://x", "ahttps://x"] {
      #expect(!RemoteInput.isRemote(text))
    }
  }

  @Test(
    "a file, a folder, a glob and a whole dataset name their files, page by page",
    arguments: [
      ("data/a.parquet", ["data/a.parquet"]),
      ("data", ["data/a.parquet", "data/b.parquet", "data/deep/c d#%.parquet"]),
      ("data/", ["data/a.parquet", "data/b.parquet", "data/deep/c d#%.parquet"]),
      ("data/*.parquet", ["data/a.parquet", "data/b.parquet"]),
      ("**/*.parquet", ["data/a.parquet", "data/b.parquet", "data/deep/c d#%.parquet"]),
      ("data/[b-z]*.parquet", ["data/b.parquet"]),
      ("data/deep/c d#%.parquet", ["data/deep/c d#%.parquet"]),
      ("README.md", ["README.md"]),
      (
        "",
        [
          "README-data/y.jsonl", "data/a.parquet", "data/b.parquet", "data/deep/c d#%.parquet",
          "other/x.jsonl",
        ]
      ),
    ])
  func lists(path: String, files: [String]) throws {
    defer { hub.stop() }
    #expect(try paths("hf://datasets/o/n/\(path)") == files)
    // Listed once: a commit never changes.
    let asked = hub.server.requests.count
    #expect(try paths("hf://datasets/o/n/\(path)") == files)
    #expect(hub.server.requests.count == asked + 1)
  }

  @Test("files are downloaded once, checked by size and digest, under their commit and path")
  func downloads() throws {
    defer { hub.stop() }
    let input = try RemoteInput("hf://datasets/o/n/data", access: access())
    let files = try input.files()
    #expect(files.map(\.byteCount) == [1, 4, 3])
    #expect(files[0].sha256 == (try SmallHub.digest(Array("a".utf8))))
    let commit = String(repeating: "a", count: 40)
    #expect(files[1].address == "hf://datasets/o/n@\(commit)/data/b.parquet")
    let paths = try files.map { try input.localPath(of: $0) }
    #expect(paths[2] == "\(folder.path)/cache/hub/datasets--o--n/\(commit)/data/deep/c d#%.parquet")
    #expect(
      try paths.map { try InputFile.bytes($0) } == ["a", "bbbb", "ccc"].map { Array($0.utf8) })
    let asked = hub.store.requests.count
    #expect(asked == 3)
    #expect(try files.map { try input.localPath(of: $0) } == paths)
    #expect(hub.store.requests.count == asked)
  }

  @Test("several threads that want one file download it once")
  func sameFile() throws {
    defer { hub.stop() }
    let input = try RemoteInput("hf://datasets/o/n/data/b.parquet", access: access())
    let file = try #require(try input.files().first)
    let paths = Mutex<Set<String>>([])
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      let path = try? input.localPath(of: file)
      paths.withLock { _ = $0.insert(path ?? "") }
    }
    #expect(paths.withLock { $0.count } == 1)
    #expect(hub.store.requests.count == 1)
  }

  @Test("a large file with other bytes than its digest is refused")
  func wrongDigest() throws {
    defer { hub.stop() }
    let input = try RemoteInput("hf://datasets/o/n/data/b.parquet", access: access())
    let file = try #require(try input.files().first)
    hub.change { $0.files["data/b.parquet"] = Array("xxxx".utf8) }
    let fault = #expect(throws: Fault.self) { try input.localPath(of: file) }
    #expect(fault?.expected == "SHA-256 \(file.sha256 ?? "")")
  }

  @Test("the token goes to the hub and not to the store of its files")
  func token() throws {
    defer { hub.stop() }
    hub.change { $0.token = "hf_secret" }
    let input = try RemoteInput(
      "hf://datasets/o/n/data/*.parquet", access: access(token: "hf_secret"))
    for file in try input.files() { _ = try input.localPath(of: file) }
    #expect(hub.server.requests.allSatisfy { $0.field("authorization") == "Bearer hf_secret" })
    #expect(hub.store.requests.count == 2)
    #expect(hub.store.requests.allSatisfy { $0.field("authorization") == nil })
  }

  @Test("a gated dataset, a wrong name, revision or path each say what to do, without the token")
  func refusals() throws {
    defer { hub.stop() }
    func fault(_ text: String, token: String? = nil) -> Fault? {
      #expect(throws: Fault.self) { try paths(text, token: token) }
    }
    #expect(fault("hf://datasets/o/n@v9/data")?.message == "the dataset 'o/n' has no revision 'v9'")
    #expect(fault("hf://datasets/o/n/dat")?.hint == "did you mean 'data'?")
    #expect(
      fault("hf://datasets/o/n/dat/x")?.message == "the dataset 'o/n' has no 'dat/x' at 'main'")
    #expect(
      fault("hf://datasets/o/n/*.zst")?.message
        == "the dataset 'o/n' has no file that matches '*.zst' at 'main'")
    let other = fault("hf://datasets/p/q/data")
    #expect(other?.message == "the hub does not show the dataset 'p/q'")
    hub.change { $0.token = "right" }
    let gated = fault("hf://datasets/o/n@main/data")
    #expect(gated?.message == "the dataset 'o/n' is gated")
    #expect(
      gated?.hint == "accept its terms on \(hub.server.address)/datasets/o/n and set HF_TOKEN")
    let wrong = fault("hf://datasets/o/n@main/data", token: "wrong_secret")
    #expect(wrong?.hint?.contains("with the account of HF_TOKEN") == true)
    #expect(wrong.map { "\($0)".contains("wrong_secret") } == false)
    #expect([other, gated, wrong].allSatisfy { $0?.kind == .input })
  }

  @Test("a revision with a slash and a commit are asked for as they are")
  func revisions() throws {
    defer { hub.stop() }
    hub.change { $0.revisions = ["refs/convert/parquet"] }
    #expect(try paths("hf://datasets/o/n@refs/convert/parquet/data/a.parquet").count == 1)
    #expect(
      hub.server.requests[0].target == "/api/datasets/o/n/revision/refs%2Fconvert%2Fparquet")
    let before = hub.server.requests.count
    let commit = String(repeating: "a", count: 40)
    #expect(try paths("hf://datasets/o/n@\(commit)/data/b.parquet").count == 1)
    #expect(hub.server.requests.count == before)
  }

  @Test("without the hub what was fetched is used, and it says so")
  func offline() throws {
    let address = "hf://datasets/o/n/data/*.parquet"
    let input = try RemoteInput(address, access: access())
    let paths = try input.files().map { try input.localPath(of: $0) }
    #expect(notes.all.isEmpty)
    hub.stop()
    let again = try input.files().map { try input.localPath(of: $0) }
    #expect(again == paths)
    #expect(notes.all.count == 1)
    #expect(notes.all.first?.contains("'o/n' is used as of aaaaaaaaaaaa") == true)
    let fault = #expect(throws: Fault.self) {
      try RemoteInput("hf://datasets/o/n@v2/data", access: access()).files()
    }
    #expect(fault?.kind == .failure)
  }

  @Test(
    "answers that are no list, no commit, unsafe, endless or damaged end in one fault",
    arguments: [
      "[{\"type\":\"file\",\"path\":\"../../etc/passwd\",\"size\":1}]",
      "[{\"type\":\"file\",\"path\":\"/etc/passwd\",\"size\":1}]",
      "[{\"type\":\"file\",\"path\":\"data/a\\u0000b\",\"size\":1}]",
      "[{\"type\":\"file\",\"path\":\"data/a.parquet\",\"size\":-1}]",
      "[{\"type\":\"file\",\"path\":\"data/a.parquet\",\"size\":\(Int.max)}]",
      "[{\"type\":\"file\",\"path\":\"data/a\",\"lfs\":{\"size\":\(1 << 50 + 1)}}]",
      "[{\"path\":7}]", "[1]", "{}", "[", "", "null",
    ])
  func hostile(answer: String) throws {
    defer { hub.stop() }
    let bytes = Array(answer.utf8)
    hub.change {
      $0.answers["/api/datasets/o/n/tree/"] = LoopbackServer.reply(
        "200 OK", ["Content-Length: \(bytes.count)"], bytes)
    }
    #expect(throws: Fault.self) { try paths("hf://datasets/o/n/data/*") }
    #expect(!Folder.exists(folder.path + "/etc"))
  }

  @Test("a list in the cache with impossible sizes is asked for again")
  func cachedSizes() throws {
    defer { hub.stop() }
    let address = "hf://datasets/o/n/data/*.parquet"
    #expect(try paths(address) == ["data/a.parquet", "data/b.parquet"])
    let lists = folder.path + "/cache/hub/datasets--o--n/lists"
    for commit in try Folder.names(in: lists) {
      for list in try Folder.names(in: "\(lists)/\(commit)") {
        let path = "\(lists)/\(commit)/\(list)"
        let text = String(decoding: try InputFile.bytes(path), as: UTF8.self)
        let wrong = text.replacing("\"byteCount\":4", with: "\"byteCount\":\(Int.max)")
        #expect(wrong != text)
        try OutputFile.write(Array(wrong.utf8), to: path)
      }
    }
    let files = try RemoteInput(address, access: access()).files()
    #expect(files.map(\.byteCount) == [1, 4])
  }

  @Test("a sum of sizes that no number holds is no sum")
  func sums() {
    #expect(ConcurrentDownloads.sum([1, 2, 3]) == 6 && ConcurrentDownloads.sum([]) == 0)
    #expect(ConcurrentDownloads.sum([1, nil]) == nil)
    #expect(ConcurrentDownloads.sum([Int](repeating: 1 << 50, count: 1 << 13)) == nil)
  }

  @Test("the scheme of an address may be written in capitals")
  func capitals() throws {
    defer { hub.stop() }
    #expect(try paths("HF://datasets/o/n/data/a.parquet") == ["data/a.parquet"])
    #expect(try HubAddress("Hf://datasets/o/n") == HubAddress("hf://datasets/o/n"))
  }

  @Test("a mirror that passes on the hub's own addresses is asked for all pages itself")
  func mirror() throws {
    defer { hub.stop() }
    hub.change { $0.pagesAt = "https://hub.example.org" }
    #expect(try paths("hf://datasets/o/n/**/*.parquet").count == 3)
  }

  @Test("a list that goes on at another server is not followed")
  func otherServer() throws {
    defer { hub.stop() }
    let store = hub.store.address
    hub.change {
      $0.answers["/api/datasets/o/n/tree/"] = LoopbackServer.reply(
        "200 OK", ["Link: <\(store)/x>; rel=\"next\"", "Content-Length: 2"], Array("[]".utf8))
    }
    #expect(throws: Fault.self) { try paths("hf://datasets/o/n/data/*") }
    #expect(hub.store.requests.isEmpty)
  }

  // MARK: https

  @Test("a file over https is kept, asked for by its version, and fetched again when it changes")
  func web() throws {
    hub.stop()
    let content = Mutex("one")
    let server = try LoopbackServer { _, request in
      let body = Array(content.withLock { $0 }.utf8)
      let etag = "W/\"\(body.count)\""
      if request.field("if-none-match") == etag {
        return LoopbackServer.reply("304 Not Modified", [], [])
      }
      return LoopbackServer.reply(
        "200 OK", ["ETag: \(etag)", "Content-Length: \(body.count)"], body)
    }
    let address = "\(server.address)/a%20b/data.jsonl?x=1"
    func fetched() throws -> (path: String, text: String) {
      let input = try RemoteInput(address, access: access())
      let files = try input.files()
      #expect(files.map(\.name) == ["127.0.0.1:\(server.port)/a%20b/data.jsonl"])
      let path = try input.localPath(of: files[0])
      return (path, String(decoding: try InputFile.bytes(path), as: UTF8.self))
    }
    let first = try fetched()
    #expect(first.text == "one" && first.path.hasSuffix("/data.jsonl"))
    #expect(first.path.hasPrefix("\(folder.path)/cache/https/127.0.0.1_\(server.port)/"))
    #expect(try fetched() == first)
    #expect(server.requests[1].field("if-none-match") == "W/\"3\"")
    content.withLock { $0 = "three" }
    #expect(try fetched() == (first.path, "three"))
    // A copy that someone cut is not what the server is asked about.
    try OutputFile.write(Array("th".utf8), to: first.path)
    #expect(try fetched().text == "three")
    #expect(notes.all.isEmpty)
    server.stop()
    #expect(try fetched().text == "three")
    #expect(notes.all.count == 1 && notes.all[0].contains("the copy of last time is used"))
  }

  @Test("a missing page is a fault even where there is a copy of it")
  func gone() throws {
    hub.stop()
    let isGone = Atomic(false)
    let server = try LoopbackServer { _, _ in
      isGone.load(ordering: .relaxed)
        ? LoopbackServer.reply("404 Not Found", ["Content-Length: 0"], [])
        : LoopbackServer.reply("200 OK", ["Content-Length: 1"], [65])
    }
    defer { server.stop() }
    let input = try RemoteInput("\(server.address)/x.txt", access: access())
    let file = try input.files()[0]
    _ = try input.localPath(of: file)
    isGone.store(true, ordering: .relaxed)
    let fault = #expect(throws: Fault.self) { try input.localPath(of: file) }
    #expect(fault?.found == "HTTP status 404")
  }
}

@Suite struct InputFilesTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test("paths, folders and globs of this machine become files, in the order given")
  func local() throws {
    for name in ["in/b.txt", "in/a.txt", "in/deep/c.txt", "odd[1].txt"] {
      try folder.file(name, "x")
    }
    func names(_ inputs: [String]) throws -> [String] {
      try InputFiles.resolve(inputs.map { $0 == "-" ? $0 : folder.path + "/" + $0 }).map {
        #expect($0.address == nil && $0.path == $0.name)
        return $0.path.replacing(folder.path + "/", with: "")
      }
    }
    #expect(try names(["in/deep", "in/*.txt"]) == ["in/deep/c.txt", "in/a.txt", "in/b.txt"])
    #expect(try names(["in"]) == ["in/a.txt", "in/b.txt", "in/deep/c.txt"])
    #expect(try names(["-", "odd[1].txt"]) == ["-", "odd[1].txt"])
    #expect(try InputFiles.resolve(["/dev/null"]).map(\.path) == ["/dev/null"])
    let near = #expect(throws: Fault.self) { try names(["in/aa.txt"]) }
    #expect(near?.hint == "did you mean '\(folder.path)/in/a.txt'?")
    #expect(throws: Fault.self) { try names(["in/*.md"]) }
    #expect(throws: Fault.self) { try names(["none/x"]) }
  }

  @Test("remote and local inputs come together, and all downloads are counted in one sum")
  func mixed() throws {
    let own = try folder.file("own.jsonl", "{}")
    let hub = try SmallHub(["d/1.parquet": "1111", "d/2.parquet": "22", "d/3.jsonl": "3"])
    defer { hub.stop() }
    var access = hub.access(folder.path + "/cache")
    let last = Shared()
    access.progress = { progress in
      last.value.withLock { $0 = max($0, progress.byteCount) }
      #expect(progress.totalByteCount == 7 || progress.totalByteCount == 8)
    }
    let files = try InputFiles.resolve(["hf://datasets/o/n/d", own], access: access)
    #expect(files.map(\.name) == ["o/n/d/1.parquet", "o/n/d/2.parquet", "o/n/d/3.jsonl", own])
    #expect(try files.map { try InputFile.bytes($0.path).count } == [4, 2, 1, 2])
    #expect(files[2].address == "hf://datasets/o/n@\(String(repeating: "a", count: 40))/d/3.jsonl")
    #expect(last.value.withLock { $0 } == 7)
    hub.change { $0.sizes["d/2.parquet"] = 3 }
    hub.change { $0.commit = String(repeating: "b", count: 40) }
    let fault = #expect(throws: Fault.self) {
      try InputFiles.resolve(["hf://datasets/o/n/d"], access: access)
    }
    #expect(fault?.message.contains("2.parquet' is not the expected file") == true)
  }

  private final class Shared: Sendable { let value = Mutex(0) }
}
