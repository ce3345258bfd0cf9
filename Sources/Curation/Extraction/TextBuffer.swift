import TextKernels

/// A growing buffer of UTF-8 that is kept from page to page, with the clean-up of text that HTML
/// asks for on the way in.
struct TextBuffer: ~Copyable {
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var capacity: Int
  private let classes = TextClass.table

  init(capacity: Int = 1 << 16) {
    self.capacity = capacity
    bytes = .allocate(capacity: capacity)
  }

  deinit { bytes.deallocate() }

  mutating func removeAll() { count = 0 }

  /// Cuts the buffer back to `newCount` bytes.
  mutating func truncate(to newCount: Int) {
    if newCount < count { count = newCount }
  }

  /// Takes what was written to `bytes` from outside, inside what was reserved.
  mutating func setCount(_ newCount: Int) {
    precondition(newCount <= capacity)
    count = newCount
  }

  mutating func reserve(_ more: Int) {
    guard count + more > capacity else { return }
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    moved.update(from: bytes, count: count)
    bytes.deallocate()
    bytes = moved
    capacity = larger
  }

  mutating func append(_ byte: UInt8) {
    reserve(1)
    bytes[count] = byte
    count += 1
  }

  mutating func append(_ text: StaticString) {
    append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress else { return }
    reserve(text.count)
    (bytes + count).update(from: base, count: text.count)
    count += text.count
  }

  /// The last byte, 0 where there is none.
  var last: UInt8 { count > 0 ? bytes[count - 1] : 0 }

  /// Cuts white space off the end, but nothing before `start`.
  mutating func trimEnd(from start: Int) {
    while count > start, HTMLTokenizer.isSpace(bytes[count - 1]) { count -= 1 }
  }

  /// Appends text with white space as it is; line ends become LF, control characters go.
  mutating func appendPreformatted(_ text: UnsafeBufferPointer<UInt8>) {
    guard let base = text.baseAddress else { return }
    reserve(text.count)
    var index = 0
    while index < text.count {
      let run = index
      while index < text.count, classes[Int(base[index])] == .plain { index += 1 }
      (bytes + count).update(from: base + run, count: index - run)
      count += index - run
      guard index < text.count else { return }
      let (kind, length) = TextClass.classify(
        classes[Int(base[index])], base + index, text.count - index)
      switch kind {
      case .plain, .special:
        (bytes + count).update(from: base + index, count: length)
        count += length
      case .space:
        let byte = base[index]
        if byte == 13 {
          if index + 1 >= text.count || base[index + 1] != 10 {
            bytes[count] = 10
            count += 1
          }
        } else {
          bytes[count] = byte == 10 || byte == 9 ? byte : 32
          count += 1
        }
      case .dropped: break
      }
      index += length
    }
  }

  /// Appends text with every run of white space as one space, none at the start where
  /// `atLineStart`; control characters and invisible break hints go.
  ///
  /// - Parameter pendingSpace: whether white space waits to be written; on return, whether the
  ///   text ended with some.
  mutating func appendCollapsed(
    _ text: UnsafeBufferPointer<UInt8>, pendingSpace: inout Bool, atLineStart: Bool
  ) {
    guard let base = text.baseAddress else { return }
    reserve(text.count + 1)
    var out = bytes + count
    let start = out
    var space = pendingSpace
    var index = 0
    while index < text.count {
      let run = index
      while index < text.count, classes[Int(base[index])] == .plain { index += 1 }
      var length = index - run
      if length == 0 {
        let (kind, width) = TextClass.classify(
          classes[Int(base[index])], base + index, text.count - index)
        index += width
        if kind == .space { space = true }
        if kind == .space || kind == .dropped { continue }
        length = width
      }
      if space {
        if out != start || !atLineStart {
          out.pointee = 32
          out += 1
        }
        space = false
      }
      out.update(from: base + (index - length), count: length)
      out += length
    }
    pendingSpace = space
    count = out - bytes
  }
}

/// What a byte of page text is to the clean-up.
enum TextClass: UInt8 {
  case plain
  case space
  /// The first byte of a character that may be a space or invisible.
  case special
  case dropped

  /// The class of every first byte.
  static let table = InlineArray<256, TextClass> { byte in
    switch byte {
    case 9, 10, 12, 13, 32: .space
    case 0xC2, 0xE2, 0xEF: .special
    case 0..<32, 127: .dropped
    default: .plain
    }
  }

  /// The class and length in bytes of the character at `bytes`, whose first byte has class `kind`.
  static func classify(
    _ kind: TextClass, _ bytes: UnsafePointer<UInt8>, _ count: Int
  ) -> (TextClass, Int) {
    guard kind == .special else { return (kind, 1) }
    if bytes[0] == 0xC2 {
      guard count >= 2 else { return (.plain, 1) }
      switch bytes[1] {
      case 0xA0: return (.space, 2)  // No-break space.
      case 0xAD, 0x80..<0xA0: return (.dropped, 2)  // Soft hyphen, C1 controls.
      default: return (.plain, 2)
      }
    }
    guard count >= 3 else { return (.plain, count) }
    switch (bytes[0], bytes[1], bytes[2]) {
    case (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF):
      return (.space, 3)  // Widths of space, line and paragraph separators, narrow no-break.
    case (0xE2, 0x80, 0x8B), (0xE2, 0x81, 0xA0), (0xEF, 0xBB, 0xBF):
      return (.dropped, 3)  // Zero-width space, word joiner, byte-order mark.
    default: return (.plain, 3)
    }
  }
}
