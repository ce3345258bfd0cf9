import CCurl
import Glibc

/// What one request asks for.
struct HTTPRequest {
  var url: String
  /// `Name: value` lines.
  var headers: [String] = []
  /// Goes to its own server only.
  var token: AccessToken?
  /// Seconds without a byte after which the connection counts as broken.
  var stallLimit = 30.0
}

/// The beginning of an answer: its status and its fields.
package struct HTTPHead: Sendable {
  package fileprivate(set) var status = 0
  private var fields: [(name: String, value: String)] = []

  /// The first field of that name, which is in lower case.
  package func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

  /// The version that names exactly these bytes; a weak one does not.
  var strongETag: String? { value("etag").flatMap { $0.hasPrefix("W/") ? nil : $0 } }

  /// `Content-Range: bytes FIRST-LAST/TOTAL`, of which a refused range gives the total only.
  var contentRange: (first: Int?, total: Int?) {
    guard let text = value("content-range"), text.lowercased().hasPrefix("bytes ") else {
      return (nil, nil)
    }
    let parts = text.dropFirst(6).split(separator: "/", maxSplits: 1)
    let first = parts.first?.split(separator: "-").first.flatMap { Int($0) }
    return (first, parts.count == 2 ? Int(parts[1]) : nil)
  }

  var contentLength: Int? { value("content-length").flatMap { Int($0) } }

  fileprivate mutating func take(_ line: UnsafeRawBufferPointer) {
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") {
      fields = []
      return
    }
    guard fields.count < 256, let colon = text.firstIndex(of: ":") else { return }
    let value = text[text.index(after: colon)...].drop { $0 == " " }.prefix { !$0.isNewline }
    fields.append((text[..<colon].lowercased(), String(value)))
  }
}

/// A request and its answer, over redirects. Each of them must lead to an address that `Download`
/// accepts, and never from `https` to `http`.
final class HTTPExchange {
  enum Ending {
    /// An answer came, whatever its status.
    case answered
    case interrupted
    /// Whoever takes the body did not want more of it.
    case stopped
    /// Worth another try.
    case broken(String)
    case refused(Fault)
  }

  /// Of the last answer.
  private(set) var head = HTTPHead()
  /// Seconds that the server asks to wait before the next try.
  private(set) var retryDelay: Double?

  private let request: HTTPRequest
  private let handle: CurlHandle
  private var isInterrupted: () -> Bool = { false }
  private var takeBody: (UnsafeRawBufferPointer) -> Bool = { _ in true }
  private var lastByte = ContinuousClock.now
  private var isStalled = false
  private var isStopped = false

  init(_ request: HTTPRequest) throws {
    guard HTTPExchange.isReady, let curl = curl_easy_init() else {
      throw Fault(.failure, "libcurl cannot start")
    }
    self.request = request
    handle = CurlHandle(curl)
  }

  private static let isReady = curl_start() == CURLE_OK

  /// - Parameters:
  ///   - isInterrupted: asked at least once a second.
  ///   - takeBody: gets the pieces of the last answer's body; false ends the exchange. The head is
  ///     complete by then.
  func run(
    isInterrupted: () -> Bool, takeBody: (UnsafeRawBufferPointer) -> Bool
  ) -> Ending {
    withoutActuallyEscaping(isInterrupted) { isInterrupted in
      withoutActuallyEscaping(takeBody) { takeBody in
        self.isInterrupted = isInterrupted
        self.takeBody = takeBody
        defer {
          self.isInterrupted = { false }
          self.takeBody = { _ in true }
        }
        return followRedirects()
      }
    }
  }

  private func followRedirects() -> Ending {
    var url = request.url
    for _ in 0...10 {
      head = HTTPHead()
      let ending = ask(url)
      guard case .answered = ending, isRedirect else { return ending }
      guard
        let next = curl_get_string(handle.curl, CURLINFO_REDIRECT_URL).map(String.init(cString:))
      else { return ending }
      let isSafe = Download.accepts(next) && (isSecure(next) || !isSecure(url))
      guard isSafe else {
        return .refused(
          Fault(
            .failure, "cannot download '\(request.url)'",
            found: "a redirect to an address that is not https"))
      }
      url = next
    }
    return .refused(
      Fault(.failure, "cannot download '\(request.url)'", found: "more than 10 redirects"))
  }

  private var isRedirect: Bool { [301, 302, 303, 307, 308].contains(head.status) }

  private func isSecure(_ url: String) -> Bool { url.lowercased().hasPrefix("https:") }

  private func ask(_ url: String) -> Ending {
    let curl = handle.curl
    let me = Unmanaged.passUnretained(self).toOpaque()
    var lines = request.headers
    if let token = request.token, token.belongs(to: url) { lines.append(token.header) }
    handle.setHeaders(lines)
    curl_set_string(curl, CURLOPT_URL, url)
    curl_set_string(curl, CURLOPT_PROTOCOLS_STR, isSecure(url) ? "https" : "http")
    curl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0)
    curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
    curl_set_long(curl, CURLOPT_CONNECTTIMEOUT, 20)
    curl_set_string(curl, CURLOPT_USERAGENT, "midstream")
    curl_set_write(curl, receiveBody, me)
    curl_set_header(curl, receiveHeader, me)
    curl_set_progress(curl, poll, me)
    lastByte = .now
    isStalled = false
    let result = curl_easy_perform(curl)
    var status = 0
    curl_get_response_code(curl, &status)
    head.status = status
    let delay = curl_get_offset(curl, CURLINFO_RETRY_AFTER)
    retryDelay = delay > 0 ? Double(delay) : nil
    return ending(result)
  }

  private func ending(_ result: CURLcode) -> Ending {
    if isStopped { return .stopped }
    if isStalled { return .broken("no byte within \(request.stallLimit) seconds") }
    switch result {
    case CURLE_OK: return .answered
    case CURLE_ABORTED_BY_CALLBACK: return .interrupted
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
      return .broken("an answer that is not HTTP")
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
      CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_HTTP2,
      CURLE_HTTP2_STREAM, CURLE_SSL_CONNECT_ERROR:
      return .broken(String(cString: curl_easy_strerror(result)))
    default:
      return .refused(
        Fault(
          .failure, "cannot download '\(request.url)'",
          found: String(cString: curl_easy_strerror(result))))
    }
  }

  fileprivate func header(_ line: UnsafeRawBufferPointer) {
    lastByte = .now
    head.take(line)
  }

  fileprivate func body(_ bytes: UnsafeRawBufferPointer) -> Bool {
    lastByte = .now
    if head.status == 0 {
      var status = 0
      curl_get_response_code(handle.curl, &status)
      head.status = status
    }
    if isRedirect { return true }
    isStopped = !takeBody(bytes)
    return !isStopped
  }

  fileprivate var mustStop: Bool {
    isStalled = ContinuousClock.now - lastByte > .seconds(request.stallLimit)
    return isStalled || isInterrupted()
  }
}

/// How often and how long to wait for a server.
struct HTTPPatience {
  let limit: Int
  let firstDelay: Double
  /// Seconds; a server may ask for more.
  private static let longestDelay = 120.0
  private var tries = 0

  init(limit: Int, firstDelay: Double) {
    self.limit = limit
    self.firstDelay = firstDelay
  }

  /// Progress earns new tries: a long file may break often.
  mutating func renew() { tries = 0 }

  /// Waits before the next try; false where there is none left.
  mutating func wait(asked: Double?, _ isInterrupted: () -> Bool) throws -> Bool {
    tries += 1
    if tries > limit { return false }
    let own = firstDelay * Double(1 << min(tries - 1, 6))
    var left = min(max(own, asked ?? 0), HTTPPatience.longestDelay)
    while left > 0 {
      if isInterrupted() { throw CancellationError() }
      usleep(UInt32(min(left, 0.1) * 1e6))
      left -= 0.1
    }
    return true
  }

  /// Whether a status may be another one soon.
  static func isPassing(_ status: Int) -> Bool { status >= 500 || status == 429 || status == 408 }
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

  func setHeaders(_ lines: [String]) {
    curl_set_headers(curl, nil)
    curl_slist_free_all(headers)
    headers = nil
    for line in lines { headers = curl_slist_append(headers, line) }
    curl_set_headers(curl, headers)
  }
}

private func exchange(_ user: UnsafeMutableRawPointer?) -> HTTPExchange? {
  user.map { Unmanaged<HTTPExchange>.fromOpaque($0).takeUnretainedValue() }
}

private let receiveBody:
  @convention(c) (
    UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
  ) -> Int = { bytes, size, count, user in
    let length = size * count
    guard let exchange = exchange(user) else { return 0 }
    return exchange.body(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
  }

private let receiveHeader:
  @convention(c) (
    UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
  ) -> Int = { bytes, size, count, user in
    let length = size * count
    exchange(user)?.header(UnsafeRawBufferPointer(start: bytes, count: length))
    return length
  }

private let poll:
  @convention(c) (
    UnsafeMutableRawPointer?, curl_off_t, curl_off_t, curl_off_t, curl_off_t
  ) -> Int32 = { user, _, _, _, _ in exchange(user)?.mustStop ?? false ? 1 : 0 }
