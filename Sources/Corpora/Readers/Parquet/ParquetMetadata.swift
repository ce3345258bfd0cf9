import Streams

/// What the footer of a Parquet file says, as far as reading documents needs it.
struct ParquetMetadata {
  var columns: [ParquetColumn] = []
  var rowCount = 0
  var rowGroups: [RowGroup] = []
  var createdBy = ""

  struct RowGroup {
    var rowCount = 0
    /// One for each column, in the same order.
    var chunks: [Chunk] = []
    /// Bytes on disk. Chunks that cannot be read have none: nothing they claim is checked. The others
    /// lie apart in the file, so that their sum is no larger than it.
    var byteCount: Int { chunks.reduce(0) { $1.isReadable ? $0 + $1.byteCount : $0 } }
  }

  /// The pages of one column in one row group.
  struct Chunk {
    var type: ParquetColumn.PhysicalType?
    var codec = -1
    var valueCount = -1
    /// Bytes on disk.
    var byteCount = -1
    var dataPageOffset = -1
    var dictionaryPageOffset: Int?
    var isElsewhere = false
    var isEncrypted = false

    var isReadable: Bool { !isElsewhere && !isEncrypted }

    /// The first byte of the dictionary, or of the first page.
    var start: Int {
      if let dictionaryPageOffset, dictionaryPageOffset > 0 {
        return min(dictionaryPageOffset, dataPageOffset)
      }
      return dataPageOffset
    }
  }
}

extension ParquetMetadata {
  /// A footer larger than this is refused.
  private static let footerLimit = 256 << 20
  /// The chunks of all row groups. Even the shortest true one has more than 30 bytes in the footer; what
  /// a hostile one has in memory is many times its bytes.
  static let chunkLimit = 1 << 22

  /// Reads the footer of a file. `name` names it in faults.
  init(_ file: RandomAccessBytes, name: String) throws {
    let tail = 8
    guard file.count >= tail + 4 else {
      throw ParquetMetadata.wrong(name, "the file has only \(file.count) bytes", 0)
    }
    var end = [UInt8](repeating: 0, count: tail)
    try end.withUnsafeMutableBytes { try file.fill($0, from: file.count - tail) }
    let magic = Array(end[4...])
    guard magic != Array("PARE".utf8) else {
      throw Fault(
        .input, "'\(name)' has an encrypted footer", at: name,
        hint: "Midstream does not read encrypted Parquet")
    }
    guard magic == Array("PAR1".utf8) else {
      throw ParquetMetadata.wrong(name, "it does not end with 'PAR1'", file.count - 4)
    }
    let length = end[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = file.count - tail - length
    guard start >= 4, length <= ParquetMetadata.footerLimit else {
      throw ParquetMetadata.wrong(
        name, "the footer claims \(length) of the file's \(file.count) bytes",
        file.count - tail)
    }
    let footer = UnsafeMutableRawBufferPointer.allocate(byteCount: length, alignment: 16)
    defer { footer.deallocate() }
    try file.fill(footer, from: start)
    do {
      try self.init(footer: UnsafeRawBufferPointer(footer))
      try check(dataEnd: start)
    } catch is ThriftReader.EndOfBytes {
      throw ParquetMetadata.wrong(name, "the footer ends too early", start)
    } catch let damage as ParquetDamage {
      throw ParquetMetadata.wrong(name, damage.message, start)
    }
  }

  private static func wrong(_ name: String, _ found: String, _ offset: Int) -> Fault {
    Fault(
      .input, "'\(name)' is not a Parquet file, or is damaged", at: "\(name), byte \(offset)",
      found: found, hint: "fetch or make it again")
  }

  /// Takes a footer apart. What it says of places in the file is not checked.
  init(footer: UnsafeRawBufferPointer, chunkLimit: Int = ParquetMetadata.chunkLimit) throws {
    var reader = ThriftReader(footer)
    var elements: [SchemaElement] = []
    var rowCount: Int?
    var rowGroupList: ThriftReader?
    var createdBy = ""
    try reader.forEachField { reader, id, type in
      switch id {
      case 2:
        try reader.expect(type, .list)
        try reader.forEachElement(of: .structure) { reader in
          guard elements.count < 1 << 16 else { throw ParquetDamage("there are too many columns") }
          elements.append(try SchemaElement(&reader))
        }
      case 3: rowCount = try reader.count(type)
      case 4:
        // Read when the columns are known, which need not come before.
        try reader.expect(type, .list)
        rowGroupList = reader
        try reader.skip(type)
      case 6: createdBy = try reader.string(type)
      default: try reader.skip(type)
      }
    }
    guard let rowCount else { throw ParquetDamage("the footer has no number of rows") }
    columns = try ParquetColumn.leaves(of: elements)
    self.rowCount = rowCount
    self.createdBy = createdBy
    guard var rowGroupList else { return }
    try readRowGroups(&rowGroupList, chunkLimit)
  }

  private mutating func readRowGroups(_ reader: inout ThriftReader, _ chunkLimit: Int) throws {
    var chunksLeft = chunkLimit
    try reader.forEachElement(of: .structure) { reader in
      let group = try RowGroup(&reader, index: rowGroups.count, columnCount: columns.count)
      chunksLeft -= group.chunks.count
      guard chunksLeft >= 0 else {
        throw ParquetDamage("there are more than \(chunkLimit) columns in all row groups")
      }
      rowGroups.append(group)
    }
  }

  /// Every chunk lies inside the file, and no byte belongs to two of them.
  private func check(dataEnd: Int) throws {
    var rows = 0
    var ranges: [Range<Int>] = []
    for (index, group) in rowGroups.enumerated() {
      guard group.rowCount <= 1 << 40, group.chunks.count == columns.count else {
        throw ParquetDamage(
          "row group \(index) has \(group.chunks.count) columns and \(group.rowCount) rows, "
            + "the schema has \(columns.count) columns")
      }
      let (sum, overflows) = rows.addingReportingOverflow(group.rowCount)
      guard !overflows else { throw ParquetDamage("the row groups have too many rows") }
      rows = sum
      for (chunk, column) in zip(group.chunks, columns) where chunk.isReadable {
        let start = chunk.start
        guard chunk.type == column.type, chunk.byteCount >= 0, chunk.valueCount >= 0, start >= 4,
          chunk.byteCount <= dataEnd - start
        else {
          throw ParquetDamage(
            "column '\(column.path)' of row group \(index) is not where the footer says")
        }
        if chunk.byteCount > 0 { ranges.append(start..<start + chunk.byteCount) }
      }
    }
    ranges.sort { $0.lowerBound < $1.lowerBound }
    for (range, next) in zip(ranges, ranges.dropFirst()) where range.upperBound > next.lowerBound {
      throw ParquetDamage("two columns claim byte \(next.lowerBound)")
    }
  }
}

extension ParquetMetadata.RowGroup {
  fileprivate init(_ reader: inout ThriftReader, index: Int, columnCount: Int) throws {
    var rows: Int?
    var chunks: [ParquetMetadata.Chunk] = []
    try reader.forEachField { reader, id, type in
      switch id {
      case 1:
        try reader.expect(type, .list)
        try reader.forEachElement(of: .structure) {
          guard chunks.count < columnCount else {
            throw ParquetDamage(
              "row group \(index) has more than \(columnCount) columns, the schema has \(columnCount)"
            )
          }
          chunks.append(try ParquetMetadata.Chunk(&$0))
        }
      case 3: rows = try reader.count(type)
      default: try reader.skip(type)
      }
    }
    guard let rows, !chunks.isEmpty else { throw ParquetDamage("a row group has no columns") }
    rowCount = rows
    self.chunks = chunks
  }
}

extension ParquetMetadata.Chunk {
  fileprivate init(_ reader: inout ThriftReader) throws {
    var chunk = ParquetMetadata.Chunk()
    var hasMetadata = false
    try reader.forEachField { reader, id, type in
      switch id {
      case 1:
        chunk.isElsewhere = try !reader.string(type).isEmpty
      case 3:
        try reader.expect(type, .structure)
        hasMetadata = true
        try chunk.readMetadata(&reader)
      case 8:
        chunk.isEncrypted = true
        try reader.skip(type)
      default: try reader.skip(type)
      }
    }
    guard hasMetadata || chunk.isEncrypted else {
      throw ParquetDamage("a column of a row group says nothing about its pages")
    }
    self = chunk
  }

  private mutating func readMetadata(_ reader: inout ThriftReader) throws {
    var chunk = self
    try reader.forEachField { reader, id, type in
      switch id {
      case 1:
        chunk.type = ParquetColumn.PhysicalType(rawValue: try reader.count(type))
      case 4: chunk.codec = try reader.count(type)
      case 5: chunk.valueCount = try reader.count(type)
      case 7: chunk.byteCount = try reader.count(type)
      case 9: chunk.dataPageOffset = try reader.count(type)
      case 11: chunk.dictionaryPageOffset = try reader.count(type)
      default: try reader.skip(type)
      }
    }
    self = chunk
  }
}
