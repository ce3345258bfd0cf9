/// LZ4 blocks without a frame, as Parquet's codec LZ4_RAW has them.
package enum LZ4Block {
  /// Decompresses one block of known size into `output`, and checks that it fills it.
  /// - Returns: false where the block is damaged or of another size.
  package static func decompress(
    _ block: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let from = block.baseAddress, let to = output.baseAddress else {
      // An empty block is one token without literals.
      return output.isEmpty && block.count == 1 && block[0] == 0
    }
    var position = 0
    var written = 0
    while true {
      guard position < block.count else { return false }
      let token = block[position]
      position += 1
      guard let literals = length(Int(token >> 4), block, &position),
        literals <= block.count - position, literals <= output.count - written
      else { return false }
      (to + written).copyMemory(from: from + position, byteCount: literals)
      position += literals
      written += literals
      // The last sequence has literals only.
      if position == block.count { return written == output.count }
      guard block.count - position >= 2 else { return false }
      let distance = Int(block[position]) | Int(block[position + 1]) << 8
      position += 2
      guard distance > 0, distance <= written, let more = length(Int(token & 15), block, &position),
        more + 4 <= output.count - written
      else { return false }
      copyMatch(to + written, distance, more + 4)
      written += more + 4
    }
  }

  /// A length of a token: 15 says that bytes to be added follow, up to one below 255.
  private static func length(
    _ short: Int, _ block: UnsafeRawBufferPointer, _ position: inout Int
  ) -> Int? {
    if short < 15 { return short }
    var sum = 15
    while position < block.count {
      let byte = block[position]
      position += 1
      sum += Int(byte)
      if byte < 255 { return sum }
    }
    return nil
  }

  /// Copies bytes from `distance` in front of `to`; what it writes may be what it reads next.
  private static func copyMatch(_ to: UnsafeMutableRawPointer, _ distance: Int, _ count: Int) {
    var done = 0
    // The bytes repeat, so each round may copy all that is there already.
    while done < count {
      let piece = min(count - done, distance + done)
      (to + done).copyMemory(from: to - distance, byteCount: piece)
      done += piece
    }
  }
}
