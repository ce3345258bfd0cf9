/// Little-endian numbers in the records of a zip archive. Reading behind the end gives nil.
struct LittleEndian {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func number(at offset: Int, size: Int) -> UInt64? {
    guard offset >= 0, size <= 8, offset <= bytes.count - size else { return nil }
    var value: UInt64 = 0
    for index in 0..<size { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    return value
  }

  func u16(_ offset: Int) -> Int? { number(at: offset, size: 2).map { Int($0) } }
  func u32(_ offset: Int) -> Int? { number(at: offset, size: 4).map { Int($0) } }
  /// Nil too where the number is larger than any file.
  func u64(_ offset: Int) -> Int? { number(at: offset, size: 8).flatMap { Int(exactly: $0) } }

  func slice(_ offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      return nil
    }
    return bytes[offset..<offset + count]
  }
}
