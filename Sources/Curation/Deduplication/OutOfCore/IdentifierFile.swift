import Corpora
import Streams

/// The ids of one part's documents on disk, each of which can be read alone: their number, where each
/// ends, then their bytes.
package enum IdentifierFile {
  private static let kind: StaticString = "IDEN"

  package static func write(_ ids: ByteColumn, to path: String) throws {
    let file = try ValueFile.Writer(path, kind: kind)
    try file.append(UInt64(ids.count))
    var end = 0
    for index in 0..<ids.count {
      end += ids.byteCount(index)
      try file.append(UInt64(end))
    }
    for index in 0..<ids.count { try ids.withBytes(index) { try file.append($0) } }
    try file.commit()
  }

  package final class Reader {
    package let count: Int
    private let reader: ValueFile.Reader

    package init(_ path: String) throws {
      reader = try ValueFile.Reader(path, kind: kind)
      let head = try reader.values(UInt64.self, at: 0, count: 1)
      guard head[0] <= UInt64(reader.count / 8) else {
        throw reader.damaged("\(head[0]) ids", expected: "ids that are all there")
      }
      count = Int(head[0])
    }

    package subscript(index: Int) -> String {
      get throws {
        let bytes = try self.bytes(index)
        return String(decoding: bytes, as: UTF8.self)
      }
    }

    package func bytes(_ index: Int) throws -> [UInt8] {
      guard (0..<count).contains(index) else {
        throw reader.damaged("\(count) ids", expected: "an id of document \(index)")
      }
      let ends = try reader.values(
        UInt64.self, at: 8 + max(0, index - 1) * 8, count: index == 0 ? 1 : 2)
      let start = index == 0 ? 0 : ends[0]
      let end = ends[ends.count - 1]
      guard start <= end, end <= UInt64(reader.count) else {
        throw reader.damaged("an id that ends at \(end)", expected: "ids in order")
      }
      return try reader.values(
        UInt8.self, at: 8 + count * 8 + Int(start), count: Int(end - start))
    }

    /// All ids, in order.
    package func all() throws -> ByteColumn {
      let ends = try reader.values(UInt64.self, at: 8, count: count)
      guard zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }),
        (ends.last ?? 0) == UInt64(reader.count - 8 - count * 8)
      else { throw reader.damaged("\(reader.count) bytes", expected: "ids in order") }
      return ByteColumn(
        bytes: try reader.values(UInt8.self, at: 8 + count * 8, count: Int(ends.last ?? 0)),
        offsets: [0] + ends.map { Int($0) })
    }
  }
}

/// Ids of documents by their part and place, a few parts open at a time.
package final class DocumentIdentifiers {
  private let path: (Int) -> String
  private var open: [Int: IdentifierFile.Reader] = [:]
  private static let openLimit = 64

  /// - Parameter path: of the ids of a part.
  package init(path: @escaping (Int) -> String) { self.path = path }

  package func id(part: Int, place: Int) throws -> String {
    if let reader = open[part] { return try reader[place] }
    if open.count >= Self.openLimit { open.removeAll(keepingCapacity: true) }
    let reader = try IdentifierFile.Reader(path(part))
    open[part] = reader
    return try reader[place]
  }
}
