import CXXHash

/// A set of byte strings by their 64-bit hashes, 8 to 22 bytes of memory each: two strings that share
/// a hash are one, which among 5 million entries happens to another string once in 4e12 look-ups.
struct HashedStrings: Sendable {
  private var hashes: [UInt64]
  private(set) var count = 0

  /// - Parameter expected: how many strings it will hold.
  init(expected: Int) {
    var size = 16
    while size < expected + expected / 3 { size *= 2 }
    hashes = [UInt64](repeating: 0, count: size)
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let hash = XXH3_64bits(bytes.baseAddress, bytes.count)
    return hash == 0 ? 1 : hash  // 0 marks a free place
  }

  @inline(__always)
  private func place(_ hash: UInt64) -> Int {
    let mask = hashes.count - 1
    var place = Int(truncatingIfNeeded: hash) & mask
    while hashes[place] != 0 && hashes[place] != hash { place = (place + 1) & mask }
    return place
  }

  mutating func insert(_ bytes: UnsafeRawBufferPointer) {
    if count + count / 3 >= hashes.count - 1 {
      let old = hashes
      hashes = [UInt64](repeating: 0, count: old.count * 2)
      for hash in old where hash != 0 { hashes[place(hash)] = hash }
    }
    let hash = Self.hash(bytes)
    let place = place(hash)
    if hashes[place] == hash { return }
    hashes[place] = hash
    count += 1
  }

  func contains(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let hash = Self.hash(bytes)
    return hashes[place(hash)] == hash
  }
}
