import Corpora
import Runs
import Streams

/// The corpus of what is named on a command line: files, folders, globs, `https://` and `hf://`
/// addresses. A source is a folder; a document's id is `FOLDER/path` where it has none of its own.
struct InputCorpus {
  let corpus: FetchedCorpus

  /// - Parameter format: of all files; by their names where it is nil.
  init(_ inputs: [String], format: CorpusFormat?, progress: ProgressLine) throws {
    var groups = Groups()
    for input in inputs {
      if RemoteInput.isRemote(input) {
        for file in try Self.fetched(input, progress) { groups.add(remote: file) }
      } else if Folder.isFolder(input) {
        let root = Self.trimmed(input)
        let found = try Folder.files(under: root).filter { !DatasetCard.isCard($0) }
        guard !found.isEmpty else { throw Fault(.input, "the folder '\(input)' has no files") }
        groups.add(root: root, paths: found)
      } else {
        for file in try InputFiles.resolve([input]) { groups.add(local: file.path) }
      }
    }
    corpus = groups.corpus(format)
  }

  /// Downloads with a progress line.
  private static func fetched(
    _ input: String, _ progress: ProgressLine
  ) throws -> [InputFileOnDisk] {
    let shown = ShownBytes()
    var access = try RemoteAccess.fromEnvironment()
    access.isInterrupted = { Interruption.isRequested }
    access.progress = { progress.add(shown.advance(to: $0.byteCount), detail: $0.activity) }
    access.note = { progress.note("fetch: \($0)") }
    progress.begin("fetch", total: 0, unit: "B")
    defer { progress.end() }
    do { return try InputFiles.resolve([input], access: access) } catch is CancellationError {
      throw Interruption.Interrupted()
    }
  }

  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  /// Files by the folder that they are in.
  private struct Groups {
    private var order: [String] = []
    private var names: [String: String] = [:]
    private var paths: [String: [String]] = [:]
    private var known = DistinctFiles()

    mutating func add(root: String, paths new: [String]) {
      let fresh = new.filter { known.insert(root + "/" + $0) }
      if fresh.isEmpty { return }
      if paths[root] == nil { order.append(root) }
      paths[root, default: []] += fresh
    }

    mutating func add(local path: String) {
      let parent = Folder.parent(of: path)
      add(root: parent.isEmpty ? "." : parent, paths: [Folder.name(of: path)])
    }

    /// A copy in the cache keeps the name that it has at its origin.
    mutating func add(remote file: InputFileOnDisk) {
      let root = Folder.parent(of: file.path)
      add(root: root, paths: [Folder.name(of: file.path)])
      names[root] = Folder.parent(of: file.name)
    }

    func corpus(_ format: CorpusFormat?) -> FetchedCorpus {
      var taken: Set<String> = []
      let sources = order.map { root in
        let last = Folder.name(of: root)
        let plain = names[root] ?? ([".", "..", ""].contains(last) ? "own" : last)
        var name = plain
        var number = 1
        while !taken.insert(name).inserted {
          number += 1
          name = "\(plain)-\(number)"
        }
        let sorted = (paths[root] ?? []).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return FetchedSource(
          source: CorpusSource(
            name: name, license: "unknown", format: format,
            origin: .path(root)),
          root: root,
          files: sorted.map {
            CorpusFile(path: $0, byteCount: Folder.byteCount(of: root + "/" + $0) ?? 0)
          })
      }
      return FetchedCorpus(
        manifest: CorpusManifest(name: "own-text", sources: sources.map(\.source), path: ""),
        sources: sources)
    }
  }
}
