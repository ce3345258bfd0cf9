/// The members of a JSON object without its braces, which must be valid JSON.
struct JSONMembers: Sequence, IteratorProtocol {
  struct Member {
    /// With its quotes, as it stands.
    var key: UnsafeRawBufferPointer
    /// The key, the colon and the value.
    var bytes: UnsafeRawBufferPointer
  }

  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func next() -> Member? {
    skip { $0 == UInt8(ascii: ",") || Self.isSpace($0) }
    guard position < bytes.count else { return nil }
    let start = position
    skipString()
    let keyEnd = position
    skip { $0 == UInt8(ascii: ":") || Self.isSpace($0) }
    let valueStart = position
    skipValue()
    var end = position
    while end > valueStart, Self.isSpace(bytes[end - 1]) { end -= 1 }
    // What is no JSON must not stop here for ever.
    if position == start { position = bytes.count }
    return Member(
      key: UnsafeRawBufferPointer(rebasing: bytes[start..<keyEnd]),
      bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }

  private mutating func skip(_ takes: (UInt8) -> Bool) {
    while position < bytes.count, takes(bytes[position]) { position += 1 }
  }

  /// From an opening quote to behind the closing one.
  private mutating func skipString() {
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = Swift.min(position + 1, bytes.count)
  }

  /// To the comma behind the value, or to the end.
  private mutating func skipValue() {
    var depth = 0
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        skipString()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ",") where depth == 0: return
      default: break
      }
      position += 1
    }
  }
}
