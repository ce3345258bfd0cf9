import Glibc
import Streams

/// How far a fetch is.
public struct FetchProgress: Sendable, Equatable {
  /// Of what must be downloaded.
  public var byteCount: Int
  /// Nil where a server does not say.
  public var totalByteCount: Int?
  /// What is being done, for example `downloading 12 packages`.
  public var activity: String
}

/// Brings the files of a manifest into a folder and records them in `fetch.lock.json`.
///
/// The folder holds `packages/` (Debian packages, unpacked and not installed) and `downloads/` (a
/// folder for each source that was downloaded).
/// What is complete stays: an interrupted fetch that is started again ends with the same folder.
/// A fetch blocks its thread.
public struct Fetcher: Sendable {
  public var folder: String
  /// Asked many times a second; true ends the fetch with a `CancellationError`.
  public var isInterrupted: @Sendable () -> Bool
  public var progress: @Sendable (FetchProgress) -> Void
  /// How the hub and other servers are reached; nil for what the environment says.
  public var access: RemoteAccess?

  public init(
    folder: String, isInterrupted: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (FetchProgress) -> Void = { _ in }
  ) {
    self.folder = folder
    self.isInterrupted = isInterrupted
    self.progress = progress
  }

  /// Fetches what is missing and returns the files of each source.
  public func fetch(_ manifest: CorpusManifest) throws -> FetchedCorpus {
    try Folder.create(folder)
    let lock = try FetchFolderLock(folder: folder, poll: poll)
    defer { withExtendedLifetime(lock) {} }
    let scratch = folder + "/unfinished"
    try Folder.create(scratch)
    // Packages that an interrupted fetch has brought are used again; apt and the digest check them.
    for name in try Folder.names(in: scratch)
    where !name.hasSuffix(".deb") && name != ReceivedFiles.fileName {
      try Folder.remove(scratch + "/" + name)
    }
    var work = FetchWork(manifest: manifest, old: oldLock())
    let packages = try fetchPackages(&work, scratch: absolute(scratch))
    let downloads = try fetchDownloads(&work, ReceivedFiles(folder: scratch))
    let fetched = try collect(&work, packages: packages, downloads: downloads)
    try removeOldPackages(keeping: work.entries)
    try FetchLock(manifest: manifest.name, sources: work.entries).write(to: folder)
    try Folder.remove(scratch)
    return fetched
  }

  /// A lock that cannot be read is written anew: nothing depends on it but the comparison.
  private func oldLock() -> FetchLock? { (try? FetchLock(folder: folder)) ?? nil }

  func poll() throws { if isInterrupted() { throw CancellationError() } }

  private func absolute(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  // MARK: Packages

  /// The package of each glob, unpacked.
  private func fetchPackages(
    _ work: inout FetchWork, scratch: String
  ) throws -> [String: PackageOffer] {
    let globs = work.packageGlobs
    if globs.isEmpty { return [:] }
    guard AptClient.isPresent else { return try lockedPackages(&work) }
    let client = AptClient(scratch: scratch, poll: poll)
    progress(FetchProgress(byteCount: 0, totalByteCount: nil, activity: "asking apt"))
    let offers = try client.offers(for: globs)
    if offers.isEmpty, try !client.hasPackageLists() { return try lockedPackages(&work) }
    try work.reportAbsent(offers)
    work.reportNewer(offers)
    var missing: [PackageOffer] = []
    for offer in Set(offers.values.map(\.folderName)).sorted() {
      guard let offer = offers.values.first(where: { $0.folderName == offer }) else { continue }
      if try !isComplete(offer, &work) { missing.append(offer) }
    }
    try download(missing, client, &work)
    return offers
  }

  private func download(
    _ missing: [PackageOffer], _ client: AptClient, _ work: inout FetchWork
  ) throws {
    if missing.isEmpty { return }
    let total = missing.reduce(0) { $0 + $1.byteCount }
    let activity = "downloading \(missing.count) packages"
    let paths = try client.download(missing) {
      progress(FetchProgress(byteCount: $0, totalByteCount: total, activity: activity))
    }
    work.downloadedByteCount += total
    for (offer, path) in zip(missing, paths) {
      let activity = "unpacking \(offer.name)"
      progress(FetchProgress(byteCount: total, totalByteCount: total, activity: activity))
      work.forgetFiles(under: packageFolder(offer))
      try Folder.remove(packageFolder(offer))
      try client.unpack(path, into: absolute(folder) + "/packages/" + offer.folderName)
      try Folder.remove(path)
    }
  }

  private func packageFolder(_ offer: PackageOffer) -> String {
    folder + "/packages/" + offer.folderName
  }

  /// A folder appears by a rename, so it is whole unless someone took files away since.
  private func isComplete(_ offer: PackageOffer, _ work: inout FetchWork) throws -> Bool {
    let folder = packageFolder(offer)
    guard Folder.isFolder(folder) else { return false }
    let entry = work.old?.sources.first { $0.location == "packages/" + offer.folderName }
    guard let entry else { return true }
    let files = try work.files(under: folder)
    return entry.unpackedFiles == files.count
      && entry.unpackedBytes == files.reduce(0) { $0 + $1.byteCount }
  }

  /// Without apt or its lists: what the lock names, where it is complete.
  private func lockedPackages(_ work: inout FetchWork) throws -> [String: PackageOffer] {
    var offers: [String: PackageOffer] = [:]
    for source in work.manifest.sources {
      guard case .apt(let glob) = source.origin else { continue }
      if let entry = work.old?.sources.first(where: { $0.source == source.name }),
        let name = entry.package, let version = entry.version, let sha256 = entry.sha256,
        PathGlob(glob).matches(name)
      {
        let offer = PackageOffer(
          name: name, version: version, byteCount: entry.bytes ?? 0, sha256: sha256)
        if try isComplete(offer, &work) {
          offers[glob] = offer
          continue
        }
      }
      if source.isOptional {
        work.warnings.append("source '\(source.name)' is left out: no package list to find it in")
        continue
      }
      guard AptClient.isPresent else {
        throw Fault(
          .input, "source '\(source.name)' needs apt, which this machine does not have",
          at: work.manifest.path, found: "apt: \(glob)", expected: "Debian, Ubuntu or the like",
          hint: "unpack the package elsewhere, copy it here, and write path: FOLDER instead of"
            + " apt: \(glob)")
      }
      throw Fault(
        .input, "apt has no package lists, so it cannot find '\(glob)'", at: work.manifest.path,
        hint: "run `apt-get update`")
    }
    return offers
  }

  /// Versions that the new lock no longer names.
  private func removeOldPackages(keeping entries: [FetchLock.Entry]) throws {
    let packages = folder + "/packages"
    guard Folder.isFolder(packages) else { return }
    let kept = Set(entries.map(\.location))
    for name in try Folder.names(in: packages) where !kept.contains("packages/" + name) {
      try Folder.remove(packages + "/" + name)
    }
  }

  // MARK: The result

  private func collect(
    _ work: inout FetchWork, packages: [String: PackageOffer],
    downloads: [String: DownloadedSource]
  ) throws -> FetchedCorpus {
    var sources: [FetchedSource] = []
    for source in work.manifest.sources {
      try poll()
      var entry = FetchLock.Entry(
        source: source.name, domain: source.domain, license: source.license, origin: "",
        location: "", files: 0, fileBytes: 0)
      let root: String
      let all: [CorpusFile]
      switch source.origin {
      case .apt(let glob):
        guard let offer = packages[glob] else { continue }
        root = packageFolder(offer)
        all = try work.files(under: root)
        entry.origin = "apt"
        entry.location = "packages/" + offer.folderName
        entry.package = offer.name
        entry.version = offer.version
        entry.bytes = offer.byteCount
        entry.sha256 = offer.sha256
        entry.unpackedFiles = all.count
        entry.unpackedBytes = all.reduce(0) { $0 + $1.byteCount }
      case .path(let path):
        let base = Folder.parent(of: work.manifest.path)
        guard let found = try FileListing.files(atPath: path, relativeTo: base) else {
          try work.reportNothing(source, "there is nothing at '\(path)'")
          continue
        }
        (root, all) = (found.root, found.files)
        if found.linkCount > 0 { work.reportLinks(found.linkCount, below: root) }
        entry.origin = "path"
        entry.location = path
      case .https(let addresses):
        guard let download = downloads[source.name] else { continue }
        root = downloadFolder(source)
        all = download.corpusFiles
        entry.origin = "https"
        entry.location = "downloads/\(source.name)"
        entry.bytes = download.byteCount
        if addresses.count == 1, let file = download.files.first {
          entry.location += "/" + file.path
          entry.sha256 = file.sha256
        } else {
          entry.downloads = download.files
        }
      case .hub(let addresses):
        guard let download = downloads[source.name] else { continue }
        root = downloadFolder(source)
        all = download.corpusFiles
        entry.origin = "hf"
        entry.location = "downloads/\(source.name)"
        entry.package = addresses.first?.repository
        entry.version = download.commit
        entry.bytes = download.byteCount
        entry.downloads = download.files
        entry.selection = source.selection(of: addresses)
      }
      let files = source.selected(of: all, path: \.path)
      if files.isEmpty {
        try work.reportNothing(source, "none of its \(all.count) files passes include and exclude")
        continue
      }
      let fetched = FetchedSource(
        source: source, root: root, files: files, package: entry.package, version: entry.version)
      entry.files = files.count
      entry.fileBytes = fetched.byteCount
      work.entries.append(entry)
      sources.append(fetched)
    }
    return FetchedCorpus(
      manifest: work.manifest, sources: sources, warnings: work.warnings,
      downloadedByteCount: work.downloadedByteCount)
  }
}
