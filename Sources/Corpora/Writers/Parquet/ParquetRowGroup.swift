import Streams

/// The columns that Midstream writes, all of them strings.
enum ParquetDocumentColumn: String, CaseIterable {
  case id
  case text
  case source
  case url
  /// JSON.
  case metadata
  /// A JSON object: what Midstream and earlier steps measured.
  case attributes
  /// A JSON object: the fields of the input that have no column here.
  case otherFields = "other_fields"

  var isOptional: Bool { self != .id && self != .text && self != .source }
  /// Columns with few different values, as a rule, get a dictionary where that holds.
  var mayHaveDictionary: Bool { self == .source }
  /// Whether readers may skip row groups by its smallest and largest value.
  var hasBounds: Bool { self == .id || self == .source || self == .url }
}

/// The documents of one row group, or of a piece of one, collected until they are enough. Under
/// ``DocumentWriter`` a row group ends where the documents say, whatever the batches; where pieces are
/// made batch by batch, on several threads, it ends with the batch whose piece fills it.
struct ParquetRowGroup: Sendable {
  /// Bytes of text, and documents, that fill a row group.
  static let targetTextBytes = 64 << 20
  static let targetRows = 100_000

  /// One column each, in the order of `ParquetDocumentColumn.allCases`; null is empty.
  private(set) var columns = ParquetDocumentColumn.allCases.map { _ in ByteColumn() }

  var rowCount: Int { columns[0].count }

  /// Whether the row group is as large as row groups should be.
  var isFull: Bool {
    columns[1].bytes.count >= ParquetRowGroup.targetTextBytes
      || rowCount >= ParquetRowGroup.targetRows
  }

  /// Takes the document at `index` of a batch, with these columns as its attributes.
  /// - Parameter scratch: memory that is used again and again.
  mutating func append(
    _ batch: DocumentBatch, _ index: Int, _ attributes: [AttributeColumn],
    _ scratch: inout JSONBuffer
  ) {
    batch.ids.withBytes(index) { columns[0].append($0) }
    batch.texts.withBytes(index) { columns[1].append($0) }
    batch.sources.withBytes(index) { columns[2].append($0) }
    batch.urls.withBytes(index) { columns[3].append($0) }
    batch.metadata.withBytes(index) { columns[4].append($0) }
    if attributes.isEmpty, batch.carriedAttributes.byteCount(index) == 0 {
      columns[5].appendEmpty()
    } else {
      scratch.removeAll()
      scratch.append("{")
      scratch.append(attributes: attributes, batch.carriedAttributes, index)
      scratch.append("}")
      columns[5].append(scratch.contents)
    }
    if batch.otherFields.byteCount(index) == 0 {
      columns[6].appendEmpty()
    } else {
      scratch.removeAll()
      scratch.append("{")
      batch.otherFields.withBytes(index) { scratch.append($0) }
      scratch.append("}")
      columns[6].append(scratch.contents)
    }
  }

  mutating func removeAll() {
    for index in columns.indices { columns[index].removeAll() }
  }

  /// The row group, or a piece of one, compressed on any thread.
  /// - Parameter level: of zstd.
  func encode(level: Int32 = 3) throws -> EncodedRowGroup {
    let pages = try ParquetPageWriter(level: level)
    var group = EncodedRowGroup(rowCount: rowCount, textByteCount: columns[1].bytes.count)
    for (column, values) in zip(ParquetDocumentColumn.allCases, columns) {
      group.chunks.append(
        column.mayHaveDictionary
          ? ParquetChunk(waiting: values) : try pages.chunk(values, column))
    }
    return group
  }
}

/// Rows ready to be appended to a file, in the places that the file gives them.
package struct EncodedRowGroup: Sendable {
  /// In the order of `ParquetDocumentColumn.allCases`.
  var chunks: [ParquetChunk] = []
  var rowCount: Int
  /// Bytes of text before compression.
  var textByteCount: Int

  init(rowCount: Int, textByteCount: Int) {
    self.rowCount = rowCount
    self.textByteCount = textByteCount
  }

  /// Whether the text fills a row group.
  var isFull: Bool { textByteCount >= ParquetRowGroup.targetTextBytes }

  /// Appends the rows of another piece.
  mutating func append(_ other: EncodedRowGroup) {
    for index in chunks.indices { chunks[index].append(other.chunks[index]) }
    rowCount += other.rowCount
    textByteCount += other.textByteCount
  }
}

/// The pages of one column of a row group.
struct ParquetChunk: Sendable {
  var bytes: [UInt8] = []
  /// Bytes of the dictionary's page in front of the data pages; 0 for none.
  var dictionaryByteCount = 0
  /// Bytes with the page headers, before compression.
  var plainByteCount = 0
  var nullCount = 0
  var bounds = ByteBounds()
  /// Values that become pages when the row group is complete: a row group has one dictionary.
  var waiting: ByteColumn?

  init() {}

  init(waiting: ByteColumn) { self.waiting = waiting }

  mutating func append(_ other: ParquetChunk) {
    bytes += other.bytes
    plainByteCount += other.plainByteCount
    nullCount += other.nullCount
    bounds.append(other.bounds)
    if let more = other.waiting { waiting?.append(contentsOf: more) }
  }
}

/// The smallest and the largest value, in the order of bytes.
struct ByteBounds: Sendable {
  private(set) var smallest: [UInt8]?
  private(set) var largest: [UInt8]?
  /// A value was so long that the bounds are not kept.
  private var isGivenUp = false
  /// Longer values make no bounds.
  private static let limit = 64

  mutating func giveUp() {
    (smallest, largest) = (nil, nil)
    isGivenUp = true
  }

  mutating func append(_ value: ArraySlice<UInt8>) {
    if isGivenUp { return }
    guard value.count <= ByteBounds.limit else { return giveUp() }
    if smallest.map({ value.lexicographicallyPrecedes($0) }) ?? true { smallest = Array(value) }
    if largest.map({ $0.lexicographicallyPrecedes(value) }) ?? true { largest = Array(value) }
  }

  mutating func append(_ other: ByteBounds) {
    if other.isGivenUp { return giveUp() }
    if let smallest = other.smallest { append(smallest[...]) }
    if let largest = other.largest { append(largest[...]) }
  }
}
