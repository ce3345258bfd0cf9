/// Sorts hashes with what belongs to them, stably: equal hashes keep their order. By the first 32
/// bits digit by digit, least significant first; what is equal in them (next to nothing, but for
/// equal hashes) is put in order afterwards.
struct HashSort<Payload: BitwiseCopyable & Sendable> {
  private(set) var hashes: [UInt64]
  private(set) var payloads: [Payload]

  /// Hashes and payloads are of equal number.
  init(hashes: [UInt64], payloads: [Payload]) {
    self.hashes = hashes
    self.payloads = payloads
    let count = min(hashes.count, payloads.count)
    guard count > 1 else { return }
    sortByFirstHalf(count)
    sortEqualHalves(count)
  }

  private mutating func sortByFirstHalf(_ count: Int) {
    var places = [Int](repeating: 0, count: 4 * 256)
    for hash in hashes {
      for digit in 0..<4 {
        places[digit << 8 | Int(truncatingIfNeeded: hash >> (32 + 8 * UInt64(digit)) & 255)] += 1
      }
    }
    var otherHashes = hashes
    var otherPayloads = payloads
    for digit in 0..<4 {
      let range = digit << 8..<(digit + 1) << 8
      if places[range].contains(count) { continue }
      var next = 0
      for index in range {
        let here = places[index]
        places[index] = next
        next += here
      }
      let shift = 32 + 8 * UInt64(digit)
      places.withUnsafeMutableBufferPointer { places in
        let places = UnsafeMutableBufferPointer(rebasing: places[range])
        hashes.withUnsafeBufferPointer { hashes in
          payloads.withUnsafeBufferPointer { payloads in
            otherHashes.withUnsafeMutableBufferPointer { otherHashes in
              otherPayloads.withUnsafeMutableBufferPointer { otherPayloads in
                for index in 0..<count {
                  let digit = Int(truncatingIfNeeded: hashes[index] >> shift & 255)
                  let place = places[digit]
                  places[digit] = place + 1
                  otherHashes[place] = hashes[index]
                  otherPayloads[place] = payloads[index]
                }
              }
            }
          }
        }
      }
      swap(&hashes, &otherHashes)
      swap(&payloads, &otherPayloads)
    }
  }

  private mutating func sortEqualHalves(_ count: Int) {
    var start = 0
    while start < count {
      let half = hashes[start] >> 32
      var end = start + 1
      var isOrdered = true
      while end < count, hashes[end] >> 32 == half {
        if hashes[end] < hashes[end - 1] { isOrdered = false }
        end += 1
      }
      if !isOrdered {
        let order = (start..<end).sorted { (hashes[$0], $0) < (hashes[$1], $1) }
        let (sortedHashes, sortedPayloads) = (order.map { hashes[$0] }, order.map { payloads[$0] })
        hashes.replaceSubrange(start..<end, with: sortedHashes)
        payloads.replaceSubrange(start..<end, with: sortedPayloads)
      }
      start = end
    }
  }

  /// Calls `body` with the places of each hash that two or more have, in order of the hash.
  func forEachGroup(_ body: (UInt64, Range<Int>) throws -> Void) rethrows {
    var start = 0
    while start < hashes.count {
      var end = start + 1
      while end < hashes.count && hashes[end] == hashes[start] { end += 1 }
      if end - start > 1 { try body(hashes[start], start..<end) }
      start = end
    }
  }
}
