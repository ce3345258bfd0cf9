import Glibc
import Runs
import Streams

/// The files of an index's folder: where they are, how they come in and how they go.
///
///     index.json           what belongs to the index; all else is a left-over
///     index.lock
///     state-R              of revision R
///     gN/                  what update N brought, and what a later revision made of it
struct IndexFolder: Sendable {
  let path: String

  func file(_ relative: String) -> String { path + "/" + relative }

  var manifest: String { file(IndexManifest.fileName) }
  static let scratch = "index-scratch"

  static func generation(_ number: Int) -> String { "g" + zeroPadded(number) }
  static func state(_ revision: Int) -> String { "state-" + zeroPadded(revision) }

  /// A file of a kind, unique by its place among those of its kind and the revision that wrote it.
  static func file(_ kind: String, _ place: Int, generation: Int, revision: Int) -> String {
    Self.generation(generation) + "/\(kind)-" + zeroPadded(place) + "-r" + zeroPadded(revision)
  }

  func stamp(_ relative: String) throws -> FileStamp { try FileStamp(path: relative, in: path) }

  /// Brings a finished file in under a new name, without a copy where both are on one file system.
  func take(_ source: String, as relative: String) throws -> FileStamp {
    let target = file(relative)
    try Folder.create(Folder.parent(of: target))
    if link(source, target) != 0 {
      guard [EXDEV, EPERM, EOPNOTSUPP, EMLINK, ENOSYS].contains(errno) else {
        throw Fault.system("write", target)
      }
      try copy(source, to: target)
    }
    try Folder.sync(Folder.parent(of: target))
    try Folder.sync(path)
    return try stamp(relative)
  }

  private func copy(_ source: String, to target: String) throws {
    let bytes = try RandomAccessBytes(path: source)
    let file = try OutputFile(target)
    while file.byteCount < bytes.count {
      let piece = try bytes.bytes(at: file.byteCount, count: 1 << 20)
      guard !piece.isEmpty else { throw Fault.system("read", source, code: EIO) }
      try file.write(piece)
    }
    try file.commit()
  }

  /// Whether a name in the folder is one that an index gives.
  private static func isOwn(_ name: String) -> Bool {
    let name = withoutPart(name)
    return [IndexManifest.fileName, IndexLock.fileName, scratch].contains(name)
      || isNumbered(name, after: "g") || isNumbered(name, after: "state-")
  }

  private static let innerNames = [
    "hashes", "bands", "ids", "sets", "ranks", "equal", "links", "groups", "filter",
  ]

  /// Whether a name in a generation's folder is one that an index gives.
  private static func isOwnInGeneration(_ name: String) -> Bool {
    let words = withoutPart(name).split(separator: "-", omittingEmptySubsequences: false)
    guard let first = words.first, innerNames.contains(String(first)), words.count > 1,
      let last = words.last
    else { return false }
    return isNumbered(String(last), after: "r")
  }

  private static func withoutPart(_ name: String) -> String {
    name.hasSuffix(".part") ? String(name.dropLast(5)) : name
  }

  private static func isNumbered(_ name: String, after prefix: String) -> Bool {
    let digits = name.dropFirst(prefix.count)
    return name.hasPrefix(prefix) && digits.count >= 5
      && digits.utf8.allSatisfy { (48...57).contains($0) }
  }

  /// Removes what an index made and `manifest` does not name: of changes that did not come to their
  /// end, and of the state before. What others have put into the folder stays.
  func removeLeftOvers(_ manifest: (some SealedRecord)?) throws {
    guard Folder.isFolder(path) else { return }
    let kept = Set(manifest?.all.map(\.path) ?? [])
    for name in try Folder.names(in: path) where Self.isOwn(name) {
      if name == IndexLock.fileName || name == IndexManifest.fileName || kept.contains(name) {
        continue
      }
      if !Folder.isFolder(file(name)) || name == Self.scratch {
        try Folder.remove(file(name))
        continue
      }
      for inner in try Folder.names(in: file(name))
      where !kept.contains(name + "/" + inner) && Self.isOwnInGeneration(inner) {
        try Folder.remove(file(name + "/" + inner))
      }
      if try Folder.names(in: file(name)).isEmpty { try Folder.remove(file(name)) }
    }
  }

  /// - Throws: an input fault where a new index would come to lie among other files.
  func checkFitForNew() throws {
    guard Folder.exists(path) else { return }
    guard Folder.isFolder(path) else {
      throw Fault.system("make the index", path, code: ENOTDIR)
    }
    guard let other = try Folder.names(in: path).first(where: { !Self.isOwn($0) }) else { return }
    throw Fault(
      .input, "'\(path)' is no deduplication index and not empty", at: path, found: "'\(other)'",
      expected: "an index, or a folder for a new one", hint: "give another --index")
  }
}
