/// Sorts documents by a 64-bit hash, stably: documents of equal hash keep their order. Least
/// significant digit first, one byte a pass.
///
/// This is the only step that needs all hashes of a band at once; an external sort of the same pairs
/// can replace it, since what follows reads them from first to last.
struct HashSort {
  private(set) var hashes: [UInt64]
  private(set) var documents: [UInt32]

  init(hashes: [UInt64], documents: [UInt32]) {
    precondition(hashes.count == documents.count)
    self.hashes = hashes
    self.documents = documents
    sort()
  }

  private mutating func sort() {
    let count = hashes.count
    guard count > 1 else { return }
    var places = [Int](repeating: 0, count: 8 * 256)
    for hash in hashes {
      for digit in 0..<8 {
        places[digit << 8 | Int(truncatingIfNeeded: hash >> (8 * digit) & 255)] += 1
      }
    }
    var otherHashes = [UInt64](repeating: 0, count: count)
    var otherDocuments = [UInt32](repeating: 0, count: count)
    for digit in 0..<8 {
      let range = digit << 8..<(digit + 1) << 8
      if places[range].contains(count) { continue }
      var next = 0
      for index in range {
        let here = places[index]
        places[index] = next
        next += here
      }
      for index in 0..<count {
        let hash = hashes[index]
        let digitValue = Int(truncatingIfNeeded: hash >> (8 * digit) & 255)
        let place = places[range.lowerBound + digitValue]
        places[range.lowerBound + digitValue] = place + 1
        otherHashes[place] = hash
        otherDocuments[place] = documents[index]
      }
      swap(&hashes, &otherHashes)
      swap(&documents, &otherDocuments)
    }
  }

  /// Calls `body` with the documents of each hash that two or more have, in order of the hash.
  func forEachGroup(_ body: (UInt64, ArraySlice<UInt32>) -> Void) {
    var start = 0
    while start < hashes.count {
      var end = start + 1
      while end < hashes.count && hashes[end] == hashes[start] { end += 1 }
      if end - start > 1 { body(hashes[start], documents[start..<end]) }
      start = end
    }
  }
}
