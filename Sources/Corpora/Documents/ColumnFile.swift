import Foundation
import Streams

/// A table of columns on disk, `NAME.columns`: the magic `MSCOLS01`, a UInt32 length, a JSON
/// header, then one zstd frame with checksum for each array, little-endian, in the header's order
/// (a bytes column is two arrays: UInt32 lengths, then the bytes).
public enum ColumnFile {
  private static let magic = Array("MSCOLS01".utf8)

  private struct Header: Codable {
    var version = 1
    var documents: Int
    var columns: [Entry]
  }

  private struct Entry: Codable {
    var name: String
    var type: String
    var width: Int?
    /// Plain and compressed byte counts of each frame.
    var plain: [Int]
    var compressed: [Int]
  }

  /// Writes the table aside, syncs and renames it. The same table gives the same bytes.
  public static func write(_ table: ColumnTable, to path: String) throws {
    let file = try OutputFile(path)
    try file.write(encode(table))
    try file.commit()
  }

  static func encode(_ table: ColumnTable) throws -> [UInt8] {
    var header = Header(documents: table.count, columns: [])
    var frames: [UInt8] = []
    for name in table.names {
      guard let column = table[name] else { continue }
      var entry = Entry(name: name, type: "", width: nil, plain: [], compressed: [])
      func add(_ bytes: UnsafeRawBufferPointer) throws {
        let frame = try Zstd.compress(bytes)
        entry.plain.append(bytes.count)
        entry.compressed.append(frame.count)
        frames += frame
      }
      switch column {
      case .float32(let values):
        entry.type = "float32"
        try values.withUnsafeBytes(add)
      case .uint64(let values):
        entry.type = "uint64"
        try values.withUnsafeBytes(add)
      case .uint8(let values):
        entry.type = "uint8"
        try values.withUnsafeBytes(add)
      case .uint64Rows(let values, let width):
        entry.type = "uint64rows"
        entry.width = width
        try values.withUnsafeBytes(add)
      case .bytes(let values):
        entry.type = "bytes"
        let lengths = (0..<values.count).map { UInt32(values.byteCount($0)) }
        try lengths.withUnsafeBytes(add)
        try values.bytes.withUnsafeBytes(add)
      }
      header.columns.append(entry)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let json = try encoder.encode(header)
    var bytes = magic
    withUnsafeBytes(of: UInt32(json.count).littleEndian) { bytes += $0 }
    bytes += json
    bytes += frames
    return bytes
  }

  /// Reads a table; every disagreement between header and frames is a fault that names the file.
  /// - Parameter names: the columns to read, those of them that are there; nil: all.
  public static func read(_ path: String, only names: Set<String>? = nil) throws -> ColumnTable {
    try decode(InputFile.bytes(path), path: path, only: names)
  }

  static func decode(
    _ bytes: [UInt8], path: String, only names: Set<String>? = nil
  ) throws -> ColumnTable {
    func damaged(_ found: String) -> Fault {
      Fault(
        .input, "'\(path)' is not a readable column file", at: path, found: found,
        expected: "a file written by this version of Midstream",
        hint: "remove it and run the stage that wrote it again")
    }
    guard bytes.count >= 12, bytes.starts(with: magic) else { throw damaged("another format") }
    let length = bytes[8..<12].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 12 else { throw damaged("a header cut short") }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(bytes[12..<12 + length]))
    } catch {
      throw damaged("a header that is not the expected JSON")
    }
    guard header.version == 1 else { throw damaged("format version \(header.version)") }
    var position = 12 + length
    var table = ColumnTable()
    for entry in header.columns {
      guard entry.plain.count == entry.compressed.count else { throw damaged("frame counts") }
      if let names, !names.contains(entry.name) {
        for compressed in entry.compressed {
          guard compressed >= 0, compressed <= bytes.count - position else {
            throw damaged("column '\(entry.name)' cut short")
          }
          position += compressed
        }
        continue
      }
      var arrays: [[UInt8]] = []
      for (plain, compressed) in zip(entry.plain, entry.compressed) {
        guard plain >= 0, compressed >= 0, compressed <= bytes.count - position,
          plain / 65_536 <= compressed + 1
        else { throw damaged("column '\(entry.name)' cut short") }
        var isWhole = false
        arrays.append(
          [UInt8](unsafeUninitializedCapacity: plain) { buffer, count in
            isWhole = bytes.withUnsafeBytes {
              Zstd.decompress(
                UnsafeRawBufferPointer(rebasing: $0[position..<position + compressed]),
                into: UnsafeMutableRawBufferPointer(buffer))
            }
            count = isWhole ? plain : 0
          })
        guard isWhole else { throw damaged("column '\(entry.name)' damaged") }
        position += compressed
      }
      guard let column = column(entry, arrays), column.count == header.documents,
        table[entry.name] == nil
      else { throw damaged("column '\(entry.name)' of the wrong shape") }
      table.set(entry.name, column)
    }
    guard position == bytes.count else { throw damaged("bytes after the last column") }
    return table
  }

  private static func column(_ entry: Entry, _ arrays: [[UInt8]]) -> Column? {
    func array<T: BitwiseCopyable>(_ bytes: [UInt8], of type: T.Type) -> [T]? {
      let size = MemoryLayout<T>.size
      guard bytes.count % size == 0 else { return nil }
      return [T](unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes)
        count = bytes.count / size
      }
    }
    switch (entry.type, arrays.count) {
    case ("float32", 1): return array(arrays[0], of: Float.self).map { .float32($0) }
    case ("uint64", 1): return array(arrays[0], of: UInt64.self).map { .uint64($0) }
    case ("uint8", 1): return .uint8(arrays[0])
    case ("uint64rows", 1):
      guard let values = array(arrays[0], of: UInt64.self), let width = entry.width, width > 0,
        values.count % width == 0
      else { return nil }
      return .uint64Rows(values, width: width)
    case ("bytes", 2):
      guard let lengths = array(arrays[0], of: UInt32.self) else { return nil }
      var offsets = [0]
      offsets.reserveCapacity(lengths.count + 1)
      for length in lengths { offsets.append(offsets[offsets.count - 1] + Int(length)) }
      guard offsets[lengths.count] == arrays[1].count else { return nil }
      return .bytes(ByteColumn(bytes: arrays[1], offsets: offsets))
    default: return nil
    }
  }
}
