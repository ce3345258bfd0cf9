import Foundation
import Glibc
import Streams

/// `fetch.lock.json`: exactly which packages and files a corpus was made of.
public struct FetchLock: Sendable, Codable, Equatable {
  /// What one source came from.
  public struct Entry: Sendable, Codable, Equatable {
    public var source: String
    public var domain: CorpusDomain?
    public var license: String
    /// `apt`, `path`, `https` or `hf`.
    public var origin: String
    /// The package, for `apt`; the dataset, for `hf`.
    public var package: String?
    /// The package's version, or the dataset's commit.
    public var version: String?
    /// The folder below the fetch folder, or the path of a `path:` source.
    public var location: String
    /// What was downloaded for it: its size and digest.
    public var bytes: Int?
    public var sha256: String?
    /// All that was unpacked; a folder with less is unpacked again.
    public var unpackedFiles: Int?
    public var unpackedBytes: Int?
    /// The files that the source takes of it.
    public var files: Int
    public var fileBytes: Int
    /// Each downloaded file, where there may be several.
    public var downloads: [DownloadedFile]?
    /// Which files of a dataset were asked for: a digest of the manifest's words.
    public var selection: String?
  }

  /// One file that was downloaded.
  public struct DownloadedFile: Sendable, Codable, Equatable {
    /// Below the entry's location.
    public var path: String
    public var address: String
    public var bytes: Int
    public var sha256: String
  }

  public static let fileName = "fetch.lock.json"
  public var version = 1
  public var manifest: String
  public var sources: [Entry]

  init(manifest: String, sources: [Entry]) {
    self.manifest = manifest
    self.sources = sources
  }

  /// The lock of a fetch folder; nil where there is none.
  public init?(folder: String) throws {
    let path = folder + "/" + FetchLock.fileName
    guard Folder.exists(path) else { return nil }
    do {
      self = try JSONDecoder().decode(FetchLock.self, from: Data(InputFile.bytes(path)))
    } catch is DecodingError {
      throw Fault(
        .input, "'\(path)' is not a readable lock", at: path,
        hint: "remove it: the next fetch writes it again")
    }
    guard version == 1 else {
      throw Fault(
        .input, "'\(path)' was written by another version of Midstream", at: path,
        found: "format version \(version)", expected: "format version 1",
        hint: "remove it: the next fetch writes it again")
    }
  }

  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = try encoder.encode(self) + [UInt8(ascii: "\n")]
    let path = folder + "/" + FetchLock.fileName
    if let present = try? InputFile.bytes(path), present.elementsEqual(bytes) { return }
    try OutputFile.write(Array(bytes), to: path)
  }
}

/// Keeps a second fetch out of a folder. The programs that a fetch starts hold it too, so that after
/// a killed fetch the next one waits for what it left running.
final class FetchFolderLock {
  private let descriptor: Int32

  convenience init(folder: String, poll: () throws -> Void) throws {
    try self.init(path: folder + "/.fetching", poll: poll)
  }

  /// Holds the file at `path`, which is made where there is none.
  init(path: String, poll: () throws -> Void) throws {
    // Without O_CLOEXEC on purpose: children inherit the lock.
    descriptor = open(path, O_RDWR | O_CREAT, 0o644)
    guard descriptor >= 0 else { throw Fault.system("write", path) }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        close(descriptor)
        throw Fault.system("lock", path)
      }
      do {
        try poll()
      } catch {
        close(descriptor)
        throw error
      }
      usleep(100_000)
    }
  }

  deinit { close(descriptor) }
}
