import Glibc

/// One request of a download, which adds to the file `aside`.
final class DownloadAttempt {
  enum Outcome {
    case complete
    /// The server still has the version that the caller knows.
    case unchanged
    case interrupted
    /// Worth another try.
    case broken(String)
    case refused(Fault)
  }

  /// Whether it asks for what follows the bytes that are there.
  let resumes: Bool
  private(set) var receivedByteCount = 0
  /// What the file is called now; nil where no file came.
  private(set) var version: Download.Version?
  var retryDelay: Double? { exchange.retryDelay }

  private let download: Download
  private let aside: String
  private let etag: String?
  private let descriptor: Int32
  private let exchange: HTTPExchange
  private let isConditional: Bool
  private var start: Int
  /// Why no more of the body is wanted.
  private var reason: Outcome?
  private var hasBegun = false

  init(
    _ download: Download, aside: String, etag: String?, unless known: Download.Version?
  ) throws {
    self.download = download
    self.aside = aside
    self.etag = etag
    descriptor = open(aside, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Fault.system("write", aside) }
    start = max(0, Int(lseek(descriptor, 0, SEEK_END)))
    resumes = start > 0
    var headers = start == 0 ? known?.conditions ?? [] : []
    isConditional = !headers.isEmpty
    if start > 0 {
      headers.append("Range: bytes=\(start)-")
      if let etag { headers.append("If-Range: \(etag)") }
    }
    do {
      exchange = try HTTPExchange(
        HTTPRequest(
          url: download.url, headers: headers, token: download.token,
          stallLimit: download.stallLimit))
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  func sync() throws {
    guard fsync(descriptor) == 0 else { throw Fault.system("write", aside) }
  }

  func run(isInterrupted: () -> Bool, progress: (Int) -> Void) -> Outcome {
    let ending = exchange.run(isInterrupted: isInterrupted) { take($0, progress) }
    switch ending {
    case .interrupted: return .interrupted
    case .refused(let fault): return .refused(fault)
    case .stopped: return reason ?? .interrupted
    case .broken(let found): return .broken(found)
    case .answered: return answered()
    }
  }

  private func answered() -> Outcome {
    let status = exchange.head.status
    if status == 304, isConditional { return .unchanged }
    if status == 416, start > 0 {
      // Nothing follows what is there: it is whole, or it is not a beginning of this file.
      if exchange.head.contentRange.total == start { return .complete }
      return startAgain("a refused range")
    }
    if HTTPPatience.isPassing(status) { return .broken("HTTP status \(status)") }
    guard (200..<300).contains(status) else {
      return .refused(
        download.refusal(exchange.head) ?? Download.fault(download.url, status: status))
    }
    // A reply without a body calls nothing back, and must still replace what was there.
    if !hasBegun, !begin() { return reason ?? .interrupted }
    let count = start + receivedByteCount
    if let whole = download.byteCount ?? exchange.head.contentRange.total, count < whole {
      return .broken("the answer ended after \(count) of \(whole) bytes")
    }
    return .complete
  }

  /// Takes a piece of the body; false ends the transfer.
  private func take(_ bytes: UnsafeRawBufferPointer, _ progress: (Int) -> Void) -> Bool {
    guard (200..<300).contains(exchange.head.status) else { return true }
    if !hasBegun, !begin() { return false }
    if let whole = download.byteCount, start + receivedByteCount + bytes.count > whole {
      reason = otherSize("more than \(whole) bytes")
      return false
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

  /// Looks at the head before the first byte is written: is this the file, from the right place?
  private func begin() -> Bool {
    hasBegun = true
    let head = exchange.head
    if head.status == 206 {
      let range = head.contentRange
      guard range.first == start else {
        reason = startAgain("another range than the one asked for")
        return false
      }
      if let etag, let other = head.strongETag, other != etag {
        reason = startAgain("another version of the file")
        return false
      }
    } else if start > 0 {
      // The server sends the file from its beginning.
      guard ftruncate(descriptor, 0) == 0 else { return failWriting() }
      start = 0
    }
    let isWhole = head.status != 206
    if let whole = download.byteCount,
      let found = isWhole ? head.contentLength : head.contentRange.total, found != whole
    {
      reason = otherSize("\(found) bytes")
      return false
    }
    version = Download.Version(
      etag: isWhole ? head.value("etag") : head.value("etag") ?? etag,
      lastModified: head.value("last-modified"))
    return true
  }

  private func startAgain(_ found: String) -> Outcome {
    guard ftruncate(descriptor, 0) == 0 else { return .refused(Fault.system("write", aside)) }
    version = Download.Version()
    return .broken(found)
  }

  private func otherSize(_ found: String) -> Outcome {
    unlink(aside)
    return .refused(
      Fault(
        .input, "'\(download.url)' is not the expected file", found: found,
        expected: download.byteCount.map { "\($0) bytes" },
        hint: "the file has changed at its origin: list it again"))
  }

  private func failWriting() -> Bool {
    reason = .refused(Fault.system("write", aside))
    return false
  }
}
