import Glibc

/// The named fields of the header of a record or of an HTTP message, as they are in the archive. They
/// hold until the next record is read.
public struct HeaderFields {
  /// One field. The value has no spaces around it; where the header is folded, it has the line ends.
  public struct Field {
    public let name: UnsafeRawBufferPointer
    public let value: UnsafeRawBufferPointer
  }

  let fields: UnsafeBufferPointer<Field>

  public var count: Int { fields.count }

  public subscript(position: Int) -> Field { fields[position] }

  /// The value of the first field of this name, whatever its case.
  public subscript(name: StaticString) -> UnsafeRawBufferPointer? {
    for field in fields where field.name.equals(name) { return field.value }
    return nil
  }

  /// The value as text: folded lines are joined by a space, and bytes that are not UTF-8 are taken as
  /// ISO 8859-1.
  public func text(_ name: StaticString) -> String? {
    self[name].map { value in
      var bytes: [UInt8] = []
      HeaderText.append(value, to: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// Header values as UTF-8.
enum HeaderText {
  /// Joins folded lines by a space, and takes bytes that are not UTF-8 as ISO 8859-1.
  static func append(_ value: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    guard PlainText.isUTF8(value) else {
      for byte in value {
        if byte < 0x80 {
          text.append(byte)
        } else {
          text.append(0xc0 | byte >> 6)
          text.append(0x80 | byte & 0x3f)
        }
      }
      return
    }
    guard value.firstNewline(from: 0) != nil else { return text.append(contentsOf: value) }
    var isFolded = false
    for byte in value {
      switch byte {
      case 0x0a, 0x0d: isFolded = true
      case 0x09, 0x20: if !isFolded { text.append(byte) }
      default:
        if isFolded { text.append(0x20) }
        isFolded = false
        text.append(byte)
      }
    }
  }
}

/// The fields of one header after the other, without an allocation for each.
final class HeaderTable {
  enum Outcome: Equatable {
    /// The header ends with an empty line, and what follows starts here.
    case complete(end: Int)
    /// The bytes end before the header does.
    case incomplete
    /// A line of the header is the first line of another record.
    case recordStart(Int)
  }

  private var storage: UnsafeMutablePointer<HeaderFields.Field>
  private var capacity = 64
  private var count = 0

  init() { storage = .allocate(capacity: capacity) }

  deinit { storage.deallocate() }

  /// Valid until the table is filled again.
  var fields: HeaderFields {
    HeaderFields(fields: UnsafeBufferPointer(start: storage, count: count))
  }

  func removeAll() { count = 0 }

  func append(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
    if count == capacity {
      let larger = UnsafeMutablePointer<HeaderFields.Field>.allocate(capacity: capacity * 2)
      larger.moveInitialize(from: storage, count: count)
      storage.deallocate()
      storage = larger
      capacity *= 2
    }
    (storage + count).initialize(to: HeaderFields.Field(name: name, value: value))
    count += 1
  }

  func append(name: StaticString, value: UnsafeRawBufferPointer) {
    append(
      name: UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount),
      value: value)
  }

  /// Reads the lines of a header from `from` on. Line ends may be LF alone; lines without a colon
  /// are passed over.
  /// - Parameter isRecord: whether another record may start where a header that was cut goes on.
  func parse(_ bytes: UnsafeRawBufferPointer, from: Int, isRecord: Bool) -> Outcome {
    removeAll()
    var start = from
    // Where the value of the last field starts; lines that are folded belong to it.
    var lastValue: Int?
    while let newline = bytes.firstNewline(from: start) {
      let line = bytes.trimmed(start..<newline)
      if line.isEmpty { return .complete(end: newline + 1) }
      if isRecord, RecordStart.isVersionLine(bytes, at: start) { return .recordStart(start) }
      defer { start = newline + 1 }
      if bytes[start] == 0x20 || bytes[start] == 0x09 {
        if let lastValue, count > 0 {
          let field = storage[count - 1]
          let value = UnsafeRawBufferPointer(rebasing: bytes[lastValue..<line.upperBound])
          storage[count - 1] = HeaderFields.Field(name: field.name, value: value)
        }
        continue
      }
      guard let colon = bytes.first(0x3a, in: line) else {
        lastValue = nil
        continue
      }
      let name = bytes.trimmed(line.lowerBound..<colon)
      let value = bytes.trimmed(colon + 1..<line.upperBound)
      lastValue = value.lowerBound
      append(
        name: UnsafeRawBufferPointer(rebasing: bytes[name]),
        value: UnsafeRawBufferPointer(rebasing: bytes[value]))
    }
    return .incomplete
  }
}

extension UnsafeRawBufferPointer {
  /// Whether the bytes are this text, whatever the case of its ASCII letters.
  func equals(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return hasPrefix(text)
  }

  /// Whether the bytes start with this text, whatever the case of its ASCII letters.
  func hasPrefix(_ text: StaticString) -> Bool {
    let other = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard count >= other.count else { return false }
    for i in 0..<other.count where self[i] != other[i] {
      let lower = self[i] | 0x20
      guard lower == other[i] | 0x20, lower &- 0x61 < 26 else { return false }
    }
    return true
  }

  /// A range without the spaces, tabs and carriage returns around it.
  func trimmed(_ range: Range<Int>) -> Range<Int> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
    var (low, high) = (range.lowerBound, range.upperBound)
    while low < high, isSpace(self[low]) { low += 1 }
    while low < high, isSpace(self[high - 1]) { high -= 1 }
    return low..<high
  }

  /// The first place of a byte in a range.
  func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
    guard let base = baseAddress, !range.isEmpty,
      let found = memchr(base + range.lowerBound, Int32(byte), range.count)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
