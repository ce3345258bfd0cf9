import Glibc

/// Folders and the files in them, by path.
public enum Folder {
  /// Creates the folder and its parents; nothing where it exists.
  public static func create(_ path: String) throws {
    if path.isEmpty || isFolder(path) { return }
    try create(parent(of: path))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw Fault.system("create the folder", path)
    }
    guard isFolder(path) else { throw Fault.system("create the folder", path, code: ENOTDIR) }
  }

  public static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

  public static func isFile(_ path: String) -> Bool { mode(path) == S_IFREG }

  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func mode(_ path: String) -> mode_t? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mode & S_IFMT
  }

  /// The size of a file in bytes, or nil where there is none.
  public static func byteCount(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int(status.st_size)
  }

  /// When a file was last changed, in nanoseconds since 1970, or nil where there is none.
  public static func modificationTime(of path: String) -> Int? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }

  /// "a/b" for "a/b/c", "" for "c", "/" for "/c".
  public static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last component of a path.
  public static func name(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return path }
    return String(path[path.index(after: slash)...])
  }

  /// The names in a folder, sorted by bytes, without "." and "..".
  public static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path.isEmpty ? "." : path) else {
      throw Fault.system("list the folder", path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What lies under a folder.
  public struct Listing: Sendable, Equatable {
    /// The regular files at any depth, as paths relative to the folder, sorted by bytes.
    public var files: [String] = []
    /// Symbolic links, which are not followed.
    public var linkCount = 0
  }

  /// The regular files under a folder, at any depth, as paths relative to it, sorted by bytes.
  /// Symbolic links are not followed.
  public static func files(under path: String) throws -> [String] {
    try listing(under: path).files
  }

  /// The regular files under a folder and the number of links that are not followed.
  public static func listing(under path: String) throws -> Listing {
    var found = Listing()
    func walk(_ relative: String) throws {
      for name in try names(in: relative.isEmpty ? path : path + "/" + relative) {
        let child = relative.isEmpty ? name : relative + "/" + name
        var status = stat()
        guard lstat(path + "/" + child, &status) == 0 else {
          throw Fault(
            .input, "a file below '\(path)' cannot be looked at", at: path + "/" + child,
            found: String(cString: strerror(errno)),
            hint: "names must be UTF-8: rename it, or leave it out of the folder")
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: try walk(child)
        case S_IFREG: found.files.append(child)
        case S_IFLNK: found.linkCount += 1
        default: break
        }
      }
    }
    try walk("")
    found.files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return found
  }

  /// Gives the folder `aside` the name `path`, in place of what was there.
  public static func replace(_ path: String, with aside: String) throws {
    try remove(path)
    guard rename(aside, path) == 0 else { throw Fault.system("write", path) }
  }

  /// Removes a file or a folder with all that is in it; nothing where there is none.
  public static func remove(_ path: String) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    if status.st_mode & S_IFMT == S_IFDIR {
      for name in try names(in: path) { try remove(path + "/" + name) }
      guard rmdir(path) == 0 else { throw Fault.system("remove", path) }
    } else {
      guard unlink(path) == 0 else { throw Fault.system("remove", path) }
    }
  }

  package static func sync(_ path: String) throws {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Fault.system("sync the folder", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Fault.system("sync the folder", path) }
  }
}
