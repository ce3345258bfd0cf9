import Streams

/// What has become of a document of an index.
package enum DocumentState: UInt8, Sendable {
  /// It stays: it stands for itself or for its cluster.
  case survivor
  /// It went, for another document.
  case removed
  /// Nothing is known of it any more but that there was one.
  case forgotten
}

/// The states of all documents of an index on disk, a byte each, in the order of its parts.
enum DocumentStateFile {
  private static let kind: StaticString = "STAT"

  static func write(_ states: [[DocumentState]], to path: String) throws {
    let file = try ValueFile.Writer(path, kind: kind)
    for part in states { try file.append(contentsOf: part.map(\.rawValue)) }
    try file.commit()
  }

  /// The states of a range of documents.
  static func read(_ path: String, _ range: Range<Int>) throws -> [DocumentState] {
    let reader = try ValueFile.Reader(path, kind: kind)
    return try reader.values(UInt8.self, at: range.lowerBound, count: range.count).map {
      guard let state = DocumentState(rawValue: $0) else {
        throw reader.damaged("a state of \($0)", expected: "0, 1 or 2")
      }
      return state
    }
  }
}
