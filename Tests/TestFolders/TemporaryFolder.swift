import Foundation

/// A folder that goes when the test ends.
package final class TemporaryFolder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.path + "/midstream-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file of this name, with the folders that it needs, and returns its path.
  @discardableResult
  package func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = URL(filePath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  @discardableResult
  package func file(_ name: String, _ text: String) throws -> String {
    try file(name, Array(text.utf8))
  }

  /// The files in one of its folders, by their paths in it.
  /// - Parameter left: what is left out.
  package func contents(of folder: String, without left: Set<String> = []) throws -> [String: Data]
  {
    let root = URL(filePath: path).appending(path: folder)
    var contents: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: root.path)
    where !left.contains(path) {
      if let data = try? Data(contentsOf: root.appending(path: path)) { contents[path] = data }
    }
    return contents
  }
}
