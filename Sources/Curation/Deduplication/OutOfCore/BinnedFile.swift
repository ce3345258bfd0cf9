import Streams

/// Records of 64-bit values on disk, each in a numbered bin; what one bin holds is read in few
/// pieces, in the order in which it was written.
///
/// Records are collected in memory, put in order of their bins, and written a stretch at a time.
/// Behind the header of a `ValueFile` come the stretches; then, for each piece of a bin, the bin,
/// the place of its first value and the number of its values; then the number of pieces.
enum BinnedFile {
  /// Values of one bin that stand together.
  struct Piece: Sendable {
    var start: Int
    var count: Int
  }

  final class Writer {
    private let file: ValueFile.Writer
    private let stretchCount: Int
    private var values: [UInt64] = []
    private var entries: [(bin: UInt32, start: Int, end: Int)] = []
    private var pieces: [(bin: UInt32, start: Int, count: Int)] = []
    private var written = 0

    /// - Parameter memory: bytes of values and their places before they are written.
    init(
      _ path: String, kind: StaticString, memory: Int = 1 << 24, isScratch: Bool = false
    ) throws {
      file = try ValueFile.Writer(path, kind: kind, isScratch: isScratch)
      stretchCount = max(1024, memory / 16)
    }

    func append(_ record: UnsafeBufferPointer<UInt64>, bin: Int) throws {
      entries.append((UInt32(bin), values.count, values.count + record.count))
      values += record
      // An entry takes as much as three values.
      if values.count + entries.count * 3 > stretchCount { try writeStretch() }
    }

    func append(_ record: [UInt64], bin: Int) throws {
      try record.withUnsafeBufferPointer { try append($0, bin: bin) }
    }

    private func writeStretch() throws {
      entries.sort { ($0.bin, $0.start) < ($1.bin, $1.start) }
      var last: UInt32?
      for entry in entries {
        if entry.bin != last {
          last = entry.bin
          pieces.append((entry.bin, written, 0))
        }
        let count = entry.end - entry.start
        try values.withUnsafeBytes {
          try file.append(UnsafeRawBufferPointer(rebasing: $0[entry.start * 8..<entry.end * 8]))
        }
        pieces[pieces.count - 1].count += count
        written += count
      }
      entries.removeAll(keepingCapacity: true)
      values.removeAll(keepingCapacity: true)
    }

    func commit() throws {
      try writeStretch()
      for piece in pieces {
        try file.append(UInt64(piece.bin))
        try file.append(UInt64(piece.start))
        try file.append(UInt64(piece.count))
      }
      try file.append(UInt64(pieces.count))
      try file.commit()
    }
  }

  /// The places of all pieces are in memory, 24 bytes each.
  final class Reader: Sendable {
    let path: String
    private let kind: StaticString
    /// Ascending; the pieces of one bin in the order in which they were written.
    private let bins: [UInt32]
    private let pieces: [Piece]

    init(_ path: String, kind: StaticString) throws {
      self.path = path
      self.kind = kind
      let reader = try ValueFile.Reader(path, kind: kind)
      let limit = reader.count / 8
      func damaged(_ found: String) -> Fault {
        reader.damaged(found, expected: "values by bin, with their places")
      }
      guard reader.count % 8 == 0,
        let count = try reader.values(UInt64.self, at: reader.count - 8, count: 1).first,
        count <= UInt64((limit - 1) / 3)
      else { throw damaged("\(reader.count) bytes") }
      let end = limit - 1 - Int(count) * 3
      let places = try reader.values(UInt64.self, at: end * 8, count: Int(count) * 3)
      var entries: [(bin: UInt32, piece: Piece)] = []
      entries.reserveCapacity(Int(count))
      for index in stride(from: 0, to: places.count, by: 3) {
        guard let bin = UInt32(exactly: places[index]), places[index + 1] <= end,
          places[index + 2] <= UInt64(end) - places[index + 1]
        else { throw damaged("a piece outside the file") }
        entries.append((bin, Piece(start: Int(places[index + 1]), count: Int(places[index + 2]))))
      }
      // Stretches were written one after the other, so the place tells the order.
      entries.sort { ($0.bin, $0.piece.start) < ($1.bin, $1.piece.start) }
      bins = entries.map(\.bin)
      pieces = entries.map(\.piece)
    }

    /// How many values a bin has.
    func count(_ bin: Int) -> Int { pieces(bin).reduce(0) { $0 + $1.count } }

    /// Where the values of a bin are.
    func pieces(_ bin: Int) -> ArraySlice<Piece> {
      guard let bin = UInt32(exactly: bin) else { return [] }
      let first = bins.sortedPlace(of: bin)
      var end = first
      while end < bins.count, bins[end] == bin { end += 1 }
      return pieces[first..<end]
    }

    /// Opens the file to read pieces; a reader that is not in use takes no descriptor.
    func open() throws -> ValueFile.Reader { try ValueFile.Reader(path, kind: kind) }

    /// All values of a bin.
    func values(_ bin: Int) throws -> [UInt64] {
      let pieces = pieces(bin)
      guard let first = pieces.first else { return [] }
      let reader = try open()
      if pieces.count == 1 {
        return try reader.values(UInt64.self, at: first.start * 8, count: first.count)
      }
      var values: [UInt64] = []
      values.reserveCapacity(count(bin))
      for piece in pieces {
        values += try reader.values(UInt64.self, at: piece.start * 8, count: piece.count)
      }
      return values
    }
  }
}
