import Streams

/// The shingle sets of one part's documents on disk, each of which can be read alone.
///
/// Behind the header of a `ValueFile`: the hashes of all sets in 32 bits, one set after the other;
/// where each set ends, counted in hashes, in 64 bits; a check of each set in 32 bits; the number of
/// sets in 64 bits. A set is read rarely, so it carries its own check instead of one for the file.
package enum ShingleSetFile {
  private static let kind: StaticString = "SSET"

  private static func check(_ set: [UInt32]) -> UInt32 {
    set.withUnsafeBytes { UInt32(truncatingIfNeeded: ContentDigest($0).low) }
  }

  package final class Writer {
    private let file: ValueFile.Writer
    private var ends: [UInt64] = []
    private var checks: [UInt32] = []

    package init(_ path: String) throws { file = try ValueFile.Writer(path, kind: kind) }

    /// Takes the set of the next document.
    package func append(_ set: [UInt32]) throws {
      try file.append(contentsOf: set)
      ends.append((ends.last ?? 0) + UInt64(set.count))
      checks.append(ShingleSetFile.check(set))
    }

    package func commit() throws {
      try file.append(contentsOf: ends)
      try file.append(contentsOf: checks)
      try file.append(UInt64(ends.count))
      try file.commit()
    }
  }

  package final class Reader {
    package let count: Int
    private let reader: ValueFile.Reader
    private let ends: [UInt64]
    private let checks: [UInt32]

    package init(_ path: String) throws {
      reader = try ValueFile.Reader(path, kind: kind)
      let limit = reader.count - 8
      guard limit >= 0, let count = try reader.values(UInt64.self, at: limit, count: 1).first,
        count <= UInt64(limit / 12)
      else { throw reader.damaged("\(reader.count) bytes", expected: "shingle sets") }
      self.count = Int(count)
      let places = limit - self.count * 12
      ends = try reader.values(UInt64.self, at: places, count: self.count)
      checks = try reader.values(UInt32.self, at: places + self.count * 8, count: self.count)
      guard zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }),
        (ends.last ?? 0) == UInt64(places / 4), places % 4 == 0
      else { throw reader.damaged("\(reader.count) bytes", expected: "sets that are all there") }
    }

    /// The set of a document by its place in the part.
    package func set(_ place: Int) throws -> [UInt32] {
      guard (0..<count).contains(place) else {
        throw reader.damaged("\(count) sets", expected: "a set of document \(place)")
      }
      let start = place == 0 ? 0 : Int(ends[place - 1])
      let set = try reader.values(
        UInt32.self, at: start * 4, count: Int(ends[place]) - start)
      guard ShingleSetFile.check(set) == checks[place] else {
        throw reader.damaged("other bytes", expected: "the set of document \(place)")
      }
      return set
    }
  }
}
