import EmbeddedFiles

/// A file of the repository that the program carries in itself.
package enum BuiltInFile {
  /// The bytes of `filters/NAME.yaml`, `corpora-manifests/NAME.yaml` and so on; nil where there is
  /// none of that path.
  package static func bytes(_ path: String) -> UnsafeRawBufferPointer? {
    files.first { String(cString: $0.path) == path }.map {
      UnsafeRawBufferPointer(start: $0.bytes, count: $0.length)
    }
  }

  package static func text(_ path: String) -> String? {
    bytes(path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The names in a folder, without their ending, sorted.
  package static func names(in folder: String, ending: String) -> [String] {
    files.map { String(cString: $0.path) }
      .filter { $0.hasPrefix(folder + "/") && $0.hasSuffix(ending) }
      .map { String($0.dropFirst(folder.count + 1).dropLast(ending.count)) }
      .sorted()
  }

  private static var files: UnsafeBufferPointer<embedded_file> {
    var first: UnsafePointer<embedded_file>?
    let count = embedded_files(&first)
    return UnsafeBufferPointer(start: first, count: count)
  }
}
