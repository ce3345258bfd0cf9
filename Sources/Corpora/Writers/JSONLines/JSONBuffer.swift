import Glibc
import TextKernels

/// Bytes of JSON that grow, reused from document to document.
struct JSONBuffer: ~Copyable {
  private var bytes: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init() { bytes = .allocate(byteCount: 1 << 16, alignment: 16) }

  deinit { bytes.deallocate() }

  var contents: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<count]) }

  mutating func removeAll() { count = 0 }

  mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  mutating func append(_ run: UnsafeRawBufferPointer) {
    guard let from = run.baseAddress, run.count > 0 else { return }
    reserve(run.count)
    if let to = bytes.baseAddress { memcpy(to + count, from, run.count) }
    count += run.count
  }

  /// A JSON string of valid UTF-8, with its quotes. Only what JSON forbids is escaped.
  mutating func append(string text: UnsafeRawBufferPointer) {
    append(byte: UInt8(ascii: "\""))
    var start = 0
    while start < text.count {
      // A piece at a time: escapes may take six times the room, and hardly ever do.
      let piece = text[start..<min(text.count, start + JSONBuffer.pieceByteCount)]
      reserve(json_text_capacity(piece.count))
      if let to = bytes.baseAddress, let from = text.baseAddress {
        count += json_text_escape(
          (from + start).assumingMemoryBound(to: UInt8.self), piece.count,
          (to + count).assumingMemoryBound(to: UInt8.self), -1)
      }
      start += piece.count
    }
    append(byte: UInt8(ascii: "\""))
  }

  private static let pieceByteCount = 1 << 16

  /// One more member of an object: its key with the colon, and a string.
  mutating func append(member key: UnsafeRawBufferPointer, string text: UnsafeRawBufferPointer) {
    reserve(key.count + text.count + 3)
    if count > 0 { put(UInt8(ascii: ",")) }
    append(key)
    guard let from = text.baseAddress, let to = bytes.baseAddress,
      JSONBuffer.firstSpecial(in: text, from: 0) == text.count
    else { return append(string: text) }
    put(UInt8(ascii: "\""))
    memcpy(to + count, from, text.count)
    count += text.count
    put(UInt8(ascii: "\""))
  }

  /// Valid JSON with its line breaks, which stand between tokens only, as spaces: a document of JSONL
  /// is one line. The bytes themselves where they have none, else a copy in this buffer.
  mutating func oneLine(_ json: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    guard let base = json.baseAddress,
      memchr(base, 0x0a, json.count) != nil || memchr(base, 0x0d, json.count) != nil
    else { return json }
    removeAll()
    append(json)
    for i in 0..<count where bytes[i] == 0x0a || bytes[i] == 0x0d { bytes[i] = 0x20 }
    return contents
  }

  /// For which there must be room.
  private mutating func put(_ byte: UInt8) {
    bytes[count] = byte
    count += 1
  }

  private mutating func append(byte: UInt8) {
    reserve(1)
    put(byte)
  }

  /// The first quote, backslash or control character at or behind `from`; eight bytes at a time.
  private static func firstSpecial(in text: UnsafeRawBufferPointer, from: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let high: UInt64 = 0x8080_8080_8080_8080
    var i = from
    while i + 8 <= text.count {
      let x = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      let quote = x ^ (ones &* 0x22)
      let slash = x ^ (ones &* 0x5c)
      let control = (x &- (ones &* 0x20)) & ~x
      let hits = (control | ((quote &- ones) & ~quote) | ((slash &- ones) & ~slash)) & high
      // A borrow can only reach bytes behind a true hit, so the lowest hit is true.
      if hits != 0 { return i + hits.trailingZeroBitCount >> 3 }
      i += 8
    }
    while i < text.count, text[i] >= 0x20, text[i] != 0x22, text[i] != 0x5c { i += 1 }
    return i
  }

  private mutating func reserve(_ more: Int) {
    if bytes.count - count < more { grow(more) }
  }

  private mutating func grow(_ more: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(bytes.count * 2, count + more), alignment: 16)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    bytes.deallocate()
    bytes = larger
  }
}
