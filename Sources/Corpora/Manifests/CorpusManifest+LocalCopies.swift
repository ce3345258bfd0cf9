import Runs
import Streams

extension CorpusManifest {
  /// Reads sources from folders of this machine instead of where the manifest says, for example from
  /// a copy of a dataset that is there already.
  ///
  /// Of a folder that keeps a dataset's own paths the source takes the same files as from the hub.
  /// Where none of them is found, it takes what `include` and `exclude` leave of the folder.
  /// - Parameter folders: a file, folder or glob for each source; relative to the working folder.
  public func usingLocalCopies(_ folders: [String: String]) throws -> CorpusManifest {
    let names = sources.map(\.name)
    for name in folders.keys.sorted() where !names.contains(name) {
      throw Fault(
        .input, "the manifest '\(self.name)' has no source '\(name)'", at: path,
        expected: names.joined(separator: ", "),
        hint: NearestName.find(name, in: names).map { "did you mean '\($0)'?" })
    }
    var copy = self
    for index in copy.sources.indices {
      let source = copy.sources[index]
      guard let folder = folders[source.name] else { continue }
      let place = WorkingFolder.absolute(folder)
      if case .hub(let addresses) = source.origin, source.include.isEmpty,
        Folder.isFolder(place)
      {
        let globs = addresses.map(\.path).filter { !$0.isEmpty }
          .flatMap { [PathGlob($0), PathGlob($0 + "/**")] }
        let files = try Folder.files(under: place).map { Array($0.utf8) }
        if files.contains(where: { file in globs.contains { $0.matches(file) } }) {
          copy.sources[index].include = globs
        }
      }
      copy.sources[index].origin = .path(place)
    }
    return copy
  }
}
