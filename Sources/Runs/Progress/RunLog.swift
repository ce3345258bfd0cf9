import Foundation
import Glibc
import Logging
import Streams
import Synchronization

/// Appends a run's log to `run.log` in its folder: a line an event, with time and level.
public struct RunLog: LogHandler {
  public static let path = "run.log"

  public var logLevel: Logger.Level = .info
  public var metadata: Logger.Metadata = [:]
  private let file: AppendedFile

  public init(_ run: RunFolder) throws { file = try AppendedFile(run.file(Self.path)) }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    let values = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
    let suffix = values.map { " \($0.key)=\($0.value)" }.joined()
    let time = Date().formatted(.iso8601)
    file.append("\(time) \(event.level) \(event.message)\(suffix)\n")
  }

  /// Lines of several threads, each whole.
  private final class AppendedFile: Sendable {
    private let descriptor: Mutex<Int32>

    init(_ path: String) throws {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw Fault.system("write", path) }
      self.descriptor = Mutex(descriptor)
    }

    deinit { _ = descriptor.withLock { close($0) } }

    /// A log that cannot be written must not end a run.
    func append(_ line: String) {
      descriptor.withLock { descriptor in
        _ = Array(line.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      }
    }
  }
}
