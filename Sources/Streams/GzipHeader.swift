import Glibc

/// How far the header of a gzip member goes (RFC 1952), told from a bounded number of bytes.
enum GzipHeader: Equatable {
  /// The compressed bytes start so many bytes behind the first of the header.
  case ends(Int)
  /// It goes on behind the bytes that are there.
  case isCut
  /// Its name or its comment has no end where one could be: zlib would look for it in all that
  /// follows.
  case isEndless

  /// Bytes of a name or of a comment, at most.
  private static let textLimit = 1 << 12

  /// - Parameter bytes: start with the mark of a member.
  init(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, bytes.count >= 10 else {
      self = .isCut
      return
    }
    let flags = bytes[3]
    var end = 10
    if flags & 0x04 != 0 {
      guard bytes.count >= end + 2 else {
        self = .isCut
        return
      }
      end += 2 + Int(bytes[end]) + Int(bytes[end + 1]) << 8
    }
    for flag: UInt8 in [0x08, 0x10] where flags & flag != 0 {
      let there = bytes.count - end
      guard there > 0, let zero = memchr(base + end, 0, min(there, Self.textLimit)) else {
        self = there >= Self.textLimit ? .isEndless : .isCut
        return
      }
      end = UnsafeRawPointer(zero) - base + 1
    }
    if flags & 0x02 != 0 { end += 2 }
    self = end <= bytes.count ? .ends(end) : .isCut
  }
}
