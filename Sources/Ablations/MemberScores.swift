import Corpora
import Streams

/// A run's nats of each evaluation document, to the bit.
enum MemberScores {
  private static let column = "nats_bits"

  static func write(_ nats: [Double], to path: String) throws {
    var table = ColumnTable()
    table.set(column, .uint64(nats.map(\.bitPattern)))
    try ColumnFile.write(table, to: path)
  }

  static func read(_ path: String) throws -> [Double] {
    try ColumnFile.read(path).uint64(column).map { Double(bitPattern: $0) }
  }
}
