import Corpora
import Glibc
import Streams

/// Where a pack stands: in a file, or in the program.
struct PackSource: Equatable {
  /// The name of the file for faults; `filters/NAME.yaml` for a pack of the program.
  let path: String
  /// Where the files and packs that it names are looked for first; nil for a pack of the program.
  let folder: String?
  /// The same for one pack by all its names: the real path of its file, or `built-in:NAME`.
  let identity: String

  init(file path: String) {
    self.path = path
    folder = Folder.parent(of: path)
    identity = Self.realPath(path) ?? path
  }

  private init(builtIn name: String) {
    path = Self.builtInPath(name)
    folder = nil
    identity = "built-in:\(name)"
  }

  /// The pack of this name, nil where there is none. A `name` with a slash or `.yaml` is the path of
  /// a file, which may be missing.
  /// - Parameters:
  ///   - packFolder: that of the pack that names it; nil where none does, or one of the program.
  ///   - folder: where packs are looked for before the built-in ones.
  static func find(_ name: String, beside packFolder: String?, folder: String?) -> PackSource? {
    if isPath(name) {
      if let packFolder, !name.hasPrefix("/") {
        let path = Self.path(name, in: packFolder)
        if Folder.isFile(path) { return PackSource(file: path) }
      }
      return PackSource(file: name)
    }
    for folder in [packFolder, folder].compactMap({ $0 }) {
      let path = Self.path("\(name).yaml", in: folder)
      if Folder.isFile(path) { return PackSource(file: path) }
    }
    return isBuiltIn(name) ? PackSource(builtIn: name) : nil
  }

  /// Whether a name is that of a file.
  static func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".yaml") }

  static func isBuiltIn(_ name: String) -> Bool { BuiltInFile.text(builtInPath(name)) != nil }

  /// The pack as YAML.
  func yaml() throws -> String {
    if folder == nil, let yaml = BuiltInFile.text(path) { return yaml }
    guard let yaml = String(validating: try InputFile.bytes(path), as: UTF8.self) else {
      throw Fault(.input, "'\(path)' is not UTF-8 text", at: path)
    }
    return yaml
  }

  private static func builtInPath(_ name: String) -> String { "filters/\(name).yaml" }

  private static func path(_ name: String, in folder: String) -> String {
    folder.isEmpty ? name : "\(folder)/\(name)"
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
