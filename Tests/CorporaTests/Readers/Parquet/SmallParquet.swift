import Streams

@testable import Corpora

/// A Parquet file with one column `text`, whose every statement can be made a lie.
struct SmallParquet {
  /// Of the page header.
  var plainByteCount: Int
  var storedByteCount: Int
  var valueCount: Int
  var encoding = 0
  /// Of the footer.
  var codec = 0
  var rowCount: Int
  var groupRowCount: Int
  var chunkValueCount: Int
  var chunkByteCount: Int?
  var dataPageOffset = 4
  var dictionaryPageOffset: Int?
  var isOptional = false
  var groups = 1
  var page: [UInt8]

  init(text: ByteColumn) {
    page = []
    for i in 0..<text.count {
      page.append(littleEndian: UInt32(text.byteCount(i)))
      page.append(contentsOf: text[i])
    }
    (plainByteCount, storedByteCount) = (page.count, page.count)
    (valueCount, rowCount, groupRowCount, chunkValueCount) =
      (text.count, text.count, text.count, text.count)
  }

  /// A page of any bytes.
  init(page: [UInt8], rows: Int, encoding: Int = 0, isOptional: Bool = false) {
    self.init(text: ByteColumn())
    self.page = page
    self.encoding = encoding
    self.isOptional = isOptional
    (plainByteCount, storedByteCount) = (page.count, page.count)
    (valueCount, rowCount, groupRowCount, chunkValueCount) = (rows, rows, rows, rows)
  }

  var bytes: [UInt8] {
    var header = ThriftWriter()
    header.integer(1, 0)
    header.integer(2, plainByteCount)
    header.integer(3, storedByteCount)
    header.structure(5) {
      $0.integer(1, valueCount)
      $0.integer(2, encoding)
      $0.integer(3, 3)
      $0.integer(4, 3)
    }
    header.stop()
    let chunk = header.bytes + page
    return Self.file(chunk, footer(chunk.count))
  }

  static func file(_ data: [UInt8], _ footer: [UInt8]) -> [UInt8] {
    var file = Array("PAR1".utf8) + data + footer
    file.append(littleEndian: UInt32(footer.count))
    return file + Array("PAR1".utf8)
  }

  func footer(_ chunkSize: Int) -> [UInt8] {
    var footer = ThriftWriter()
    footer.integer(1, 1)
    footer.structures(2, 2) { writer, index in
      if index == 1 {
        writer.integer(1, 6)
        writer.integer(3, isOptional ? 1 : 0)
      }
      writer.binary(4, (index == 0 ? "schema" : "text").utf8)
      if index == 0 { writer.integer(5, 1) } else { writer.integer(6, 0) }
    }
    footer.long(3, rowCount)
    footer.structures(4, groups) { writer, _ in
      writer.structures(1, 1) { writer, _ in
        writer.long(2, 0)
        writer.structure(3) {
          $0.integer(1, 6)
          $0.integers(2, [0])
          $0.binaries(3, [Array("text".utf8)])
          $0.integer(4, codec)
          $0.long(5, chunkValueCount)
          $0.long(6, chunkSize)
          $0.long(7, chunkByteCount ?? chunkSize)
          $0.long(9, dataPageOffset)
          if let dictionaryPageOffset { $0.long(11, dictionaryPageOffset) }
        }
      }
      writer.long(2, chunkSize)
      writer.long(3, groupRowCount)
    }
    footer.stop()
    return footer.bytes
  }
}
