import Streams

/// Writes the pages of string columns: data pages of version 1, which every reader knows, compressed
/// with zstd.
final class ParquetPageWriter {
  /// Values are collected to about this many bytes a page; a longer value has a page of its own.
  static let targetByteCount = 1 << 20
  /// A row group with more different values, or longer ones, has no dictionary.
  static let dictionaryLimit = 1 << 12
  static let dictionaryByteLimit = 1 << 18

  private let compressor: FrameCompressor
  private var plain: [UInt8] = []

  init(level: Int32) throws { compressor = try FrameCompressor(level: level) }

  /// A column's pages. An empty value of an optional column is null.
  func chunk(_ values: ByteColumn, _ column: ParquetDocumentColumn) throws -> ParquetChunk {
    var chunk = ParquetChunk()
    for i in 0..<values.count {
      if column.isOptional && values.byteCount(i) == 0 {
        chunk.nullCount += 1
      } else if column.hasBounds {
        chunk.bounds.append(values[i])
      }
    }
    if column.mayHaveDictionary, let dictionary = PageDictionary(values) {
      try writeDictionary(dictionary, to: &chunk)
      try writeIndices(dictionary, to: &chunk)
    } else {
      try writePlain(values, isOptional: column.isOptional, to: &chunk)
    }
    return chunk
  }

  // MARK: Values

  private func writePlain(
    _ values: ByteColumn, isOptional: Bool, to chunk: inout ParquetChunk
  ) throws {
    var first = 0
    while first < values.count {
      var (end, size) = (first, 0)
      while end < values.count, end == first || size < ParquetPageWriter.targetByteCount {
        size += 4 + values.byteCount(end)
        end += 1
        // The next one may be long: it gets a page of its own.
        if end < values.count, values.byteCount(end) > ParquetPageWriter.targetByteCount { break }
      }
      plain.removeAll(keepingCapacity: true)
      if isOptional { appendLevels(values, first..<end) }
      for i in first..<end {
        let count = values.byteCount(i)
        if isOptional && count == 0 { continue }
        guard let length = Int32(exactly: count) else { throw ParquetPageWriter.tooLarge(count) }
        plain.append(littleEndian: UInt32(length))
        values.withBytes(i) { plain.append(contentsOf: $0) }
      }
      try writePage(valueCount: end - first, .plain, to: &chunk)
      first = end
    }
  }

  /// Definition levels: 1 for a value, 0 for null.
  private func appendLevels(_ values: ByteColumn, _ rows: Range<Int>) {
    let present = rows.reduce(0) { $0 + (values.byteCount($1) > 0 ? 1 : 0) }
    var levels: [UInt8] = []
    if present == 0 || present == rows.count {
      levels.append(varint: UInt64(rows.count) << 1)
      levels.append(present == 0 ? 0 : 1)
    } else {
      let groups = (rows.count + 7) / 8
      levels.append(varint: UInt64(groups) << 1 | 1)
      let start = levels.count
      levels.append(contentsOf: repeatElement(0, count: groups))
      for (place, row) in rows.enumerated() where values.byteCount(row) > 0 {
        levels[start + place >> 3] |= 1 << UInt8(place & 7)
      }
    }
    plain.append(littleEndian: UInt32(levels.count))
    plain.append(contentsOf: levels)
  }

  private func writeDictionary(
    _ dictionary: PageDictionary, to chunk: inout ParquetChunk
  ) throws {
    plain.removeAll(keepingCapacity: true)
    for value in dictionary.values {
      plain.append(littleEndian: UInt32(value.count))
      plain.append(contentsOf: value)
    }
    try writePage(valueCount: dictionary.values.count, nil, to: &chunk)
    chunk.dictionaryByteCount = chunk.bytes.count
  }

  private func writeIndices(
    _ dictionary: PageDictionary, to chunk: inout ParquetChunk
  ) throws {
    let indices = dictionary.indices
    let width = max(1, Int.bitWidth - (dictionary.values.count - 1).leadingZeroBitCount)
    plain.removeAll(keepingCapacity: true)
    plain.append(UInt8(width))
    if dictionary.values.count == 1 {
      plain.append(varint: UInt64(indices.count) << 1)
      plain.append(0)
    } else {
      let groups = (indices.count + 7) / 8
      plain.append(varint: UInt64(groups) << 1 | 1)
      var (word, bits) = (UInt64(0), 0)
      for place in 0..<groups * 8 {
        let index = place < indices.count ? UInt64(indices[place]) : 0
        word |= index << UInt64(bits)
        bits += width
        while bits >= 8 {
          plain.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
          bits -= 8
        }
      }
    }
    try writePage(valueCount: indices.count, .dictionary, to: &chunk)
  }

  // MARK: Pages

  /// Compresses what `plain` has, and appends it behind its header.
  /// - Parameter encoding: nil for a dictionary.
  private func writePage(
    valueCount: Int, _ encoding: ParquetEncoding?, to chunk: inout ParquetChunk
  ) throws {
    try plain.withUnsafeBytes { plain in
      try compressor.compress(plain) { block in
        guard plain.count <= Int(Int32.max), block.count <= Int(Int32.max) else {
          throw ParquetPageWriter.tooLarge(plain.count)
        }
        var header = ThriftWriter()
        header.integer(1, encoding == nil ? 2 : 0)
        header.integer(2, plain.count)
        header.integer(3, block.count)
        header.structure(encoding == nil ? 7 : 5) {
          $0.integer(1, valueCount)
          $0.integer(2, (encoding ?? .plain).rawValue)
          if encoding != nil {
            $0.integer(3, ParquetEncoding.runs.rawValue)
            $0.integer(4, ParquetEncoding.runs.rawValue)
          }
        }
        header.stop()
        chunk.bytes.append(contentsOf: header.bytes)
        chunk.bytes.append(contentsOf: block)
        chunk.plainByteCount += header.bytes.count + plain.count
      }
    }
  }

  private static func tooLarge(_ byteCount: Int) -> Fault {
    Fault(
      .input, "a document is too large for Parquet", found: "\(byteCount) bytes",
      expected: "less than 2 GiB")
  }
}

/// The different values of a column, in the order of their first use.
private struct PageDictionary {
  private(set) var values: [ArraySlice<UInt8>] = []
  private(set) var indices: [UInt32] = []

  /// Nil where there are too many different values, or too long ones, for a dictionary.
  init?(_ column: ByteColumn) {
    var places: [ArraySlice<UInt8>: UInt32] = [:]
    var byteCount = 0
    indices.reserveCapacity(column.count)
    for i in 0..<column.count {
      let value = column[i]
      // Neighbours often have the same source.
      if let last = indices.last, values[Int(last)] == value {
        indices.append(last)
      } else if let place = places[value] {
        indices.append(place)
      } else {
        byteCount += value.count
        guard values.count < ParquetPageWriter.dictionaryLimit,
          byteCount <= ParquetPageWriter.dictionaryByteLimit
        else { return nil }
        places[value] = UInt32(values.count)
        indices.append(UInt32(values.count))
        values.append(value)
      }
    }
    if values.isEmpty { return nil }
  }
}
