/// The first bytes of a file, for a look at what it holds.
struct BeginningOfFile {
  private let bytes: [UInt8]
  /// Where each line that is not blank begins, behind its indentation.
  private let starts: [Int]

  init(_ file: UnsafeRawBufferPointer) {
    bytes = Array(file.prefix(16_384))
    var starts: [Int] = []
    var isAtStart = true
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0a || byte == 0x0d {
        isAtStart = true
      } else if isAtStart, byte != 0x20, byte != 0x09 {
        isAtStart = false
        starts.append(index)
      }
    }
    self.starts = starts
  }

  /// Whether a line starts with one of these, behind its indentation.
  func hasLine(_ words: StaticString...) -> Bool {
    bytes.withUnsafeBytes { bytes in
      starts.contains { start in words.contains { bytes.begins(with: $0, at: start) } }
    }
  }

  func has(_ words: StaticString...) -> Bool {
    bytes.withUnsafeBytes { bytes in words.contains { bytes.place(of: $0) != nil } }
  }

  /// Whether the first line that is not blank starts with one of these.
  func starts(_ words: StaticString...) -> Bool {
    guard let start = starts.first else { return false }
    return bytes.withUnsafeBytes { bytes in words.contains { bytes.begins(with: $0, at: start) } }
  }
}
