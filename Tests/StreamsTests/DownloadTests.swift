import Foundation
import Streams
import Synchronization
import TestFolders
import Testing

private let content: [UInt8] = (0..<300_000).map {
  UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7)
}

/// Serves `content`, ranges too, but no more than `limit` bytes of it a connection.
private func serve(_ request: LoopbackServer.Request, limit: Int = .max) -> [UInt8] {
  let start = request.rangeStart ?? 0
  if start >= content.count {
    return LoopbackServer.reply(
      "416 Range Not Satisfiable",
      ["Content-Range: bytes */\(content.count)", "Content-Length: 0"], [])
  }
  let body = Array(content[start...].prefix(limit))
  var headers = ["Content-Length: \(content.count - start)", "ETag: \"v1\""]
  if start > 0 {
    headers.append("Content-Range: bytes \(start)-\(content.count - 1)/\(content.count)")
  }
  return LoopbackServer.reply(start > 0 ? "206 Partial Content" : "200 OK", headers, body)
}

@Suite struct DownloadTests {
  private let folder: TemporaryFolder
  private let digest: String

  init() throws {
    folder = try TemporaryFolder()
    digest = try SHA256.hex(file: folder.file("expected", content))
  }

  private func download(_ server: LoopbackServer, sha256: String? = nil) -> Download {
    var download = Download(
      url: "http://127.0.0.1:\(server.port)/data.bin", to: folder.path + "/got/data.bin",
      sha256: sha256)
    download.firstRetryDelay = 0.01
    download.retryLimit = 3
    return download
  }

  private func got() throws -> [UInt8] { try InputFile.bytes(folder.path + "/got/data.bin") }

  @Test("a file arrives whole under its name, with its digest, and nothing beside it")
  func whole() throws {
    let server = try LoopbackServer { _, request in serve(request) }
    defer { server.stop() }
    #expect(try download(server).run() == digest)
    #expect(try got() == content)
    #expect(try Folder.names(in: folder.path + "/got") == ["data.bin"])
  }

  @Test("a connection that breaks again and again is resumed where it broke")
  func resumed() throws {
    let server = try LoopbackServer { number, request in
      serve(request, limit: number < 3 ? 80_000 : .max)
    }
    defer { server.stop() }
    #expect(try download(server).run() == digest)
    #expect(try got() == content)
    #expect(server.requests.compactMap(\.rangeStart) == [80_000, 160_000, 240_000])
    #expect(server.requests[1].lines.contains("If-Range: \"v1\""))
  }

  @Test("a server that ignores ranges gives the file from its beginning")
  func rangesIgnored() throws {
    let server = try LoopbackServer { number, _ in
      let body = number == 0 ? Array(content.prefix(50_000)) : content
      return LoopbackServer.reply("200 OK", ["Content-Length: \(content.count)"], body)
    }
    defer { server.stop() }
    #expect(try download(server).run() == digest)
    #expect(try got() == content)
  }

  @Test("server errors are tried again, up to the limit")
  func serverErrors() throws {
    let good = try LoopbackServer { number, request in
      number < 2
        ? LoopbackServer.reply("503 Busy", ["Content-Length: 4"], [1, 2, 3, 4]) : serve(request)
    }
    defer { good.stop() }
    #expect(try download(good).run() == digest)
    let bad = try LoopbackServer { _, _ in
      LoopbackServer.reply("500 Broken", ["Content-Length: 0"], [])
    }
    defer { bad.stop() }
    let fault = #expect(throws: Fault.self) { try download(bad).run() }
    #expect(fault?.found == "HTTP status 500")
    #expect(bad.requests.count == 4)
  }

  @Test("a missing file is refused at once, with the status")
  func missing() throws {
    let server = try LoopbackServer { _, _ in
      LoopbackServer.reply("404 Not Found", ["Content-Length: 9"], Array("not there".utf8))
    }
    defer { server.stop() }
    let fault = #expect(throws: Fault.self) { try download(server).run() }
    #expect(fault?.kind == .input)
    #expect(fault?.found == "HTTP status 404")
    #expect(server.requests.count == 1)
    #expect(!Folder.exists(folder.path + "/got/data.bin"))
  }

  @Test("another digest than expected is a fault, and the file does not appear")
  func wrongDigest() throws {
    let server = try LoopbackServer { _, request in serve(request) }
    defer { server.stop() }
    let wrong = String(repeating: "0", count: 64)
    let fault = #expect(throws: Fault.self) { try download(server, sha256: wrong).run() }
    #expect(fault?.found == "SHA-256 \(digest)")
    #expect(try Folder.names(in: folder.path + "/got").isEmpty)
  }

  @Test("an interrupted download with a digest goes on where it was")
  func interrupted() throws {
    let server = try LoopbackServer { number, request in
      serve(request, limit: number == 0 ? 100_000 : .max)
    }
    defer { server.stop() }
    let stop = Atomic(false)
    #expect(throws: CancellationError.self) {
      try download(server, sha256: digest).run(
        isInterrupted: { stop.load(ordering: .relaxed) },
        progress: { if $0 >= 100_000 { stop.store(true, ordering: .relaxed) } })
    }
    #expect(try download(server, sha256: digest).run() == digest)
    #expect(server.requests.last?.rangeStart == 100_000)
    #expect(try got() == content)
  }

  @Test("a beginning that belongs to another file is thrown away")
  func staleBeginning() throws {
    let server = try LoopbackServer { _, request in serve(request) }
    defer { server.stop() }
    let aside = folder.path + "/got/data.bin.download"
    for stale in [[UInt8](repeating: 1, count: 1000), [UInt8](repeating: 1, count: content.count)] {
      try OutputFile.write(stale, to: aside)
      #expect(try download(server, sha256: digest).run() == digest)
      #expect(try got() == content)
    }
    try OutputFile.write(Array(content.prefix(1000)), to: aside)
    #expect(try download(server).run() == digest)
    #expect(server.requests.last?.rangeStart == nil)
  }

  @Test("an empty file arrives empty")
  func empty() throws {
    let server = try LoopbackServer { _, _ in
      LoopbackServer.reply("200 OK", ["Content-Length: 0"], [])
    }
    defer { server.stop() }
    _ = try download(server).run()
    #expect(try got().isEmpty)
  }

  @Test(
    "only https, and http on this machine, are accepted",
    arguments: [
      ("https://example.org/a", true), ("http://127.0.0.1:80/a", true), ("http://[::1]/a", true),
      ("http://localhost/a", true), ("http://example.org/a", false), ("ftp://example.org/a", false),
      ("http://localhost.example.org/a", false), ("https:///a", false),
      ("file:///etc/passwd", false),
      ("https://user@example.org/a", false), ("http://127.0.0.1@example.org/", false), ("", false),
      ("https://example.org/a b", false),
    ])
  func accepted(url: String, accepted: Bool) {
    #expect(Download.accepts(url) == accepted)
  }
}
