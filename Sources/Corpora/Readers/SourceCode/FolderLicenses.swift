import Streams

/// The licence files of the folders of a source, which say what the source code in them stands under.
package struct FolderLicenses {
  private let source: FetchedSource
  /// By folder; the outermost is empty.
  private var known: [String: [String]] = [:]

  package init(_ source: FetchedSource) { self.source = source }

  /// The licence files on which the metadata of the source code among these files may depend: those
  /// of its folders and of all folders around them.
  /// - Returns: paths relative to the source's root, sorted.
  package mutating func paths(for files: [CorpusFile]) -> [String] {
    var folders: Set<String> = []
    for file in files where source.source.format(of: file.path) == .code {
      var folder = Folder.parent(of: file.path)
      while folders.insert(folder).inserted, !folder.isEmpty { folder = Folder.parent(of: folder) }
    }
    return folders.flatMap { licenses(in: $0) }.sorted()
  }

  private mutating func licenses(in folder: String) -> [String] {
    if let paths = known[folder] { return paths }
    let root = source.root
    let path = folder.isEmpty ? root : root.isEmpty ? folder : root + "/" + folder
    // A folder that cannot be listed has no licence that can be read.
    let names = (try? Folder.names(in: path)) ?? []
    let paths = names.filter(LicenseDetector.isLicenseFile).map {
      folder.isEmpty ? $0 : folder + "/" + $0
    }
    known[folder] = paths
    return paths
  }
}
