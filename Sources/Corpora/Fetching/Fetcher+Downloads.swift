import Streams
import Synchronization

/// The files of one source that were downloaded, or were there already.
struct DownloadedSource {
  var files: [FetchLock.DownloadedFile]
  /// For the hub.
  var commit: String?

  var byteCount: Int { files.reduce(0) { $0 + $1.bytes } }

  /// Sorted by the bytes of their paths.
  var corpusFiles: [CorpusFile] {
    files.map { CorpusFile(path: $0.path, byteCount: $0.bytes) }
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}

/// What one source wants of other machines.
private struct PlannedSource {
  struct File {
    /// Below the source's folder.
    var path: String
    var address: String
    var url: String
    var byteCount: Int?
    var sha256: String?
    /// What is there already.
    var present: FetchLock.DownloadedFile?
  }

  let source: CorpusSource
  var files: [File] = []
  var hub: HubAddress?
  var commit: String?
}

/// What was noted on any thread, in the order in which it came.
private final class Notes: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }

  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

extension CorpusSource {
  /// Names what is asked of a dataset, so that a lock can tell whether it answers the same question.
  func selection(of addresses: [HubAddress]) -> String {
    let parts =
      addresses.map(\.description) + ["include"] + include.map(\.pattern) + ["exclude"]
      + exclude.map(\.pattern) + ["\(fileLimit ?? 0)"]
    return ContentDigest(parts.joined(separator: "\n")).hex
  }
}

extension Fetcher {
  func downloadFolder(_ source: CorpusSource) -> String { "\(folder)/downloads/\(source.name)" }

  /// Brings the files of all sources that come from other machines, by source.
  func fetchDownloads(
    _ work: inout FetchWork, _ received: ReceivedFiles
  ) throws -> [String: DownloadedSource] {
    var plans: [PlannedSource] = []
    for source in work.manifest.sources {
      switch source.origin {
      case .https(let files): plans.append(try plan(source, files, work.old, received))
      case .hub(let addresses):
        do {
          plans.append(try plan(source, addresses, &work))
        } catch let fault as Fault where source.isOptional {
          work.warnings.append("source '\(source.name)' is left out: \(fault.message)")
        }
      case .apt, .path: break
      }
    }
    if plans.isEmpty { return [:] }
    let access = try remoteAccess()
    let missing = plans.indices.flatMap { place in
      plans[place].files.indices.filter { plans[place].files[$0].present == nil }
        .map { (place, $0) }
    }
    let jobs = missing.map {
      (plan: plans[$0].hub, file: plans[$0].files[$1], in: plans[$0].source)
    }
    let downloads = ConcurrentDownloads(byteCounts: jobs.map(\.file.byteCount), progress)
    let results = downloads.run(stopsAtFailure: jobs.allSatisfy { !$0.in.isOptional }) {
      index, progress in
      try poll()
      let job = jobs[index]
      let file = try download(job.file, job.plan, into: downloadFolder(job.in), access, progress)
      received.add(file, for: job.in.name)
      return file
    }
    if let fault = firstFault(results, jobs.map(\.in)) { throw fault }
    var left: Set<String> = []
    for ((place, index), result) in zip(missing, results) {
      let source = plans[place].source
      switch result {
      case .success(let file):
        plans[place].files[index].present = file
        work.downloadedByteCount += file.bytes
      case .failure(let error):
        guard source.isOptional, let fault = error as? Fault else { throw error }
        if left.insert(source.name).inserted {
          work.warnings.append("source '\(source.name)' is left out: \(fault.message)")
        }
      }
    }
    var found: [String: DownloadedSource] = [:]
    for plan in plans where !left.contains(plan.source.name) {
      let files = plan.files.compactMap(\.present)
      found[plan.source.name] = DownloadedSource(files: files, commit: plan.commit)
      try removeOthers(than: files.map(\.path), in: downloadFolder(plan.source))
    }
    return found
  }

  private func remoteAccess() throws -> RemoteAccess {
    var access = try access ?? RemoteAccess.fromEnvironment()
    access.isInterrupted = isInterrupted
    return access
  }

  /// What a user has to mend tells more than that other downloads were given up.
  private func firstFault(
    _ results: [Result<FetchLock.DownloadedFile, any Error>], _ sources: [CorpusSource]
  ) -> Fault? {
    for (result, source) in zip(results, sources) where !source.isOptional {
      if case .failure(let error) = result, let fault = error as? Fault { return fault }
    }
    return nil
  }

  private func download(
    _ file: PlannedSource.File, _ hub: HubAddress?, into folder: String, _ access: RemoteAccess,
    _ progress: (Int) -> Void
  ) throws -> FetchLock.DownloadedFile {
    let path = folder + "/" + file.path
    var download = access.download(file.url, to: path)
    download.sha256 = file.sha256
    download.byteCount = file.byteCount
    if let hub {
      let server = access.hub
      download.token = server.token
      download.refusal = { server.fault(for: $0, hub) }
    }
    let digest = try download.run(isInterrupted: isInterrupted, progress: progress)
    return FetchLock.DownloadedFile(
      path: file.path, address: file.address, bytes: Folder.byteCount(of: path) ?? 0,
      sha256: digest)
  }

  // MARK: Plans

  private func plan(
    _ source: CorpusSource, _ files: [HTTPSFile], _ old: FetchLock?, _ received: ReceivedFiles
  ) throws -> PlannedSource {
    let entry = old?.sources.first { $0.source == source.name }
    let named = source.selected(of: Array(zip(files, files.names)), path: \.1)
    var plan = PlannedSource(source: source)
    for (file, name) in named {
      let locked =
        files.count == 1
        ? entry?.sha256 : entry?.downloads?.first { $0.address == file.url }?.sha256
      let path = downloadFolder(source) + "/" + name
      var planned = PlannedSource.File(
        path: name, address: file.url, url: file.url, sha256: file.sha256)
      if Folder.isFile(path),
        let wanted = file.sha256 ?? received.sha256(of: file.url, for: source.name) ?? locked,
        try SHA256.hex(file: path) == wanted
      {
        planned.present = FetchLock.DownloadedFile(
          path: name, address: file.url, bytes: Folder.byteCount(of: path) ?? 0, sha256: wanted)
      }
      plan.files.append(planned)
    }
    return plan
  }

  private func plan(
    _ source: CorpusSource, _ addresses: [HubAddress], _ work: inout FetchWork
  ) throws -> PlannedSource {
    var plan = PlannedSource(source: source, hub: addresses.first)
    guard let first = addresses.first else { return plan }
    let entry = work.old?.sources.first { $0.source == source.name && $0.origin == "hf" }
    var access = try remoteAccess()
    let notes = Notes()
    access.note = { notes.add($0) }
    defer { work.warnings += notes.all }
    var entries: [String: HubEntry] = [:]
    do {
      for address in addresses {
        let listing = try HubListing(address, commit: plan.commit, access)
        plan.commit = listing.commit
        for file in listing.files { entries[file.path] = file }
      }
    } catch let fault as Fault where fault.kind == .failure {
      guard let locked = lockedPlan(source, addresses, entry) else { throw fault }
      work.warnings.append(
        "source '\(source.name)' is used as it was fetched: the hub cannot be reached")
      return locked
    }
    let commit = plan.commit ?? ""
    if let old = entry?.version, old != commit, entry?.package == first.repository {
      work.warnings.append(
        "source '\(source.name)' was locked at commit \(old.prefix(12)); \(commit.prefix(12)) is"
          + " there now: fetched and locked anew")
    }
    let sorted = entries.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    for file in source.selected(of: sorted, path: \.path) {
      var planned = PlannedSource.File(
        path: file.path, address: first.address(of: file.path, commit: commit),
        url: access.hub.url(of: file.path, in: first.repository, commit: commit),
        byteCount: file.byteCount, sha256: file.sha256)
      planned.present = try present(file, planned.address, of: source, entry, commit)
      plan.files.append(planned)
    }
    return plan
  }

  /// The file where it is there already, by the lock or by its digest.
  private func present(
    _ file: HubEntry, _ address: String, of source: CorpusSource, _ entry: FetchLock.Entry?,
    _ commit: String
  ) throws -> FetchLock.DownloadedFile? {
    let path = downloadFolder(source) + "/" + file.path
    guard Folder.isFile(path), Folder.byteCount(of: path) == file.byteCount else { return nil }
    let locked = entry?.downloads?.first { $0.path == file.path }
    let digest: String
    if let locked, locked.sha256 == file.sha256 || locked.address == address {
      digest = locked.sha256
    } else {
      guard let wanted = file.sha256, try SHA256.hex(file: path) == wanted else { return nil }
      digest = wanted
    }
    return FetchLock.DownloadedFile(
      path: file.path, address: address, bytes: file.byteCount, sha256: digest)
  }

  /// What the lock names, where all of it is there and was asked for in the same words.
  private func lockedPlan(
    _ source: CorpusSource, _ addresses: [HubAddress], _ entry: FetchLock.Entry?
  ) -> PlannedSource? {
    guard let entry, let files = entry.downloads, !files.isEmpty,
      entry.selection == source.selection(of: addresses),
      files.allSatisfy({
        HubAddress.isSafe($0.path)
          && Folder.byteCount(of: downloadFolder(source) + "/" + $0.path) == $0.bytes
      })
    else { return nil }
    let planned = files.map {
      PlannedSource.File(path: $0.path, address: $0.address, url: $0.address, present: $0)
    }
    return PlannedSource(
      source: source, files: planned, hub: addresses.first, commit: entry.version)
  }

  /// Takes away what an older manifest or commit has left.
  private func removeOthers(than kept: [String], in folder: String) throws {
    guard Folder.isFolder(folder) else { return }
    let kept = Set(kept)
    for path in try Folder.files(under: folder) where !kept.contains(path) {
      try Folder.remove(folder + "/" + path)
    }
  }
}
