import Foundation
import Glibc
import Streams
import Synchronization

/// The files that an unfinished fetch has brought, a line each: the lock names them only when all
/// is there, and without this list a fetch that was killed would bring those without a digest again.
final class ReceivedFiles: Sendable {
  static let fileName = "received.jsonl"

  private struct Line: Codable {
    var source: String
    var file: FetchLock.DownloadedFile
  }

  private let path: String
  private let known: [String: [FetchLock.DownloadedFile]]
  private let writing = Mutex(())

  init(folder: String) {
    path = folder + "/" + ReceivedFiles.fileName
    var known: [String: [FetchLock.DownloadedFile]] = [:]
    let bytes = (try? InputFile.bytes(path)) ?? []
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      // A line that was cut is a file that comes again.
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(line)) else { continue }
      known[line.source, default: []].append(line.file)
    }
    self.known = known
  }

  /// The digest that the file from this address had when it came.
  func sha256(of address: String, for source: String) -> String? {
    known[source]?.last { $0.address == address }?.sha256
  }

  /// A list that cannot be written costs nothing but the next fetch's time.
  func add(_ file: FetchLock.DownloadedFile, for source: String) {
    guard let bytes = try? JSONEncoder().encode(Line(source: source, file: file)) else { return }
    writing.withLock { _ in
      let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      let line = Array(bytes) + [UInt8(ascii: "\n")]
      _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
  }
}
