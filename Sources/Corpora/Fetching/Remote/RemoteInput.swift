import Foundation
import Streams

/// A file at another machine.
public struct RemoteFile: Sendable, Equatable {
  enum Place: Sendable, Equatable {
    case https
    case hub(HubAddress, commit: String, path: String)
  }

  /// How ids and problems call it: `HOST/PATH`, or `OWNER/NAME/PATH` of a dataset.
  public var name: String
  /// Names exactly this file: for the hub with its commit.
  public var address: String
  /// Nil where the server does not say before the download.
  public var byteCount: Int?
  /// As the hub tells it, in lower-case hexadecimal.
  public var sha256: String?
  let place: Place
}

/// Files that are named by `https://HOST/PATH` or `hf://datasets/OWNER/NAME[@REVISION]/PATH`.
///
///     let input = try RemoteInput("hf://datasets/HuggingFaceFW/fineweb/sample/10BT/*.parquet")
///     for file in try input.files() { print(try input.localPath(of: file)) }
///
/// Copies are kept in the cache of `RemoteAccess`. It blocks its thread: call it from one that may
/// wait.
public struct RemoteInput: Sendable {
  public let text: String
  public let access: RemoteAccess
  private let hubAddress: HubAddress?

  public init(_ text: String, access: RemoteAccess) throws {
    self.text = text
    self.access = access
    if text.prefix(3).lowercased() == "hf:" {
      hubAddress = try HubAddress(text)
    } else {
      hubAddress = nil
      guard Download.accepts(text) else {
        throw Fault(
          .input, "'\(text)' is not an https address", expected: "https://HOST/PATH",
          hint: text.lowercased().hasPrefix("http://")
            ? "plain http is read from this machine only: write https://" : nil)
      }
    }
  }

  public init(_ text: String) throws { try self.init(text, access: .fromEnvironment()) }

  /// Whether `text` names something at another machine and no path of this one.
  public static func isRemote(_ text: String) -> Bool {
    let start = text.prefix(8).lowercased()
    return ["https://", "http://", "hf://"].contains { start.hasPrefix($0) }
  }

  /// The files that the address names, sorted; those of the hub are listed by it.
  public func files() throws -> [RemoteFile] {
    guard let hubAddress else {
      let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
      let name = text[start...].prefix { $0 != "?" && $0 != "#" }
      return [RemoteFile(name: String(name), address: text, place: .https)]
    }
    let listing = try HubListing(hubAddress, access)
    return listing.files.map { entry in
      RemoteFile(
        name: "\(hubAddress.repository)/\(entry.path)",
        address: hubAddress.address(of: entry.path, commit: listing.commit),
        byteCount: entry.byteCount, sha256: entry.sha256,
        place: .hub(hubAddress, commit: listing.commit, path: entry.path))
    }
  }

  /// The path of the file's copy, downloaded where there is none yet or where it has changed.
  /// - Parameter progress: bytes so far, of a file that has to be downloaded.
  public func localPath(
    of file: RemoteFile, progress: (Int) -> Void = { _ in }
  ) throws -> String {
    switch file.place {
    case .https: try WebCopy(file.address, access).path(progress)
    case .hub(let address, let commit, let path):
      try hubCopy(file, address, commit, path, progress)
    }
  }

  /// A file of a commit never changes, so a copy of its size is the file.
  private func hubCopy(
    _ file: RemoteFile, _ address: HubAddress, _ commit: String, _ path: String,
    _ progress: (Int) -> Void
  ) throws -> String {
    let copy = "\(HubListing.folder(of: address, access))/\(commit)/\(path)"
    if Folder.isFile(copy), Folder.byteCount(of: copy) == file.byteCount { return copy }
    let lock = try CacheLock.of(copy, access)
    defer { withExtendedLifetime(lock) {} }
    if Folder.isFile(copy), Folder.byteCount(of: copy) == file.byteCount { return copy }
    let url = access.hub.url(of: path, in: address.repository, commit: commit)
    var download = access.download(url, to: copy)
    download.token = access.hub.token
    download.byteCount = file.byteCount
    download.sha256 = file.sha256
    let hub = access.hub
    download.refusal = { hub.fault(for: $0, address) }
    _ = try download.run(isInterrupted: access.isInterrupted, progress: progress)
    return copy
  }
}

/// Keeps a second process from writing the same copy.
enum CacheLock {
  static func of(_ path: String, _ access: RemoteAccess) throws -> FetchFolderLock {
    try Folder.create(access.cache + "/locks")
    return try FetchFolderLock(
      path: "\(access.cache)/locks/\(ContentDigest(path).hex)", poll: access.poll)
  }
}

/// The copy of a file from an `https` address, with what its server called that version.
private struct WebCopy {
  private struct Record: Codable {
    var address: String
    var etag: String?
    var lastModified: String?
    var bytes: Int
    var sha256: String
  }

  private let url: String
  private let access: RemoteAccess
  private let copy: String
  private let record: String

  init(_ url: String, _ access: RemoteAccess) {
    self.url = url
    self.access = access
    let rest = url[(url.firstRange(of: "://")?.upperBound ?? url.startIndex)...]
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
    let path = rest.prefix { $0 != "?" && $0 != "#" }.dropFirst(host.count)
    let folder = "\(access.cache)/https/\(host.replacing(":", with: "_"))"
    let key = ContentDigest(url).hex.prefix(16)
    copy = "\(folder)/\(key)/\(WebCopy.fileName(Folder.name(of: String(path))))"
    record = "\(folder)/\(key).json"
  }

  /// The end of a long name tells the format.
  static func fileName(_ name: String) -> String {
    if name.isEmpty || name == "." || name == ".." { return "index.html" }
    return name.utf8.count > 200
      ? String(decoding: Array(name.utf8).suffix(200), as: UTF8.self) : name
  }

  func path(_ progress: (Int) -> Void) throws -> String {
    let lock = try CacheLock.of(copy, access)
    defer { withExtendedLifetime(lock) {} }
    let known = try? JSONDecoder().decode(Record.self, from: Data(InputFile.bytes(record)))
    let hasCopy = known.map { Folder.byteCount(of: copy) == $0.bytes && $0.address == url } ?? false
    var download = access.download(url, to: copy)
    if hasCopy { download.retryLimit = min(download.retryLimit, 1) }
    do {
      let version = known.map { Download.Version(etag: $0.etag, lastModified: $0.lastModified) }
      let receipt = try download.fetch(
        unless: hasCopy ? version : nil, isInterrupted: access.isInterrupted, progress: progress)
      if let receipt { try write(receipt) }
    } catch let fault as Fault where fault.kind == .failure && hasCopy {
      access.note(
        "'\(url)' cannot be reached (\(fault.found ?? fault.message)): the copy of last time is used"
      )
    }
    return copy
  }

  private func write(_ receipt: Download.Receipt) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let entry = Record(
      address: url, etag: receipt.version.etag, lastModified: receipt.version.lastModified,
      bytes: receipt.byteCount, sha256: receipt.sha256)
    try OutputFile.write(Array(encoder.encode(entry)) + [UInt8(ascii: "\n")], to: record)
  }
}
