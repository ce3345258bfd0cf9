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

/// The documents of one row group, collected until there are enough of them. Where it ends depends on
/// the documents only, never on the batches in which they come.
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

  /// The bytes of the row group as the file has them, on any thread.
  /// - Parameter level: of zstd.
  func encode(level: Int32 = 3) throws -> EncodedRowGroup {
    let pages = try ParquetPageWriter(level: level)
    var group = EncodedRowGroup(rowCount: rowCount)
    for (column, values) in zip(ParquetDocumentColumn.allCases, columns) {
      group.chunks.append(try pages.write(values, column, to: &group.bytes))
    }
    return group
  }
}

/// A row group ready to be appended to a file; its places count from its own start.
package struct EncodedRowGroup: Sendable {
  struct Chunk: Sendable {
    /// Where the first page starts: the dictionary's, where there is one.
    var start: Int
    var dataStart: Int
    /// Bytes in the file, with the page headers, and the same before compression.
    var byteCount = 0
    var plainByteCount = 0
    var hasDictionary = false
    var nullCount = 0
    var smallest: [UInt8]?
    var largest: [UInt8]?
  }

  var bytes: [UInt8] = []
  var chunks: [Chunk] = []
  package var rowCount: Int

  init(rowCount: Int) { self.rowCount = rowCount }
}
