/// Decodes Parquet's mixture of runs and bit-packed groups: levels, booleans and dictionary indices.
struct HybridDecoder {
  private let bytes: UnsafeRawBufferPointer
  private let width: Int
  private let mask: UInt64
  private var position = 0
  /// Values left of a run of one value.
  private var runLeft = 0
  private var runValue: UInt32 = 0
  /// Values left of bit-packed groups, and the bit where the next one starts.
  private var packedLeft = 0
  private var bit = 0

  /// - Parameter width: bits of a value, 0 to 32.
  init(_ bytes: UnsafeRawBufferPointer, width: Int) {
    self.bytes = bytes
    self.width = width
    mask = (1 << UInt64(width)) - 1
  }

  /// The value of the next `count` values where they are all in one run, which is then used up.
  mutating func takeRun(_ count: Int) -> UInt32? {
    if runLeft == 0, packedLeft == 0, !nextRun() { return nil }
    guard runLeft >= count else { return nil }
    runLeft -= count
    return runValue
  }

  /// Writes the next `count` values.
  /// - Returns: false where there are not so many.
  mutating func decode(_ count: Int, into output: UnsafeMutablePointer<UInt32>) -> Bool {
    var done = 0
    while done < count {
      if runLeft > 0 {
        let taken = min(runLeft, count - done)
        (output + done).update(repeating: runValue, count: taken)
        runLeft -= taken
        done += taken
      } else if packedLeft > 0 {
        let taken = min(packedLeft, count - done)
        unpack(taken, into: output + done)
        packedLeft -= taken
        done += taken
      } else if !nextRun() {
        return false
      }
    }
    return true
  }

  private mutating func nextRun() -> Bool {
    guard let head = nextHead() else { return false }
    let count = Int(head >> 1)
    if head & 1 == 0 {
      let size = (width + 7) / 8
      guard count > 0, size <= bytes.count - position else { return false }
      var value: UInt32 = 0
      for i in 0..<size { value |= UInt32(bytes[position + i]) << UInt32(8 * i) }
      guard UInt64(value) <= mask else { return false }
      position += size
      runLeft = count
      runValue = value
      return true
    }
    guard count > 0 else { return false }
    if width == 0 {
      runLeft = count * 8
      runValue = 0
      return true
    }
    bit = position * 8
    let size = count * width
    // The last group of a page may be cut behind its last value.
    if size <= bytes.count - position {
      packedLeft = count * 8
      position += size
    } else {
      packedLeft = (bytes.count - position) * 8 / width
      position = bytes.count
    }
    return packedLeft > 0
  }

  private mutating func nextHead() -> UInt32? {
    var value: UInt32 = 0
    var shift: UInt32 = 0
    while position < bytes.count, shift < 32 {
      let next = bytes[position]
      position += 1
      value |= UInt32(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
    return nil
  }

  /// All bits lie inside the bytes: `nextRun` has seen to it.
  private mutating func unpack(_ count: Int, into output: UnsafeMutablePointer<UInt32>) {
    var bit = bit
    var done = 0
    let lastWord = bytes.count - 8
    while done < count, bit >> 3 <= lastWord {
      let word = UInt64(
        littleEndian: bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self))
      output[done] = UInt32(truncatingIfNeeded: word >> UInt64(bit & 7) & mask)
      bit += width
      done += 1
    }
    while done < count {
      output[done] = UInt32(truncatingIfNeeded: word(at: bit >> 3) >> UInt64(bit & 7) & mask)
      bit += width
      done += 1
    }
    self.bit = bit
  }

  /// Up to eight bytes near the end.
  private func word(at start: Int) -> UInt64 {
    var word: UInt64 = 0
    for i in start..<min(start + 8, bytes.count) {
      word |= UInt64(bytes[i]) << UInt64(8 * (i - start))
    }
    return word
  }
}
