import Streams

/// The shingle sets of candidates on disk, by bin: a document's number, the size of its set, then
/// its hashes in 32 bits, filled up to whole values.
enum CandidateSetFile {
  static let kind: StaticString = "SETS"

  /// A set as a record.
  static func append(
    _ set: [UInt32], of number: UInt64, bin: Int, to file: BinnedFile.Writer,
    _ record: inout [UInt64]
  ) throws {
    record.removeAll(keepingCapacity: true)
    record.append(number)
    record.append(UInt64(set.count))
    var index = 0
    while index + 1 < set.count {
      record.append(UInt64(set[index]) | UInt64(set[index + 1]) << 32)
      index += 2
    }
    if index < set.count { record.append(UInt64(set[index])) }
    try file.append(record, bin: bin)
  }
}

/// The shingle sets of one bin: in memory, or on disk where they do not fit.
final class BinSets {
  /// The documents, in order.
  private(set) var numbers: [UInt64] = []
  private var counts: [Int] = []
  /// Where each set starts: a place in `hashes`, or a value of its file.
  private var starts: [Int] = []
  private var hashes: [UInt32] = []
  private var files: [UInt32] = []
  private var readers: [ValueFile.Reader] = []
  let isInMemory: Bool

  /// - Parameters:
  ///   - files: of the parts, in order.
  ///   - memory: bytes that sets may take.
  init(_ files: [BinnedFile.Reader], bin: Int, memory: Int) throws {
    let total = files.reduce(0) { $0 + $1.count(bin) } * 8
    isInMemory = total <= memory
    if isInMemory { hashes.reserveCapacity(total / 4) }
    for file in files where file.count(bin) > 0 {
      let reader = try file.open()
      for piece in file.pieces(bin) {
        if isInMemory { try load(piece, reader) } else { try locate(piece, reader) }
      }
      if !isInMemory { readers.append(reader) }
    }
  }

  private func damaged(_ reader: ValueFile.Reader, _ found: String) -> Fault {
    reader.damaged(found, expected: "sets in order of their documents")
  }

  private func add(_ number: UInt64, _ count: UInt64, left: Int, _ reader: ValueFile.Reader) throws
    -> Int
  {
    guard count <= UInt64(left) * 2 else { throw damaged(reader, "a set of \(count) hashes") }
    if let last = numbers.last, last >= number { throw damaged(reader, "document \(number)") }
    numbers.append(number)
    counts.append(Int(count))
    return (Int(count) + 1) / 2
  }

  private func load(_ piece: BinnedFile.Piece, _ reader: ValueFile.Reader) throws {
    let values = try reader.values(UInt64.self, at: piece.start * 8, count: piece.count)
    var at = 0
    while at + 2 <= values.count {
      let size = try add(values[at], values[at + 1], left: values.count - at - 2, reader)
      starts.append(hashes.count)
      let count = counts[counts.count - 1]
      values.withUnsafeBytes { bytes in
        let from = (at + 2) * 8
        hashes += UnsafeRawBufferPointer(rebasing: bytes[from..<from + count * 4])
          .bindMemory(to: UInt32.self)
      }
      at += 2 + size
    }
    guard at == values.count else { throw damaged(reader, "half a set") }
  }

  private func locate(_ piece: BinnedFile.Piece, _ reader: ValueFile.Reader) throws {
    var at = piece.start
    let end = piece.start + piece.count
    while at + 2 <= end {
      let head = try reader.values(UInt64.self, at: at * 8, count: 2)
      let size = try add(head[0], head[1], left: end - at - 2, reader)
      starts.append(at + 2)
      files.append(UInt32(readers.count))
      at += 2 + size
    }
    guard at == end else { throw damaged(reader, "half a set") }
  }

  /// The place of a document among `numbers`.
  func place(of number: UInt64) -> Int? {
    let place = numbers.sortedPlace(of: number)
    return place < numbers.count && numbers[place] == number ? place : nil
  }

  func count(_ place: Int) -> Int { counts[place] }

  /// Calls `body` with the hashes of two sets that are in memory.
  @inline(__always)
  func withHashes<Result>(
    _ a: Int, _ b: Int, _ body: (UnsafePointer<UInt32>, UnsafePointer<UInt32>) -> Result
  ) -> Result? {
    hashes.withUnsafeBufferPointer { all in
      guard let base = all.baseAddress else { return nil }
      return body(base + starts[a], base + starts[b])
    }
  }

  /// Reads a set that stays on disk.
  func load(_ place: Int) throws -> [UInt32] {
    try readers[Int(files[place])].values(UInt32.self, at: starts[place] * 8, count: counts[place])
  }
}
