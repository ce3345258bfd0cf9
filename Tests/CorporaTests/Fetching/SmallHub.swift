import Foundation
import Streams
import Synchronization
import TestFolders

@testable import Corpora

/// A hub on this machine with one dataset, `o/n`, and a second server that holds its large files.
final class SmallHub: Sendable {
  struct State: Sendable {
    var files: [String: [UInt8]] = [:]
    var commit = String(repeating: "a", count: 40)
    var revisions = ["main"]
    /// Who may read; nil for everybody.
    var token: String?
    /// What the listing says in place of the truth.
    var sizes: [String: Int] = [:]
    /// Whole answers in place of the usual ones, by the beginning of the target.
    var answers: [String: [UInt8]] = [:]
    var pageSize = 2
    /// What addresses of further pages begin with; nil for the server's own address.
    var pagesAt: String?
  }

  let server: LoopbackServer
  let store: LoopbackServer

  init(_ files: [String: String]) throws {
    let state = Shared(State(files: files.mapValues { Array($0.utf8) }))
    store = try LoopbackServer { _, request in
      let path = request.target.removingPercentEncoding ?? ""
      return SmallHub.file(String(path.dropFirst("/store/".count)), request, state)
    }
    let elsewhere = store.address
    let own = Shared("")
    server = try LoopbackServer { _, request in
      SmallHub.answer(request, state, elsewhere: elsewhere, own: own.value.withLock { $0 })
    }
    let address = server.address
    own.value.withLock { $0 = address }
    shared = state
  }

  private let shared: Shared<State>

  /// A value that several threads see.
  private final class Shared<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
  }

  func change(_ body: (inout State) -> Void) { shared.value.withLock { body(&$0) } }

  func stop() {
    server.stop()
    store.stop()
  }

  func access(_ folder: String, token: String? = nil) -> RemoteAccess {
    let hub = Hub(
      endpoint: server.address, token: token.flatMap { AccessToken($0, for: server.address) })
    var access = RemoteAccess(cache: folder, hub: hub)
    access.retryLimit = 2
    access.firstRetryDelay = 0.01
    access.stallLimit = 1
    return access
  }

  static func digest(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    return try SHA256.hex(file: folder.file("x", bytes))
  }

  private static func file(
    _ path: String, _ request: LoopbackServer.Request, _ state: Shared<State>
  ) -> [UInt8] {
    guard let bytes = state.value.withLock({ $0.files[path] }) else {
      return LoopbackServer.reply("404 Not Found", ["Content-Length: 0"], [])
    }
    let start = min(request.rangeStart ?? 0, bytes.count)
    var headers = ["Content-Length: \(bytes.count - start)"]
    if start > 0 {
      headers.append("Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)")
    }
    return LoopbackServer.reply(
      start > 0 ? "206 Partial Content" : "200 OK", headers, Array(bytes[start...]))
  }

  private static func refusal(_ status: String, _ code: String) -> [UInt8] {
    LoopbackServer.reply(status, ["X-Error-Code: \(code)", "Content-Length: 2"], Array("{}".utf8))
  }

  private static func json(_ text: String, _ headers: [String] = []) -> [UInt8] {
    LoopbackServer.reply(
      "200 OK", headers + ["Content-Length: \(text.utf8.count)"], Array(text.utf8))
  }

  private static func answer(
    _ request: LoopbackServer.Request, _ state: Shared<State>, elsewhere: String, own: String
  ) -> [UInt8] {
    let now = state.value.withLock { $0 }
    for (prefix, answer) in now.answers where request.target.hasPrefix(prefix) { return answer }
    if let token = now.token, request.field("authorization") != "Bearer \(token)" {
      return request.field("authorization") == nil
        ? refusal("401 Unauthorized", "GatedRepo") : refusal("403 Forbidden", "GatedRepo")
    }
    let parts = request.target.split(separator: "?", maxSplits: 1).map(String.init)
    let words = parts[0].split(separator: "/").map { $0.removingPercentEncoding ?? "" }
    func starts(_ prefix: [String]) -> Bool { Array(words.prefix(prefix.count)) == prefix }
    if starts(["api", "datasets", "o", "n", "revision"]) {
      guard words.count == 6, now.revisions.contains(words[5]) else {
        return refusal("404 Not Found", "RevisionNotFound")
      }
      return json("{\"id\":\"o/n\",\"sha\":\"\(now.commit)\",\"siblings\":[]}")
    }
    if starts(["api", "datasets", "o", "n", "tree", now.commit]) {
      return list(
        words.dropFirst(6).joined(separator: "/"), parts[0], parts.count > 1 ? parts[1] : "", now,
        own)
    }
    if starts(["datasets", "o", "n", "resolve", now.commit]) {
      let path = words.dropFirst(5).joined(separator: "/")
      if path.hasSuffix(".parquet") {
        let target = "\(elsewhere)/store/\(HubAddress.escaped(path))"
        return LoopbackServer.reply(
          "302 Found", ["Location: \(target)", "ETag: \"redirect\"", "Content-Length: 0"], [])
      }
      return file(path, request, state)
    }
    return refusal(words.contains("o") ? "404 Not Found" : "401 Unauthorized", "RepoNotFound")
  }

  private static func list(
    _ folder: String, _ target: String, _ query: String, _ state: State, _ own: String
  ) -> [UInt8] {
    let isDeep = query.contains("recursive=true")
    let prefix = folder.isEmpty ? "" : folder + "/"
    var lines: [String: String] = [:]
    for (path, bytes) in state.files where path.hasPrefix(prefix) {
      let parts = path.dropFirst(prefix.count).split(separator: "/").map(String.init)
      for depth in 1..<parts.count + 1 where depth == 1 || isDeep {
        let own = prefix + parts[..<depth].joined(separator: "/")
        if depth < parts.count {
          lines[own] = "{\"type\":\"directory\",\"oid\":\"1\",\"size\":0,\"path\":\"\(own)\"}"
          continue
        }
        let size = state.sizes[path] ?? bytes.count
        let digest = (try? digest(bytes)) ?? ""
        let large =
          path.hasSuffix(".parquet")
          ? ",\"lfs\":{\"oid\":\"\(digest)\",\"size\":\(size),\"pointerSize\":130}" : ""
        lines[own] =
          "{\"type\":\"file\",\"oid\":\"2\",\"size\":\(size),\"path\":\"\(own)\"\(large)}"
      }
    }
    if lines.isEmpty { return refusal("404 Not Found", "EntryNotFound") }
    let names = lines.keys.sorted()
    let first =
      query.split(separator: "&").first { $0.hasPrefix("cursor=") }
      .flatMap { Int($0.dropFirst(7)) } ?? 0
    let page = names.dropFirst(first).prefix(state.pageSize).compactMap { lines[$0] }
    let next = first + state.pageSize
    let rest = query.split(separator: "&").filter { !$0.hasPrefix("cursor=") }
    let link =
      "Link: <\(state.pagesAt ?? own)\(target)?\(rest.joined(separator: "&"))&cursor=\(next)>; rel=\"next\""
    return json("[\(page.joined(separator: ","))]", next < names.count ? [link] : [])
  }
}
