import Corpora
import Streams

/// How much the documents of one part are worth keeping, on disk.
package enum RankFile {
  private static let tier = "tier"
  private static let value = "value"

  package static func write(tiers: [UInt8], values: [Double], to path: String) throws {
    var table = ColumnTable()
    table.set(tier, .uint8(tiers))
    table.set(value, .uint64(values.map(\.bitPattern)))
    try ColumnFile.write(table, to: path)
  }

  package static func read(_ path: String) throws -> KeepPreferences {
    let table = try ColumnFile.read(path)
    return KeepPreferences(
      tiers: try table.uint8(tier), values: try table.uint64(value).map(Double.init(bitPattern:)))
  }
}
