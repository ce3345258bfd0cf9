import Foundation
import Streams

/// Real pages and texts in the folder beside the package, where it is present.
enum SharedData {
  static let root =
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path + "/../shared/data/"

  /// The decompressed file, or nil, with a printed reason, where it is absent.
  static func bytes(_ path: String) throws -> [UInt8]? {
    guard Folder.isFile(root + path) else {
      print("skipped: no shared data '\(path)' beside the package")
      return nil
    }
    return try InputFile.decompressedBytes(root + path)
  }

  /// The regular files of a tar archive by the last part of their names.
  static func archive(_ path: String) throws -> [(name: String, bytes: ArraySlice<UInt8>)]? {
    guard let bytes = try bytes(path) else { return nil }
    var files: [(name: String, bytes: ArraySlice<UInt8>)] = []
    var start = 0
    while start + 512 <= bytes.count, bytes[start] != 0 {
      let name = String(decoding: bytes[start..<start + 100].prefix { $0 != 0 }, as: UTF8.self)
      let octal = String(decoding: bytes[start + 124..<start + 135], as: UTF8.self)
      let size = Int(octal.trimmingCharacters(in: .whitespaces), radix: 8) ?? 0
      let kind = bytes[start + 156]
      if kind == 48 || kind == 0 {
        files.append((name, bytes[start + 512..<start + 512 + size]))
      }
      start += 512 + (size + 511) / 512 * 512
    }
    return files
  }
}
