import CSimdJSON

/// Text and source code as they are.
public enum PlainText {
  static let notUTF8 = "the text is not UTF-8"

  /// Takes UTF-8 as it is, without a byte order mark.
  public static func extract(_ raw: RawDocument, _ text: inout [UInt8]) -> String? {
    guard isUTF8(raw.bytes) else { return notUTF8 }
    let hasMark = raw.bytes.starts(with: [0xef, 0xbb, 0xbf])
    text.append(contentsOf: hasMark ? raw.bytes.dropFirst(3) : raw.bytes[...])
    return nil
  }

  /// Whether the bytes are valid UTF-8.
  public static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    json_is_utf8(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count) != 0
  }
}
