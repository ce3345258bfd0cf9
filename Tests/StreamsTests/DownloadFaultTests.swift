import Foundation
import Streams
import Synchronization
import TestFolders
import Testing

private let content: [UInt8] = (0..<200_000).map {
  UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9)
}

/// What a server does wrong with one answer.
private enum Wrong: Sendable, CaseIterable {
  case reset, resetAtOnce, stall, stallAtOnce, busy, tooMany, truncated, otherRange, noRange
  case otherVersion, otherVersionInRange, redirect, longer, garbage, empty, chunkedEnd
}

private func good(
  _ request: LoopbackServer.Request, of content: [UInt8] = content, etag: String = "\"v1\"",
  limit: Int = .max, shift: Int = 0
) -> [UInt8] {
  let start = request.rangeStart ?? 0
  let changed = request.field("if-range").map { $0 != etag } ?? false
  if start == 0 || changed {
    return LoopbackServer.reply(
      "200 OK", ["Content-Length: \(content.count)", "ETag: \(etag)"],
      Array(content.prefix(limit)))
  }
  let first = max(0, start + shift)
  return LoopbackServer.reply(
    "206 Partial Content",
    [
      "Content-Length: \(content.count - first)", "ETag: \(etag)",
      "Content-Range: bytes \(first)-\(content.count - 1)/\(content.count)",
    ], Array(content[first...].prefix(limit)))
}

private func bad(
  _ wrong: Wrong, _ number: Int, _ request: LoopbackServer.Request, elsewhere: String
) -> ([UInt8], LoopbackServer.Ending) {
  let half = 90_000
  switch wrong {
  case .reset: return (good(request, limit: half), .reset)
  case .resetAtOnce: return ([], .reset)
  case .stall: return (good(request, limit: half), .stall(20))
  case .stallAtOnce: return ([], .stall(20))
  case .busy:
    return (LoopbackServer.reply("503 Busy", ["Retry-After: 1", "Content-Length: 0"], []), .close)
  case .tooMany:
    return (LoopbackServer.reply("429 Slow Down", ["Content-Length: 2"], [1, 2]), .close)
  case .truncated: return (good(request, limit: half), .close)
  case .otherRange:
    return number == 0
      ? (good(request, limit: half), .close) : (good(request, shift: -10), .close)
  case .noRange:
    if number == 0 { return (good(request, limit: half), .close) }
    let body = Array(content.prefix(1000))
    return (LoopbackServer.reply("206 Partial Content", ["Content-Length: 1000"], body), .close)
  case .otherVersion:
    let old = content.map { ~$0 }
    return (good(request, of: old, etag: "\"v0\"", limit: half), .close)
  case .otherVersionInRange:
    // This one ignores If-Range.
    if number == 0 {
      return (good(request, of: content.map { ~$0 }, etag: "\"v0\"", limit: half), .close)
    }
    var request = request
    request.lines.removeAll { $0.lowercased().hasPrefix("if-range") }
    return (good(request), .close)
  case .redirect:
    let headers = ["Location: \(elsewhere)/other/data.bin?signed=1", "Content-Length: 4"]
    return (LoopbackServer.reply("302 Found", headers, [9, 9, 9, 9]), .close)
  case .longer:
    return (good(request) + [UInt8](repeating: 7, count: 5000), .close)
  case .garbage: return (Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), .close)
  case .empty: return ([], .close)
  case .chunkedEnd:
    let head = ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "", "15f90", ""]
    return (
      Array(head.joined(separator: "\r\n").utf8) + Array(content.prefix(half)), .close
    )
  }
}

@Suite struct DownloadFaultTests {
  private let folder: TemporaryFolder
  private let digest: String

  init() throws {
    folder = try TemporaryFolder()
    digest = try SHA256.hex(file: folder.file("expected", content))
  }

  private func download(_ server: LoopbackServer, sha256: String? = nil) -> Download {
    var download = Download(
      url: "\(server.address)/data.bin", to: folder.path + "/got/data.bin", sha256: sha256)
    download.firstRetryDelay = 0.01
    download.retryLimit = 3
    download.stallLimit = 1
    return download
  }

  @Test(
    "whatever a server does wrong once or twice, the same bytes arrive in the end",
    arguments: Wrong.allCases, [false, true])
  private func recovers(wrong: Wrong, knowsDigest: Bool) throws {
    let other = try LoopbackServer { _, request in good(request) }
    defer { other.stop() }
    let elsewhere = other.address
    let server = try LoopbackServer(ending: { number, request in
      number < 2 || wrong == .redirect
        ? bad(wrong, number, request, elsewhere: elsewhere) : (good(request), .close)
    })
    defer { server.stop() }
    let start = ContinuousClock.now
    #expect(try download(server, sha256: knowsDigest ? digest : nil).run() == digest)
    #expect(try InputFile.bytes(folder.path + "/got/data.bin") == content)
    #expect(try Folder.names(in: folder.path + "/got") == ["data.bin"])
    let took = ContinuousClock.now - start
    #expect(took < .seconds(15))
    if case .busy = wrong { #expect(took >= .seconds(1)) }
  }

  @Test(
    "a server that never does better is one fault with what was found, and no file",
    arguments: [
      (Wrong.reset, ""), (.stall, "no byte within 1.0 seconds"), (.tooMany, "HTTP status 429"),
      (.garbage, "an answer that is not HTTP"), (.empty, ""),
    ])
  private func gives(wrong: Wrong, found: String) throws {
    let server = try LoopbackServer(ending: { number, request in
      bad(wrong, number, request, elsewhere: "")
    })
    defer { server.stop() }
    var download = download(server)
    // One byte more each time would be progress.
    download.retryLimit = 1
    let fault = #expect(throws: Fault.self) { try download.run() }
    #expect(fault?.kind == .failure)
    #expect(fault?.message == "cannot download '\(server.address)/data.bin'")
    #expect(found.isEmpty || fault?.found == found)
    #expect(!Folder.exists(folder.path + "/got/data.bin"))
  }

  @Test("a file of another size than the one that is known is refused before it fills the disk")
  func knownSize() throws {
    let plain = try LoopbackServer { _, request in good(request) }
    defer { plain.stop() }
    for size in [content.count - 1, content.count + 1] {
      var download = download(plain)
      download.byteCount = size
      let fault = #expect(throws: Fault.self) { try download.run() }
      #expect(fault?.found == "200000 bytes" && fault?.expected == "\(size) bytes")
    }
    // Without a length only the bytes themselves tell.
    let open = try LoopbackServer { _, _ in LoopbackServer.reply("200 OK", [], content) }
    defer { open.stop() }
    var longer = download(open)
    longer.byteCount = 1000
    #expect(throws: Fault.self) { try longer.run() }
    #expect(try Folder.names(in: folder.path + "/got").isEmpty)
    let cut = try LoopbackServer { number, _ in
      LoopbackServer.reply("200 OK", [], number == 0 ? Array(content.prefix(500)) : content)
    }
    defer { cut.stop() }
    var whole = download(cut)
    whole.byteCount = content.count
    #expect(try whole.run() == digest)
  }

  @Test("an access token goes to its own server only, and never after a redirect to another port")
  func token() throws {
    let other = try LoopbackServer { _, request in good(request) }
    defer { other.stop() }
    let elsewhere = other.address
    let server = try LoopbackServer { _, request in
      if request.target == "/data.bin" {
        return LoopbackServer.reply(
          "307 Temporary Redirect", ["Location: /moved", "Content-Length: 0"], [])
      }
      let headers = ["Location: \(elsewhere)/data", "Content-Length: 0"]
      return LoopbackServer.reply("302 Found", headers, [])
    }
    defer { server.stop() }
    var download = download(server)
    let token = try #require(AccessToken("hf_secret", for: server.address))
    download.token = token
    #expect(try download.run() == digest)
    #expect(
      server.requests.map { $0.field("authorization") }
        == ["Bearer hf_secret", "Bearer hf_secret"])
    #expect(other.requests.count == 1)
    #expect(!other.requests.contains { $0.lines.joined().contains("hf_secret") })
    for text in ["\(token)", String(describing: token), String(reflecting: download)] {
      #expect(!text.contains("hf_secret"))
    }
    var dumped = ""
    dump(download, to: &dumped)
    #expect(!dumped.contains("hf_secret"))
  }

  @Test(
    "a redirect to plain http, to a file or in a circle ends in one fault",
    arguments: ["http://example.org/data", "file:///etc/passwd", "/data.bin"])
  func redirects(target: String) throws {
    let server = try LoopbackServer { _, _ in
      LoopbackServer.reply("302 Found", ["Location: \(target)", "Content-Length: 0"], [])
    }
    defer { server.stop() }
    let fault = #expect(throws: Fault.self) { try download(server).run() }
    #expect(fault?.found?.contains("redirect") == true)
    #expect(server.requests.count <= 11)
  }

  @Test("a token that no header can carry is no token")
  func badToken() {
    #expect(AccessToken("a\r\nX-Other: b", for: "https://example.org") == nil)
    #expect(AccessToken("", for: "https://example.org") == nil)
    #expect(AccessToken("a", for: "http://example.org") == nil)
  }

  @Test("a version that the server still has is not sent again")
  func unchanged() throws {
    let server = try LoopbackServer { _, request in
      request.field("if-none-match") == "\"v1\""
        ? LoopbackServer.reply("304 Not Modified", ["ETag: \"v1\""], []) : good(request)
    }
    defer { server.stop() }
    let receipt = try #require(try download(server).fetch())
    #expect(receipt.version.etag == "\"v1\"" && receipt.byteCount == content.count)
    #expect(try download(server).fetch(unless: receipt.version) == nil)
    #expect(try download(server).fetch(unless: .init(etag: "\"v0\"")) == receipt)
    #expect(try Folder.names(in: folder.path + "/got") == ["data.bin"])
  }

  @Test("a refused or broken download without a digest leaves nothing behind")
  func nothingLeft() throws {
    for status in ["404 Not Found", "304 Not Modified", "500 Broken", "204 No Content"] {
      let server = try LoopbackServer { _, _ in LoopbackServer.reply(status, [], []) }
      defer { server.stop() }
      var download = download(server)
      download.retryLimit = 0
      download.byteCount = 10
      #expect(throws: Fault.self) { try download.fetch() }
      #expect(try Folder.names(in: folder.path + "/got").isEmpty, "\(status)")
    }
  }

  @Test("whatever bytes come, a file with a known digest is the right one or there is none")
  func randomAnswers() throws {
    let seed = Mutex(UInt64(7))
    @Sendable func random(_ bound: Int) -> Int {
      seed.withLock {
        $0 = $0 &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int($0 >> 33) % bound
      }
    }
    let server = try LoopbackServer(ending: { _, request in
      var bytes = good(request, limit: 1000 + random(content.count))
      for _ in 0..<random(4) {
        let place = random(random(2) == 0 ? 200 : bytes.count)
        switch random(3) {
        case 0: bytes[min(place, bytes.count - 1)] = UInt8(random(256))
        case 1: bytes.remove(at: min(place, bytes.count - 1))
        default: bytes.insert(UInt8(random(256)), at: min(place, bytes.count))
        }
      }
      return (bytes, random(3) == 0 ? .reset : .close)
    })
    defer { server.stop() }
    var whole = 0
    for _ in 0..<60 {
      var download = download(server, sha256: digest)
      download.firstRetryDelay = 0.001
      download.byteCount = content.count
      do {
        _ = try download.run()
        whole += 1
        #expect(try InputFile.bytes(download.path) == content)
        try Folder.remove(download.path)
      } catch is Fault {
        #expect(!Folder.exists(download.path))
      }
    }
    #expect(whole > 0)
  }
}

@Suite struct SmallAnswerTests {
  private func request(_ server: LoopbackServer) -> SmallAnswer {
    var request = SmallAnswer(server.address + "/api")
    request.firstRetryDelay = 0.01
    request.retryLimit = 2
    request.stallLimit = 1
    return request
  }

  @Test("an answer is asked for again after errors, cuts and stalls, and comes with its fields")
  func retries() throws {
    let body = Array("[1]".utf8)
    let good = LoopbackServer.reply("200 OK", ["Content-Length: 3", "Link: <x>"], body)
    let server = try LoopbackServer(ending: { number, _ in
      switch number {
      case 0: (LoopbackServer.reply("503 Busy", [], []), .close)
      case 1: (Array(good.dropLast()), .stall(20))
      default: (good, .close)
      }
    })
    defer { server.stop() }
    let (answer, head) = try request(server).get()
    #expect(answer == body && head.value("link") == "<x>")
    #expect(server.requests.count == 3)
  }

  @Test("a refusal, a huge answer and a dead server are one fault each")
  func faults() throws {
    let server = try LoopbackServer { number, _ in
      number == 0
        ? LoopbackServer.reply("404 Not Found", [], [])
        : LoopbackServer.reply("200 OK", [], [UInt8](repeating: 32, count: 100_000))
    }
    #expect(throws: Fault.self) { try request(server).get() }
    #expect(server.requests.count == 1)
    var small = request(server)
    small.byteLimit = 1000
    let fault = #expect(throws: Fault.self) { try small.get() }
    #expect(fault?.found == "more than 1000 bytes")
    server.stop()
    usleep(50_000)
    let dead = #expect(throws: Fault.self) { try request(server).get() }
    #expect(dead?.kind == .failure)
    #expect(throws: CancellationError.self) { try request(server).get(isInterrupted: { true }) }
  }
}
