/// The header in front of each page.
struct ParquetPageHeader {
  enum Kind: Equatable {
    case data
    case dictionary
    /// Levels in front of the values, never compressed.
    case data2(definitionBytes: Int, repetitionBytes: Int, isCompressed: Bool)
    /// An index or something newer: passed over.
    case other
  }

  var kind = Kind.other
  /// Bytes on disk behind the header.
  var byteCount = 0
  /// Bytes after decompression.
  var plainByteCount = 0
  /// Of the bytes on disk.
  var crc: UInt32?
  /// Values of the page, nulls too.
  var valueCount = 0
  var encoding = -1
  /// Of the levels of a page of the first kind.
  var levelEncoding = -1
  var repetitionEncoding = -1

  init(_ reader: inout ThriftReader) throws {
    var header = self
    var (typeCode, hasBody) = (-1, false)
    try reader.forEachField { reader, id, type in
      switch id {
      case 1: typeCode = try reader.count(type)
      case 2: header.plainByteCount = try reader.count(type)
      case 3: header.byteCount = try reader.count(type)
      case 4: header.crc = UInt32(truncatingIfNeeded: try reader.integer(type))
      case 5 where typeCode == 0, 7 where typeCode == 2, 8 where typeCode == 3:
        try reader.expect(type, .structure)
        hasBody = true
        try header.readBody(&reader, isSecondKind: id == 8)
        if id == 5 { header.kind = .data }
        if id == 7 { header.kind = .dictionary }
      default: try reader.skip(type)
      }
    }
    guard hasBody || (typeCode != 0 && typeCode != 2 && typeCode != 3) else {
      throw ParquetDamage("a page header does not describe its page")
    }
    guard header.byteCount <= Int(Int32.max), header.plainByteCount <= Int(Int32.max) else {
      throw ParquetDamage("a page header has a size of more than 31 bits")
    }
    self = header
  }

  private init() {}

  private mutating func readBody(_ reader: inout ThriftReader, isSecondKind: Bool) throws {
    var header = self
    var (definition, repetition, isCompressed) = (0, 0, true)
    try reader.forEachField { reader, id, type in
      switch (id, isSecondKind) {
      case (1, _): header.valueCount = try reader.count(type)
      case (2, false), (4, true): header.encoding = try reader.count(type)
      case (3, false):
        // A dictionary's field 3 says whether it is sorted.
        if type == .yes || type == .no { break }
        header.levelEncoding = try reader.count(type)
      case (4, false): header.repetitionEncoding = try reader.count(type)
      case (5, true): definition = try reader.count(type)
      case (6, true): repetition = try reader.count(type)
      case (7, true): isCompressed = try reader.boolean(type)
      default: try reader.skip(type)
      }
    }
    if isSecondKind {
      header.kind = .data2(
        definitionBytes: definition, repetitionBytes: repetition, isCompressed: isCompressed)
    }
    self = header
  }
}
