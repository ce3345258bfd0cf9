/// One header block of a tar archive: ustar (POSIX.1-1988), pax, GNU and the old form without a mark.
struct TarHeader {
  static let size = 512

  let name: [UInt8]
  let byteCount: Int
  /// The kind of member: `0` a file, `5` a folder, `x` extended fields of the next member, …
  let type: UInt8
  /// A GNU sparse member whose map goes on in the next block.
  let hasMoreMap: Bool

  static func isZero(_ block: [UInt8]) -> Bool { block.allSatisfy { $0 == 0 } }

  /// - Returns: nil where the checksum or a number is wrong.
  init?(_ block: [UInt8]) {
    guard block.count == TarHeader.size, TarHeader.hasRightChecksum(block),
      let byteCount = TarHeader.number(block[124..<136])
    else { return nil }
    self.byteCount = byteCount
    type = block[156]
    let name = Array(block[0..<100].prefix { $0 != 0 })
    let isPosix = block[257..<263].elementsEqual("ustar\0".utf8)
    let prefix = isPosix ? block[345..<500].prefix { $0 != 0 } : []
    self.name = prefix.isEmpty ? name : Array(prefix) + [UInt8(ascii: "/")] + name
    hasMoreMap = type == UInt8(ascii: "S") && block[482] != 0
  }

  /// Old programs added the bytes as signed numbers.
  private static func hasRightChecksum(_ block: [UInt8]) -> Bool {
    guard let stored = number(block[148..<156]) else { return false }
    var (unsigned, signed) = (0, 0)
    for (index, byte) in block.enumerated() {
      let byte = (148..<156).contains(index) ? 0x20 : byte
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    return stored == unsigned || stored == signed
  }

  /// Octal digits between spaces and NULs, or GNU's base 256.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first >= 0x80 {
      guard first == 0x80 else { return nil }
      var value = 0
      for byte in field.dropFirst() {
        guard value >> 55 == 0 else { return nil }
        value = value << 8 | Int(byte)
      }
      return value
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    var value = 0
    for digit in digits {
      guard (0x30...0x37).contains(digit), value >> 59 == 0 else { return nil }
      value = value << 3 | Int(digit - 0x30)
    }
    return value
  }
}

/// The extended fields of a pax header that matter here.
struct PaxFields {
  private(set) var path: [UInt8]?
  private(set) var byteCount: Int?
  private(set) var isSparse = false

  init() {}

  /// Records of the form `LENGTH KEY=VALUE\n`.
  /// - Returns: nil where a record has a wrong length or number.
  init?(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty, rest.first != 0 {
      guard let space = rest.prefix(20).firstIndex(of: 0x20),
        let count = PaxFields.decimal(rest[rest.startIndex..<space]),
        count > space - rest.startIndex + 1, count <= rest.count
      else { return nil }
      let record = rest[(space + 1)..<(rest.startIndex + count)]
      guard record.last == 0x0a, let equals = record.firstIndex(of: UInt8(ascii: "=")) else {
        return nil
      }
      let value = record[(equals + 1)...].dropLast()
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": path = Array(value)
      case "size":
        guard let size = PaxFields.decimal(value) else { return nil }
        byteCount = size
      case let key where key.hasPrefix("GNU.sparse."): isSparse = true
      default: break
      }
      rest = rest[(rest.startIndex + count)...]
    }
  }

  private static func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}
