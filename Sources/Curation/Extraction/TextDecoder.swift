import CICU
import TextKernels

/// Decodes bytes into valid UTF-8. Keeps its converters and buffers.
struct TextDecoder: ~Copyable {
  struct Result {
    /// Valid UTF-8 without a byte-order mark; it lives until the next call or, where the input was
    /// valid UTF-8 already, as long as the input.
    var bytes: UnsafeBufferPointer<UInt8>
    /// Ill-formed sequences, each replaced by U+FFFD.
    var replacedSequenceCount: Int
  }

  private var buffer = TextBuffer(capacity: 0)
  private var converters: [String: OpaquePointer] = [:]

  deinit { for converter in converters.values { icu_converter_close(converter) } }

  mutating func decode(_ bytes: UnsafeRawBufferPointer, _ encoding: TextEncoding) -> Result {
    buffer.removeAll()
    let bytes = bytes.bindMemory(to: UInt8.self)
    if encoding == .utf8 { return decodeUTF8(bytes) }
    guard let converter = converter(encoding), decode(bytes, converter) else {
      return decodeUTF8(bytes)
    }
    // ICU keeps a byte-order mark.
    let text = UnsafeBufferPointer(start: buffer.bytes, count: buffer.count)
    let hasMark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF
    return Result(
      bytes: UnsafeBufferPointer(rebasing: text[(hasMark ? 3 : 0)...]),
      replacedSequenceCount: replaced())
  }

  // MARK: UTF-8

  private mutating func decodeUTF8(_ all: UnsafeBufferPointer<UInt8>) -> Result {
    let hasMark = all.count >= 3 && all[0] == 0xEF && all[1] == 0xBB && all[2] == 0xBF
    let bytes = hasMark ? UnsafeBufferPointer(rebasing: all[3...]) : all
    guard let base = bytes.baseAddress else {
      return Result(bytes: bytes, replacedSequenceCount: 0)
    }
    var valid = utf8_valid_prefix(base, bytes.count)
    if valid == bytes.count { return Result(bytes: bytes, replacedSequenceCount: 0) }
    buffer.reserve(bytes.count + bytes.count / 8)
    var start = 0
    var count = 0
    while true {
      buffer.append(UnsafeBufferPointer(rebasing: bytes[start..<start + valid]))
      start += valid
      guard start < bytes.count else { break }
      buffer.append("\u{FFFD}")
      count += 1
      start += utf8_ill_formed_length(base + start, bytes.count - start)
      valid = utf8_valid_prefix(base + start, bytes.count - start)
    }
    return Result(
      bytes: UnsafeBufferPointer(start: buffer.bytes, count: buffer.count),
      replacedSequenceCount: count)
  }

  // MARK: Other encodings

  private mutating func converter(_ encoding: TextEncoding) -> OpaquePointer? {
    if let known = converters[encoding.converter] { return known }
    guard let opened = icu_converter_open(encoding.converter) else { return nil }
    converters[encoding.converter] = opened
    return opened
  }

  private mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>, _ converter: OpaquePointer)
    -> Bool
  {
    guard let base = bytes.baseAddress else { return true }
    // No encoding of the standard makes more than 3 bytes of one; if it did, the second try has room.
    var capacity = bytes.count * 3
    for _ in 0..<2 {
      buffer.reserve(capacity)
      let needed = icu_converter_to_utf8(converter, base, bytes.count, buffer.bytes, capacity)
      guard needed >= 0 else { return false }
      if needed <= capacity {
        buffer.setCount(Int(needed))
        return true
      }
      capacity = Int(needed)
    }
    return false
  }

  private func replaced() -> Int {
    let bytes = buffer.bytes
    var count = 0
    var index = 0
    while index + 2 < buffer.count {
      if bytes[index] == 0xEF, bytes[index + 1] == 0xBF, bytes[index + 2] == 0xBD { count += 1 }
      index += 1
    }
    return count
  }
}
