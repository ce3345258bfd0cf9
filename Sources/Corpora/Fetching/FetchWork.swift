import Streams

/// What a fetch gathers on its way.
struct FetchWork {
  let manifest: CorpusManifest
  let old: FetchLock?
  var warnings: [String] = []
  var entries: [FetchLock.Entry] = []
  var downloadedByteCount = 0
  private var listings: [String: [CorpusFile]] = [:]

  init(manifest: CorpusManifest, old: FetchLock?) {
    self.manifest = manifest
    self.old = old
  }

  var packageGlobs: Set<String> {
    Set(
      manifest.sources.compactMap {
        if case .apt(let glob) = $0.origin { glob } else { nil }
      })
  }

  /// All files of a package, listed once.
  mutating func files(under root: String) throws -> [CorpusFile] {
    if let known = listings[root] { return known }
    let files = try FileListing.files(under: root)
    listings[root] = files
    return files
  }

  mutating func forgetFiles(under root: String) { listings[root] = nil }

  mutating func reportAbsent(_ offers: [String: PackageOffer]) throws {
    for source in manifest.sources {
      guard case .apt(let glob) = source.origin, offers[glob] == nil else { continue }
      try reportNothing(source, "no package on offer matches '\(glob)'")
    }
  }

  /// Once a folder, however many sources read it.
  mutating func reportLinks(_ count: Int, below folder: String) {
    let links = count == 1 ? "1 symbolic link is" : "\(count) symbolic links are"
    let warning = "below '\(folder)' \(links) not followed"
    if !warnings.contains(warning) { warnings.append(warning) }
  }

  mutating func reportNewer(_ offers: [String: PackageOffer]) {
    for source in manifest.sources {
      guard case .apt(let glob) = source.origin, let offer = offers[glob],
        let entry = old?.sources.first(where: { $0.source == source.name }),
        let package = entry.package, let version = entry.version,
        package != offer.name || version != offer.version
      else { continue }
      warnings.append(
        "source '\(source.name)' was locked at \(package) \(version); \(offer.name)"
          + " \(offer.version) is offered now: fetched and locked anew")
    }
  }

  mutating func reportNothing(_ source: CorpusSource, _ message: String) throws {
    guard source.isOptional else {
      throw Fault(
        .input, "source '\(source.name)' is empty: \(message)", at: manifest.path,
        hint: "correct its patterns, or write optional: true to go on without it")
    }
    warnings.append("source '\(source.name)' is left out: \(message)")
  }
}
