import Corpora
import Streams

/// The files of a folder by format and ending.
struct FolderListing: Encodable {
  /// Files of one ending.
  struct Group: Encodable {
    /// ".jsonl.zst"; empty where the name has none.
    var ending: String
    /// Nil where the ending says nothing.
    var format: CorpusFormat?
    var files: Int
    var bytes: Int
    /// The first of them.
    var example: String
  }

  /// The folder or file as it was given.
  let path: String
  let fileCount: Int
  let byteCount: Int
  /// Most bytes first.
  let groups: [Group]

  private enum CodingKeys: String, CodingKey {
    case path, groups
    case fileCount = "files"
    case byteCount = "bytes"
  }

  /// The folder that holds the files, and the files below it.
  let root: String
  let files: [CorpusFile]

  init(_ path: String) throws {
    self.path = path
    guard Folder.exists(path) else { throw InputPath.missing(path) }
    if Folder.isFolder(path) {
      root = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
      let root = root
      files = try Folder.files(under: root).map {
        CorpusFile(path: $0, byteCount: Folder.byteCount(of: root + "/" + $0) ?? 0)
      }
    } else {
      try InputPath.checkFile(path)
      let parent = Folder.parent(of: path)
      root = parent.isEmpty ? "." : parent
      files = [
        CorpusFile(path: Folder.name(of: path), byteCount: Folder.byteCount(of: path) ?? 0)
      ]
    }
    fileCount = files.count
    byteCount = files.reduce(0) { $0 + $1.byteCount }
    var groups: [String: Group] = [:]
    for file in files {
      let ending = Self.ending(of: file.path)
      var group =
        groups[ending]
        ?? Group(
          ending: ending, format: CorpusFormat(path: file.path), files: 0, bytes: 0,
          example: file.path)
      group.files += 1
      group.bytes += file.byteCount
      groups[ending] = group
    }
    self.groups = groups.values.sorted { ($1.bytes, $0.ending) < ($0.bytes, $1.ending) }
  }

  /// The ending with that of the compression: ".html.gz".
  private static func ending(of path: String) -> String {
    var name = Folder.name(of: path).lowercased()
    var packed = ""
    for ending in [".gz", ".zst"] where name.hasSuffix(ending) {
      name.removeLast(ending.count)
      packed = ending
    }
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return packed }
    return String(name[dot...]) + packed
  }

  /// Files of an ending, spread evenly over the folder.
  func spread(_ count: Int, of group: Group) -> [CorpusFile] {
    let all = files.filter { $0.byteCount > 0 && Self.ending(of: $0.path) == group.ending }
    guard all.count > count else { return all }
    return (0..<count).map { all[$0 * all.count / count] }
  }
}
