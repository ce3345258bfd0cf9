import Streams

/// The hashes of one part's documents on disk, table by table (a band is a table, and so are text
/// hashes), each table in 256 buckets by the hash's first byte: any range of buckets of many parts
/// can be read at once, in memory that the reader chooses.
///
/// After the header of a `ValueFile`: the numbers of tables, of words in a hash (1 or 2) and of
/// documents in the part, then for each table 257 bucket starts counted in hashes from the first of
/// the file, all 64 bits wide; then table by table the hashes' first words, their second words, and
/// the documents' places in the part in 32 bits.
struct HashRun: Sendable {
  static let bucketCount = 256

  /// Which documents the hashes of a part stand for.
  struct Rows {
    /// Row by row, `width` words a document.
    var values: [UInt64]
    /// Hashes a document, each of as many words.
    var tables: Int
    var wordsPerHash: Int
    /// Documents that take part; nil for all.
    var keep: [Bool]?

    var width: Int { tables * wordsPerHash }
    var count: Int { width == 0 ? 0 : values.count / width }
  }

  /// A hash of zero words only is none: the document has no words.
  static func write(_ rows: Rows, to path: String, isScratch: Bool = false) throws {
    let count = rows.count
    let words = rows.wordsPerHash
    let file = try ValueFile.Writer(path, kind: "HRUN", isScratch: isScratch)
    try file.append(UInt64(rows.tables))
    try file.append(UInt64(words))
    try file.append(UInt64(count))
    var starts = [UInt64]()
    var total: UInt64 = 0
    func isAbsent(_ document: Int, _ at: Int) -> Bool {
      if let keep = rows.keep, !keep[document] { return true }
      return rows.values[at] == 0 && (words == 1 || rows.values[at + 1] == 0)
    }
    for table in 0..<rows.tables {
      var sizes = [UInt64](repeating: 0, count: bucketCount)
      for document in 0..<count {
        let at = document * rows.width + table * words
        if !isAbsent(document, at) { sizes[Int(rows.values[at] >> 56)] += 1 }
      }
      for size in sizes {
        starts.append(total)
        total += size
      }
      starts.append(total)
    }
    try file.append(contentsOf: starts)
    var first: [UInt64] = []
    var second: [UInt64] = []
    var places: [UInt32] = []
    for table in 0..<rows.tables {
      let base = table * (bucketCount + 1)
      let size = Int(starts[base + bucketCount] - starts[base])
      var next = starts[base..<base + bucketCount].map { Int($0 - starts[base]) }
      first = [UInt64](repeating: 0, count: size)
      second = [UInt64](repeating: 0, count: words == 2 ? size : 0)
      places = [UInt32](repeating: 0, count: size)
      for document in 0..<count {
        let at = document * rows.width + table * words
        if isAbsent(document, at) { continue }
        let bucket = Int(rows.values[at] >> 56)
        let place = next[bucket]
        next[bucket] += 1
        first[place] = rows.values[at]
        if words == 2 { second[place] = rows.values[at + 1] }
        places[place] = UInt32(document)
      }
      try file.append(contentsOf: first)
      try file.append(contentsOf: second)
      try file.append(contentsOf: places)
    }
    try file.commit()
  }

  let tables: Int
  let wordsPerHash: Int
  /// Documents of the part, with or without hashes.
  let documentCount: Int
  private let starts: [UInt64]
  private let path: String

  /// Reads the head of a run; `append` opens it again, so that many runs take no descriptors.
  init(_ path: String) throws {
    self.path = path
    let reader = try ValueFile.Reader(path, kind: "HRUN")
    let head = try reader.values(UInt64.self, at: 0, count: 3)
    guard (1...1024).contains(head[0]), (1...2).contains(head[1]), head[2] <= UInt32.max else {
      throw reader.damaged("\(head)", expected: "tables, words a hash, documents")
    }
    tables = Int(head[0])
    wordsPerHash = Int(head[1])
    documentCount = Int(head[2])
    starts = try reader.values(UInt64.self, at: 24, count: tables * (Self.bucketCount + 1))
    let limit = UInt64(tables) * UInt64(documentCount)
    guard zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), (starts.last ?? 0) <= limit
    else { throw reader.damaged("buckets out of order", expected: "starts that ascend") }
    let bytes = 24 + starts.count * 8 + Int(starts.last ?? 0) * (wordsPerHash * 8 + 4)
    guard reader.count == bytes else {
      throw reader.damaged("\(reader.count) bytes", expected: "\(bytes) bytes")
    }
  }

  /// How many hashes a range of buckets has.
  func count(table: Int, buckets: Range<Int>) -> Int {
    let base = table * (Self.bucketCount + 1)
    return Int(starts[base + buckets.upperBound] - starts[base + buckets.lowerBound])
  }

  /// Reads a range of buckets: the words of the hashes and the documents' places in the part.
  func read(table: Int, buckets: Range<Int>) throws -> (
    first: [UInt64], second: [UInt64], places: [UInt32]
  ) {
    let reader = try ValueFile.Reader(path, kind: "HRUN")
    let base = table * (Self.bucketCount + 1)
    let tableStart = Int(starts[base])
    let size = Int(starts[base + Self.bucketCount]) - tableStart
    let from = Int(starts[base + buckets.lowerBound]) - tableStart
    let count = self.count(table: table, buckets: buckets)
    let start = 24 + starts.count * 8 + tableStart * (wordsPerHash * 8 + 4)
    let first = try reader.values(UInt64.self, at: start + from * 8, count: count)
    let second =
      wordsPerHash == 2
      ? try reader.values(UInt64.self, at: start + (size + from) * 8, count: count) : []
    let places = try reader.values(
      UInt32.self, at: start + size * wordsPerHash * 8 + from * 4, count: count)
    guard places.allSatisfy({ $0 < documentCount }) else {
      throw reader.damaged("a place outside the part", expected: "below \(documentCount)")
    }
    return (first, second, places)
  }
}
