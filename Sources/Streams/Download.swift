import CCurl
import Glibc

/// One file fetched over HTTPS: written aside, resumed where a connection broke, tried again after
/// server errors, checked, synced and renamed.
///
/// Plain `http` is accepted from this machine only (`127.0.0.1`, `localhost`, `[::1]`).
/// It blocks its thread: call it from one that may wait.
public struct Download: Sendable {
  public var url: String
  /// Where the file goes; `PATH.download` holds what has come so far.
  public var path: String
  /// The digest that the file must have, in lower-case hexadecimal.
  public var sha256: String?
  /// How often a broken connection or a server error is tried again.
  public var retryLimit = 6
  /// Seconds before the first new try; each later one waits twice as long.
  public var firstRetryDelay = 0.5

  public init(url: String, to path: String, sha256: String? = nil) {
    self.url = url
    self.path = path
    self.sha256 = sha256
  }

  /// Whether `url` is one that `run` would fetch.
  public static func accepts(_ url: String) -> Bool {
    guard let scheme = url.firstRange(of: "://"), !url.utf8.contains(where: { $0 <= 32 }) else {
      return false
    }
    let rest = url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    if host.isEmpty || host.contains("@") { return false }
    switch url[..<scheme.lowerBound].lowercased() {
    case "https": return true
    case "http":
      return ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
    default: return false
    }
  }

  /// Fetches the file and returns its digest.
  /// - Parameters:
  ///   - isInterrupted: asked a few times a second; true ends the download with a
  ///     `CancellationError` and keeps what has come where a digest makes resuming safe.
  ///   - progress: bytes so far.
  public func run(
    isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) throws -> String {
    guard Download.accepts(url) else {
      throw Fault(.input, "'\(url)' is not an https address", expected: "https://HOST/PATH")
    }
    guard Download.isReady else { throw Fault(.failure, "libcurl cannot start") }
    try Folder.create(Folder.parent(of: path))
    let aside = path + ".download"
    // Without a digest nothing tells whether the rest still belongs to an older beginning.
    if sha256 == nil { try Folder.remove(aside) }
    var digest = try fetch(aside, isInterrupted, progress)
    if let sha256, digest.hex != sha256, digest.wasResumed {
      try Folder.remove(aside)
      digest = try fetch(aside, isInterrupted, progress)
    }
    if let sha256, digest.hex != sha256 {
      try Folder.remove(aside)
      throw Fault(
        .input, "'\(url)' is not the expected file", found: "SHA-256 \(digest.hex)",
        expected: "SHA-256 \(sha256)",
        hint: "the file has changed at its origin: check it and write its new digest")
    }
    guard rename(aside, path) == 0 else { throw Fault.system("write", path) }
    try Folder.sync(Folder.parent(of: path))
    return digest.hex
  }

  private static let isReady = curl_start() == CURLE_OK

  private func fetch(
    _ aside: String, _ isInterrupted: () -> Bool, _ progress: (Int) -> Void
  ) throws -> (hex: String, wasResumed: Bool) {
    let wasResumed = Folder.byteCount(of: aside) ?? 0 > 0
    var tries = 0
    var etag: String?
    while true {
      if isInterrupted() { throw CancellationError() }
      // Without a digest or a version to hold it against, what came before may be of another file.
      if etag == nil, sha256 == nil { unlink(aside) }
      let attempt = try DownloadAttempt(url: url, aside: aside, etag: etag)
      let outcome = withoutActuallyEscaping(isInterrupted) { isInterrupted in
        withoutActuallyEscaping(progress) { progress in
          attempt.run(isInterrupted: isInterrupted, progress: progress)
        }
      }
      etag = attempt.etag ?? etag
      switch outcome {
      case .complete:
        try attempt.sync()
        return (try SHA256.hex(file: aside), wasResumed)
      case .interrupted: throw CancellationError()
      case .refused(let fault): throw fault
      case .broken(let found):
        // Progress earns new tries: a long file may break often.
        if attempt.receivedByteCount > 1 << 20 { tries = 0 }
        tries += 1
        if tries > retryLimit {
          throw Fault(
            .failure, "cannot download '\(url)'", found: found,
            hint: "check the connection and start again: what has come is kept")
        }
        try wait(firstRetryDelay * Double(1 << min(tries - 1, 6)), isInterrupted)
      }
    }
  }

  private func wait(_ seconds: Double, _ isInterrupted: () -> Bool) throws {
    var left = seconds
    while left > 0 {
      if isInterrupted() { throw CancellationError() }
      usleep(UInt32(min(left, 0.1) * 1e6))
      left -= 0.1
    }
  }
}

/// One connection of a download.
private final class DownloadAttempt {
  enum Outcome {
    case complete
    case interrupted
    /// Worth another try.
    case broken(String)
    case refused(Fault)
  }

  private let url: String
  private let aside: String
  private let descriptor: Int32
  private let handle: CurlHandle
  private var start: Int
  private var writeFault: Fault?
  private var hasChecked = false
  private var isInterrupted: () -> Bool = { false }
  private var progress: (Int) -> Void = { _ in }
  private(set) var receivedByteCount = 0
  private(set) var etag: String?

  init(url: String, aside: String, etag: String?) throws {
    self.url = url
    self.aside = aside
    guard let curl = curl_easy_init() else { throw Fault(.failure, "out of memory") }
    handle = CurlHandle(curl)
    descriptor = open(aside, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Fault.system("write", aside) }
    start = Int(lseek(descriptor, 0, SEEK_END))
    if start > 0 {
      curl_set_string(curl, CURLOPT_RANGE, "\(start)-")
      if let etag { handle.addHeader("If-Range: \(etag)") }
    }
  }

  deinit { close(descriptor) }

  func sync() throws {
    guard fsync(descriptor) == 0 else { throw Fault.system("write", aside) }
  }

  func run(
    isInterrupted: @escaping () -> Bool, progress: @escaping (Int) -> Void
  ) -> Outcome {
    self.isInterrupted = isInterrupted
    self.progress = progress
    defer {
      self.isInterrupted = { false }
      self.progress = { _ in }
    }
    let curl = handle.curl
    let me = Unmanaged.passUnretained(self).toOpaque()
    let schemes = url.lowercased().hasPrefix("http:") ? "http,https" : "https"
    curl_set_string(curl, CURLOPT_URL, url)
    curl_set_string(curl, CURLOPT_PROTOCOLS_STR, schemes)
    curl_set_string(curl, CURLOPT_REDIR_PROTOCOLS_STR, schemes)
    curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 1)
    curl_set_long(curl, CURLOPT_MAXREDIRS, 10)
    curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, 20)
    curl_set_long(curl, CURLOPT_LOW_SPEED_LIMIT, 1)
    curl_set_long(curl, CURLOPT_LOW_SPEED_TIME, 30)
    curl_set_string(curl, CURLOPT_USERAGENT, "midstream")
    curl_set_write(curl, receive, me)
    curl_set_header(curl, readHeader, me)
    curl_set_progress(curl, poll, me)
    let result = curl_easy_perform(curl)
    var status = 0
    curl_get_response_code(curl, &status)
    return outcome(result, status)
  }

  private func outcome(_ result: CURLcode, _ status: Int) -> Outcome {
    if let writeFault { return .refused(writeFault) }
    if result == CURLE_ABORTED_BY_CALLBACK { return .interrupted }
    let text = String(cString: curl_easy_strerror(result))
    if status == 416, start > 0 {
      // Nothing follows what is there: it is whole, or it is not a beginning of this file.
      if rangeTotal == start { return .complete }
      _ = ftruncate(descriptor, 0)
      return .broken("a refused range")
    }
    if status >= 500 || status == 429 || status == 408 { return .broken("HTTP status \(status)") }
    if status >= 400 {
      return .refused(
        Fault(
          .input, "cannot download '\(url)'", found: "HTTP status \(status)",
          hint: status == 404 ? "check the address" : "the server does not give this file"))
    }
    switch result {
    case CURLE_OK:
      // A reply without a body calls nothing back, and must still replace what was there.
      if !hasChecked, status != 206 { _ = ftruncate(descriptor, 0) }
      return .complete
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
      CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_HTTP2,
      CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR, CURLE_WEIRD_SERVER_REPLY:
      return .broken(text)
    default:
      return .refused(Fault(.failure, "cannot download '\(url)'", found: text))
    }
  }

  /// The whole length, from `Content-Range: bytes */N`.
  private var rangeTotal: Int?

  fileprivate func header(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":") else { return }
    let value = text[text.index(after: colon)...].drop { $0 == " " }.prefix { !$0.isNewline }
    switch text[..<colon].lowercased() {
    case "etag": etag = value.hasPrefix("W/") ? nil : String(value)
    case "content-range": rangeTotal = value.split(separator: "/").last.flatMap { Int($0) }
    default: break
    }
  }

  /// Returns false to end the transfer.
  fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if !hasChecked {
      hasChecked = true
      var status = 0
      curl_get_response_code(handle.curl, &status)
      guard status < 400 else { hasChecked = false; return true }
      if status != 206, start > 0 {
        // The server sends the file from its beginning.
        guard ftruncate(descriptor, 0) == 0 else { return failWriting() }
        start = 0
      }
    }
    var rest = bytes
    while let base = rest.baseAddress, rest.count > 0 {
      let offset = off_t(start + receivedByteCount)
      let count = pwrite(descriptor, base, rest.count, offset)
      if count < 0 {
        if errno == EINTR { continue }
        return failWriting()
      }
      receivedByteCount += count
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    progress(start + receivedByteCount)
    return true
  }

  private func failWriting() -> Bool {
    writeFault = Fault.system("write", aside)
    return false
  }

  fileprivate var mustStop: Bool { isInterrupted() }
}

/// Owns a curl handle and its header list.
private final class CurlHandle {
  let curl: UnsafeMutableRawPointer
  private var headers: UnsafeMutablePointer<curl_slist>?

  init(_ curl: UnsafeMutableRawPointer) { self.curl = curl }

  deinit {
    curl_easy_cleanup(curl)
    curl_slist_free_all(headers)
  }

  func addHeader(_ line: String) {
    headers = curl_slist_append(headers, line)
    curl_set_headers(curl, headers)
  }
}

private func attempt(_ user: UnsafeMutableRawPointer?) -> DownloadAttempt? {
  user.map { Unmanaged<DownloadAttempt>.fromOpaque($0).takeUnretainedValue() }
}

private let receive:
  @convention(c) (
    UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
  ) -> Int = { bytes, size, count, user in
    let length = size * count
    guard let attempt = attempt(user) else { return 0 }
    return attempt.take(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
  }

private let readHeader:
  @convention(c) (
    UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
  ) -> Int = { bytes, size, count, user in
    let length = size * count
    attempt(user)?.header(UnsafeRawBufferPointer(start: bytes, count: length))
    return length
  }

private let poll:
  @convention(c) (
    UnsafeMutableRawPointer?, curl_off_t, curl_off_t, curl_off_t, curl_off_t
  ) -> Int32 = { user, _, _, _, _ in attempt(user)?.mustStop ?? false ? 1 : 0 }
