/// Decodes Parquet's DELTA_BINARY_PACKED integers a few at a time, so that a page that claims
/// billions of equal values costs no memory.
struct DeltaDecoder {
  /// Values in all, from the header.
  let count: Int
  /// Values not handed out yet.
  private(set) var left: Int
  private let bytes: UnsafeRawBufferPointer
  private let miniblockSize: Int
  private let miniblockCount: Int
  private var position: Int
  private var value: Int64
  private var isFirst = true
  private var smallestDelta: Int64 = 0
  /// Where the widths of the current block's miniblocks stand.
  private var widths = 0
  private var miniblock: Int
  /// Deltas left in the current miniblock, their width, and the bit where the next one starts.
  private var miniblockLeft = 0
  private var width = 0
  private var bit = 0

  /// Nil where the header is wrong.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var position = 0
    guard let blockSize = DeltaDecoder.unsigned(bytes, &position),
      let miniblocks = DeltaDecoder.unsigned(bytes, &position),
      let count = DeltaDecoder.unsigned(bytes, &position),
      let first = DeltaDecoder.unsigned(bytes, &position),
      blockSize > 0, blockSize <= 1 << 20, miniblocks > 0, miniblocks <= blockSize,
      blockSize % miniblocks == 0, blockSize / miniblocks % 8 == 0, count <= UInt64(Int32.max)
    else { return nil }
    self.bytes = bytes
    miniblockCount = Int(miniblocks)
    miniblockSize = Int(blockSize / miniblocks)
    miniblock = miniblockCount
    self.count = Int(count)
    left = self.count
    value = DeltaDecoder.signed(first)
    self.position = position
  }

  /// Writes the next `count` values.
  /// - Returns: false where there are not so many.
  mutating func decode(_ count: Int, into output: UnsafeMutablePointer<Int64>) -> Bool {
    guard count <= left else { return false }
    left -= count
    var done = 0
    if isFirst, count > 0 {
      output[0] = value
      isFirst = false
      done = 1
    }
    while done < count {
      if miniblockLeft == 0 {
        guard nextMiniblock() else { return false }
      }
      let taken = min(miniblockLeft, count - done)
      guard bit + taken * width <= bytes.count * 8 else { return false }
      unpack(taken, into: output + done)
      miniblockLeft -= taken
      done += taken
    }
    return true
  }

  /// The place behind the last value; nil where the bytes end before it.
  func end() -> Int? {
    var copy = self
    var deltas = left - (isFirst && left > 0 ? 1 : 0)
    while deltas > 0 {
      if copy.miniblockLeft == 0 {
        guard copy.nextMiniblock() else { return nil }
      }
      let taken = min(copy.miniblockLeft, deltas)
      copy.miniblockLeft -= taken
      deltas -= taken
    }
    return copy.position <= bytes.count ? copy.position : nil
  }

  private mutating func nextMiniblock() -> Bool {
    if miniblock == miniblockCount {
      guard let smallest = DeltaDecoder.unsigned(bytes, &position),
        miniblockCount <= bytes.count - position
      else { return false }
      smallestDelta = DeltaDecoder.signed(smallest)
      widths = position
      position += miniblockCount
      miniblock = 0
    }
    width = Int(bytes[widths + miniblock])
    guard width <= 64, position <= bytes.count else { return false }
    miniblock += 1
    miniblockLeft = miniblockSize
    bit = position * 8
    position += miniblockSize / 8 * width
    return true
  }

  /// All bits lie inside the bytes.
  private mutating func unpack(_ count: Int, into output: UnsafeMutablePointer<Int64>) {
    var value = value
    if width == 0 {
      for i in 0..<count {
        value &+= smallestDelta
        output[i] = value
      }
    } else {
      let mask: UInt64 = width == 64 ? .max : (1 << UInt64(width)) - 1
      for i in 0..<count {
        let packed = word(at: bit >> 3, shift: bit & 7) & mask
        value &+= smallestDelta &+ Int64(bitPattern: packed)
        output[i] = value
        bit += width
      }
    }
    self.value = value
  }

  /// 64 bits from `shift` bits behind a byte; what lies behind the end is 0.
  private func word(at start: Int, shift: Int) -> UInt64 {
    if start + 9 <= bytes.count {
      let low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
      if shift == 0 { return low }
      return low >> UInt64(shift) | UInt64(bytes[start + 8]) << UInt64(64 - shift)
    }
    var word: UInt64 = 0
    for i in start..<bytes.count {
      let place = 8 * (i - start) - shift
      word |= place < 0 ? UInt64(bytes[i]) >> UInt64(-place) : UInt64(bytes[i]) << UInt64(place)
    }
    return word
  }

  private static func unsigned(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count, shift < 64 {
      let next = bytes[position]
      position += 1
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  private static func signed(_ value: UInt64) -> Int64 {
    Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
