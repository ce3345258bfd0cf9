import Streams

/// How remote files are reached, and where their copies are kept.
public struct RemoteAccess: Sendable {
  /// The folder of the copies, which holds `hub/` and `https/`.
  public var cache: String
  public var hub: Hub
  /// Asked many times a second; true ends the work with a `CancellationError`.
  public var isInterrupted: @Sendable () -> Bool = { false }
  public var progress: @Sendable (FetchProgress) -> Void = { _ in }
  /// What the user should know, for example that a copy was used without asking its origin.
  public var note: @Sendable (String) -> Void = { _ in }
  /// How often a broken connection or a server error is tried again.
  public var retryLimit = 6
  /// Seconds before the first new try.
  public var firstRetryDelay = 0.5
  /// Seconds without a byte after which a connection counts as broken.
  public var stallLimit = 30.0

  public init(cache: String, hub: Hub = Hub()) {
    self.cache = cache
    self.hub = hub
  }

  /// The cache is `$MIDSTREAM_CACHE`, else `$XDG_CACHE_HOME/midstream`, else `~/.cache/midstream`.
  public static func fromEnvironment() throws -> RemoteAccess {
    let cache = Environment.value("MIDSTREAM_CACHE") ?? Environment.cacheFolder + "/midstream"
    return RemoteAccess(cache: cache, hub: try Hub.fromEnvironment())
  }

  func download(_ url: String, to path: String) -> Download {
    var download = Download(url: url, to: path)
    download.retryLimit = retryLimit
    download.firstRetryDelay = firstRetryDelay
    download.stallLimit = stallLimit
    return download
  }

  func poll() throws { if isInterrupted() { throw CancellationError() } }
}
