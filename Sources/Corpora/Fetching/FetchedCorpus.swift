import Glibc
import Streams

/// One file of a source.
public struct CorpusFile: Sendable, Codable, Equatable {
  /// Relative to the source's root.
  public var path: String
  /// On disk, before decompression.
  public var byteCount: Int

  public init(path: String, byteCount: Int) {
    self.path = path
    self.byteCount = byteCount
  }
}

/// A source whose files are on this machine.
public struct FetchedSource: Sendable, Equatable {
  public var source: CorpusSource
  /// The folder that holds the files.
  public var root: String
  /// Those that the source takes, sorted by the bytes of their paths.
  public var files: [CorpusFile]
  /// Package and version, for `apt`.
  public var package: String?
  public var version: String?

  public init(
    source: CorpusSource, root: String, files: [CorpusFile], package: String? = nil,
    version: String? = nil
  ) {
    self.source = source
    self.root = root
    self.files = files
    self.package = package
    self.version = version
  }

  public var byteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
}

/// A corpus whose files are on this machine, ready to be read.
public struct FetchedCorpus: Sendable, Equatable {
  public var manifest: CorpusManifest
  /// In the manifest's order; optional sources that were not found are left out.
  public var sources: [FetchedSource]
  /// What the user should know: newer versions, absent optional sources.
  public var warnings: [String]
  /// Bytes that this fetch downloaded; 0 where everything was there.
  public var downloadedByteCount: Int

  public init(
    manifest: CorpusManifest, sources: [FetchedSource], warnings: [String] = [],
    downloadedByteCount: Int = 0
  ) {
    self.manifest = manifest
    self.sources = sources
    self.warnings = warnings
    self.downloadedByteCount = downloadedByteCount
  }
}

/// Finds the files of a source below a root.
enum FileListing {
  /// The files of a `path:` source.
  struct Found {
    var root: String
    var files: [CorpusFile]
    /// Symbolic links below the folder, which are not followed.
    var linkCount = 0
  }

  /// All regular files below `root` with their sizes, sorted by the bytes of their paths.
  static func files(under root: String) throws -> [CorpusFile] { try found(under: root).files }

  private static func found(under root: String) throws -> Found {
    let listing = try Folder.listing(under: root)
    let files = listing.files.filter { !DatasetCard.isCard($0) }.map {
      CorpusFile(path: $0, byteCount: Folder.byteCount(of: root + "/" + $0) ?? 0)
    }
    return Found(root: root, files: files, linkCount: listing.linkCount)
  }

  /// The root and the files of a `path:` source; relative paths start at `folder`.
  static func files(atPath given: String, relativeTo folder: String) throws -> Found? {
    let path = given.hasPrefix("/") || folder.isEmpty ? given : folder + "/" + given
    if Folder.isFolder(path) {
      return try found(
        under: path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
    }
    if let byteCount = Folder.byteCount(of: path) {
      let file = CorpusFile(path: Folder.name(of: path), byteCount: byteCount)
      let root = Folder.parent(of: path)
      return Found(root: root.isEmpty ? "." : root, files: [file])
    }
    let prefix = PathGlob(path).literalPrefix
    guard prefix.utf8.count < path.utf8.count else { return nil }
    let root = Folder.parent(of: prefix)
    guard Folder.isFolder(root.isEmpty ? "." : root) else { return nil }
    let skipped = root.isEmpty ? 0 : root == "/" ? 1 : root.utf8.count + 1
    let glob = PathGlob(String(decoding: path.utf8.dropFirst(skipped), as: UTF8.self))
    var all = try found(under: root.isEmpty ? "." : root)
    all.files.removeAll { !glob.matches($0.path) }
    return all
  }
}
