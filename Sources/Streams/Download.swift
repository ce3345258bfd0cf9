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
  /// The size that the file must have.
  public var byteCount: Int?
  /// Who asks, for servers that want to know.
  public var token: AccessToken?
  /// How often a broken connection or a server error is tried again.
  public var retryLimit = 6
  /// Seconds before the first new try; each later one waits twice as long, and as long as the
  /// server asks for.
  public var firstRetryDelay = 0.5
  /// Seconds without a byte after which a connection counts as broken.
  public var stallLimit = 30.0
  /// Says more of a refusal than its status does.
  package var refusal: @Sendable (HTTPHead) -> Fault? = { _ in nil }

  public init(url: String, to path: String, sha256: String? = nil) {
    self.url = url
    self.path = path
    self.sha256 = sha256
  }

  /// What a server calls one version of a file.
  public struct Version: Sendable, Equatable {
    public var etag: String?
    public var lastModified: String?

    public init(etag: String? = nil, lastModified: String? = nil) {
      self.etag = etag
      self.lastModified = lastModified
    }

    /// The name of exactly these bytes; a weak one stands for others too.
    var strongETag: String? { etag.flatMap { $0.hasPrefix("W/") ? nil : $0 } }

    /// The lines that ask for any other version; none where nothing names this one.
    var conditions: [String] {
      let lines =
        if let etag { ["If-None-Match: \(etag)"] } else {
          lastModified.map { ["If-Modified-Since: \($0)"] } ?? []
        }
      return lines.filter { $0.utf8.allSatisfy { $0 >= 32 && $0 < 127 } }
    }
  }

  /// A file that came.
  public struct Receipt: Sendable, Equatable {
    public var sha256: String
    public var byteCount: Int
    public var version: Version
  }

  /// Whether `url` is one that `run` would fetch.
  public static func accepts(_ url: String) -> Bool {
    guard let scheme = url.firstRange(of: "://"), !url.utf8.contains(where: { $0 <= 32 }) else {
      return false
    }
    let rest = url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if host.isEmpty || host.contains("@") || host.contains("\\") { return false }
    switch url[..<scheme.lowerBound].lowercased() {
    case "https": return true
    case "http":
      return ["127.0.0.1", "localhost", "[::1]"].contains { host == $0 || host.hasPrefix($0 + ":") }
    default: return false
    }
  }

  static func check(_ url: String) throws {
    guard accepts(url) else {
      throw Fault(.input, "'\(url)' is not an https address", expected: "https://HOST/PATH")
    }
  }

  static func fault(_ url: String, status: Int) -> Fault {
    Fault(
      .input, "cannot download '\(url)'", found: "HTTP status \(status)",
      hint: status == 404 ? "check the address" : "the server does not give this file")
  }

  /// Fetches the file and returns its digest.
  /// - Parameters:
  ///   - isInterrupted: asked at least once a second; true ends the download with a
  ///     `CancellationError` and keeps what has come where a digest makes resuming safe.
  ///   - progress: bytes so far.
  public func run(
    isInterrupted: () -> Bool = { false }, progress: (Int) -> Void = { _ in }
  ) throws -> String {
    guard let receipt = try fetch(isInterrupted: isInterrupted, progress: progress) else {
      throw Fault(.failure, "cannot download '\(url)'", found: "HTTP status 304")
    }
    return receipt.sha256
  }

  /// Fetches the file unless the server still has the version `known`: nil then, and nothing is
  /// written.
  public func fetch(
    unless known: Version? = nil, isInterrupted: () -> Bool = { false },
    progress: (Int) -> Void = { _ in }
  ) throws -> Receipt? {
    try Download.check(url)
    try Folder.create(Folder.parent(of: path))
    let aside = path + ".download"
    // Without a digest nothing tells whether the rest still belongs to an older beginning.
    if sha256 == nil { try Folder.remove(aside) }
    if let byteCount, Folder.byteCount(of: aside) ?? 0 > byteCount { try Folder.remove(aside) }
    var isKept = false
    defer { if !isKept, sha256 == nil || Folder.byteCount(of: aside) == 0 { unlink(aside) } }
    guard var result = try transfer(aside, known, isInterrupted, progress) else {
      try Folder.remove(aside)
      return nil
    }
    if let sha256, result.receipt.sha256 != sha256, result.wasResumed {
      try Folder.remove(aside)
      guard let second = try transfer(aside, nil, isInterrupted, progress) else { return nil }
      result = second
    }
    if let sha256, result.receipt.sha256 != sha256 {
      try Folder.remove(aside)
      throw Fault(
        .input, "'\(url)' is not the expected file", found: "SHA-256 \(result.receipt.sha256)",
        expected: "SHA-256 \(sha256)",
        hint: "the file has changed at its origin: check it and write its new digest")
    }
    guard rename(aside, path) == 0 else { throw Fault.system("write", path) }
    isKept = true
    try Folder.sync(Folder.parent(of: path))
    return result.receipt
  }

  /// Brings the file to `aside`; nil where the server still has the version `known`.
  private func transfer(
    _ aside: String, _ known: Version?, _ isInterrupted: () -> Bool, _ progress: (Int) -> Void
  ) throws -> (receipt: Receipt, wasResumed: Bool)? {
    var patience = HTTPPatience(limit: retryLimit, firstDelay: firstRetryDelay)
    var wasResumed = false
    var version = Version()
    while true {
      if isInterrupted() { throw CancellationError() }
      // Without a digest or a version to hold it against, what came before may be of another file.
      if version.strongETag == nil, sha256 == nil { unlink(aside) }
      let attempt = try DownloadAttempt(self, aside: aside, etag: version.strongETag, unless: known)
      wasResumed = wasResumed || attempt.resumes
      let outcome = attempt.run(isInterrupted: isInterrupted, progress: progress)
      version = attempt.version ?? version
      switch outcome {
      case .complete:
        try attempt.sync()
        let receipt = Receipt(
          sha256: try SHA256.hex(file: aside), byteCount: Folder.byteCount(of: aside) ?? 0,
          version: version)
        return (receipt, wasResumed)
      case .unchanged: return nil
      case .interrupted: throw CancellationError()
      case .refused(let fault): throw fault
      case .broken(let found):
        if attempt.receivedByteCount > 1 << 20 { patience.renew() }
        guard try patience.wait(asked: attempt.retryDelay, isInterrupted) else {
          throw Fault(
            .failure, "cannot download '\(url)'", found: found,
            hint: "check the connection and start again"
              + (sha256 == nil ? "" : ": what has come is kept"))
        }
      }
    }
  }
}
