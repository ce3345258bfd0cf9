import Corpora
import Streams

/// A list as a file: plain text in UTF-8, one entry a line, spaces around it left out; empty lines
/// and lines that start with `#` are none. `.gz` and `.zst` are unpacked.
struct ListFile {
  let path: String
  let bytes: [UInt8]
  /// Of an entry in `bytes`, in file order.
  let entries: [Range<Int>]

  /// - Parameter comment: what a line that is no entry starts with.
  init(_ bytes: [UInt8], path: String, comment: StaticString = "#") throws {
    self.path = path
    self.bytes = bytes
    let mark = comment.withUTF8Buffer { Array($0) }
    var entries: [Range<Int>] = []
    var line = 1
    var start = 0
    try bytes.withUnsafeBytes { text in
      // A mark of the byte order says nothing in UTF-8.
      if text.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
      while start < text.count {
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
        let entry = Self.trimmed(text, start..<end)
        let slice = UnsafeRawBufferPointer(rebasing: text[entry])
        if !slice.isEmpty, !slice.starts(with: mark) {
          guard Self.isUTF8(slice) else {
            throw Fault(
              .input, "a list is not UTF-8 text", at: "\(path):\(line)",
              hint: "convert the file to UTF-8")
          }
          entries.append(entry)
        }
        start = end + 1
        line += 1
      }
    }
    guard !entries.isEmpty else {
      throw Fault(.input, "a list has no entries", at: path, expected: "one entry a line")
    }
    self.entries = entries
  }

  /// The list at `path`: for a pack in the binary one of the binary's, else a file, relative to the
  /// pack's folder, and where there is none one of the binary's.
  static func named(
    _ path: String, packFolder: String?, comment: StaticString = "#"
  ) throws -> ListFile {
    if let packFolder {
      let file = path.hasPrefix("/") || packFolder.isEmpty ? path : "\(packFolder)/\(path)"
      if Folder.isFile(file) {
        return try ListFile(
          try InputFile.decompressedBytes(file), path: file, comment: comment)
      }
    }
    guard let bytes = BuiltInFile.bytes("filters/\(path)") else {
      throw Fault(
        .input, "there is no list '\(path)'",
        expected: "a file, from the pack's folder on, or a list of the program")
    }
    return try ListFile(Array(bytes), path: "filters/\(path)", comment: comment)
  }

  private static func trimmed(_ text: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(text[start]) { start += 1 }
    while end > start, isSpace(text[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
  }

  /// Calls `body` with each entry.
  func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { text in
      for entry in entries { body(UnsafeRawBufferPointer(rebasing: text[entry])) }
    }
  }
}
