import Glibc

/// Where records start: the version line of a WARC record, or the one line that an ARC record has for
/// a header.
enum RecordStart {
  /// How many bytes `looksRight` needs to judge.
  static let judgedByteCount = 16
  /// Longer lines are no version lines.
  static let versionLineLimit = 64

  /// Whether bytes that follow a record, or start a gzip member, look like the start of a record.
  static func looksRight(_ bytes: UnsafeRawBufferPointer, isARC: Bool) -> Bool {
    isWARC(bytes) || (isARC && hasScheme(bytes))
  }

  /// Whether the bytes start with `WARC/` and a digit.
  static func isWARC(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count > 5 && bytes[0] == 0x57 && bytes[1] == 0x41 && bytes[2] == 0x52 && bytes[3] == 0x43
      && bytes[4] == 0x2f && isDigit(bytes[5])
  }

  /// Whether the bytes, which end too early, are the beginning of `WARC/`.
  static func mayGrow(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let mark: StaticString = "WARC/"
    return bytes.count <= 5
      && bytes.elementsEqual(
        UnsafeRawBufferPointer(start: mark.utf8Start, count: bytes.count))
  }

  /// Whether the bytes start with the scheme of a URL, of up to 15 characters.
  static func hasScheme(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first, (first | 0x20) &- 0x61 < 26 else { return false }
    for byte in bytes.prefix(judgedByteCount) {
      if byte == 0x3a { return true }
      let isName =
        (byte | 0x20) &- 0x61 < 26 || isDigit(byte) || byte == 0x2b || byte == 0x2d || byte == 0x2e
      if !isName { return false }
    }
    return false
  }

  /// Whether there is a whole line `WARC/1.0`, of whatever version, at `place`.
  static func isVersionLine(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    guard place < bytes.count, bytes[place] == 0x57 else { return false }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[place...].prefix(versionLineLimit))
    guard isWARC(rest) else { return false }
    var i = 5
    while i < rest.count, isDigit(rest[i]) { i += 1 }
    guard i < rest.count, rest[i] == 0x2e, i + 1 < rest.count, isDigit(rest[i + 1]) else {
      return false
    }
    i += 1
    while i < rest.count, isDigit(rest[i]) { i += 1 }
    while i < rest.count, rest[i] == 0x20 || rest[i] == 0x0d { i += 1 }
    return i < rest.count && rest[i] == 0x0a
  }

  /// The first record that starts in a range, behind a line feed.
  /// - Parameter isStrict: asks for the first field of its header, too.
  static func first(
    in bytes: UnsafeRawBufferPointer, _ range: Range<Int>, isARC: Bool, isStrict: Bool = false
  ) -> Int? {
    var i = range.lowerBound
    while let newline = bytes.firstNewline(from: i), newline + 1 < range.upperBound {
      i = newline + 1
      if bytes[i] == 0x57, isVersionLine(bytes, at: i),
        !isStrict || startsWithField(bytes, behind: i)
      {
        return i
      }
      if isARC, hasScheme(UnsafeRawBufferPointer(rebasing: bytes[i...])),
        let end = bytes.firstNewline(from: i), ARCLine(bytes, i..<end) != nil
      {
        return i
      }
    }
    return nil
  }

  private static func startsWithField(_ bytes: UnsafeRawBufferPointer, behind start: Int) -> Bool {
    guard let newline = bytes.firstNewline(from: start) else { return false }
    let line = UnsafeRawBufferPointer(rebasing: bytes[(newline + 1)...])
    return line.hasPrefix("WARC-") || line.hasPrefix("Content-")
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}

/// The header of an ARC record: one line of five fields (version 1) or ten (version 2), the first of
/// which is a URL that may have spaces.
struct ARCLine {
  let url: Range<Int>
  let ip: Range<Int>
  /// Twelve to eighteen digits: year, month, day, hour, minute and mostly second.
  let date: Range<Int>
  let contentType: Range<Int>
  let length: Range<Int>

  static let lengthLimit = 1 << 16

  /// Nil where the range is no such line.
  init?(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) {
    guard range.count <= Self.lengthLimit else { return nil }
    let line = bytes.trimmed(range)
    guard RecordStart.hasScheme(UnsafeRawBufferPointer(rebasing: bytes[line])),
      let found = Self.split(bytes, line, count: 5) ?? Self.split(bytes, line, count: 10)
    else { return nil }
    self = found
  }

  private init(
    url: Range<Int>, ip: Range<Int>, date: Range<Int>, contentType: Range<Int>, length: Range<Int>
  ) {
    self.url = url
    self.ip = ip
    self.date = date
    self.contentType = contentType
    self.length = length
  }

  /// Splits from the right.
  private static func split(
    _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>, count: Int
  ) -> ARCLine? {
    var end = line.upperBound
    var last: Range<Int>?
    var second = (ip: 0..<0, date: 0..<0, type: 0..<0)
    for field in stride(from: count - 1, through: 1, by: -1) {
      var start = end
      while start > line.lowerBound, bytes[start - 1] != 0x20 { start -= 1 }
      guard start > line.lowerBound else { return nil }
      let value = start..<end
      switch field {
      case count - 1: last = value
      case 3: second.type = value
      case 2: second.date = value
      case 1: second.ip = value
      default: break
      }
      end = start - 1
    }
    guard let last, (12...18).contains(second.date.count),
      bytes[second.date].allSatisfy(RecordStart.isDigit), end > line.lowerBound
    else { return nil }
    return ARCLine(
      url: line.lowerBound..<end, ip: second.ip, date: second.date, contentType: second.type,
      length: last)
  }
}
