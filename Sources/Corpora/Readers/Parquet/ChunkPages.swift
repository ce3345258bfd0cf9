import Streams

/// Reads the pages of one column of one row group, one after the other, decompressed.
final class ChunkPages {
  /// A page, valid until the next one of its kind.
  struct Page {
    var header: ParquetPageHeader
    /// Levels and values; the dictionary's values.
    var bytes: UnsafeRawBufferPointer
  }

  /// Headers are small; those with long statistics may have this many bytes.
  private static let headerLimit = 16 << 20

  private let file: RandomAccessBytes
  private let decompressor: BlockDecompressor
  /// A larger page is refused.
  private let pageLimit: Int
  private var codec = BlockCodec.none
  private var position = 0
  private var end = 0
  private let headerBytes = GrowingBuffer()
  private let stored = GrowingBuffer()
  private let page = GrowingBuffer()
  private let dictionary = GrowingBuffer()

  /// Where the page that was read last starts in the file.
  private(set) var pageOffset = 0

  init(_ file: RandomAccessBytes, _ decompressor: BlockDecompressor, pageLimit: Int) {
    self.file = file
    self.decompressor = decompressor
    self.pageLimit = pageLimit
  }

  func open(_ chunk: ParquetMetadata.Chunk) throws {
    pageOffset = chunk.start
    guard !chunk.isEncrypted else { throw ParquetDamage("the column is encrypted", .unsupported) }
    guard !chunk.isElsewhere else {
      throw ParquetDamage("the column is in another file", .unsupported)
    }
    codec = try ChunkPages.codec(chunk.codec)
    position = chunk.start
    end = chunk.start + chunk.byteCount
  }

  private static func codec(_ code: Int) throws -> BlockCodec {
    switch code {
    case 0: return .none
    case 1: return .snappy
    case 2: return .gzip
    case 4: return .brotli
    case 6: return .zstd
    case 7: return .lz4
    default:
      let names = [3: "LZO", 5: "the old LZ4"]
      throw ParquetDamage("Midstream does not read \(names[code] ?? "codec \(code)")", .unsupported)
    }
  }

  /// The next page of a kind that Midstream knows; nil at the end of the chunk.
  func next() throws -> Page? {
    while position < end {
      pageOffset = position
      let header = try readHeader()
      guard header.byteCount <= end - position else {
        throw ParquetDamage("a page goes past the end of its column")
      }
      if header.kind == .other {
        position += header.byteCount
        continue
      }
      let bytes = try readBytes(header)
      position += header.byteCount
      return Page(header: header, bytes: bytes)
    }
    return nil
  }

  private func readHeader() throws -> ParquetPageHeader {
    var size = 256
    while true {
      let available = min(size, end - position)
      let buffer = headerBytes.take(available)
      try file.fill(buffer, from: position)
      var reader = ThriftReader(UnsafeRawBufferPointer(buffer))
      do {
        let header = try ParquetPageHeader(&reader)
        position += reader.position
        return header
      } catch is ThriftReader.EndOfBytes {
        guard available < end - position, size < ChunkPages.headerLimit else {
          throw ParquetDamage("a page header goes past the end of its column")
        }
        size *= 8
      }
    }
  }

  private func readBytes(_ header: ParquetPageHeader) throws -> UnsafeRawBufferPointer {
    var levelBytes = 0
    var codec = codec
    if case .data2(let definition, let repetition, let isCompressed) = header.kind {
      guard definition <= header.byteCount, repetition <= header.byteCount else {
        throw ParquetDamage("a page is smaller than its levels")
      }
      levelBytes = definition + repetition
      if !isCompressed { codec = .none }
    }
    let (storedSize, plainSize) = (
      header.byteCount - levelBytes, header.plainByteCount - levelBytes
    )
    guard storedSize >= 0, plainSize >= 0 else {
      throw ParquetDamage("a page is smaller than its levels")
    }
    guard plainSize <= pageLimit else {
      throw ParquetDamage(
        "a page of \(header.plainByteCount) bytes is larger than \(pageLimit)", .tooLarge)
    }
    // Before anything of that size is allocated.
    guard plainSize <= storedSize &* codec.largestRatio &+ 64 else { throw lies() }
    let output = header.kind == .dictionary ? dictionary : page
    if codec == .none {
      guard storedSize == plainSize else { throw lies() }
      let bytes = output.take(header.byteCount)
      try file.fill(bytes, from: position)
      try check(header, UnsafeRawBufferPointer(bytes))
      return UnsafeRawBufferPointer(bytes)
    }
    let bytes = stored.take(header.byteCount)
    try file.fill(bytes, from: position)
    try check(header, UnsafeRawBufferPointer(bytes))
    let block = UnsafeRawBufferPointer(rebasing: bytes[levelBytes...])
    if let stated = BlockDecompressor.statedSize(block, codec), stated != plainSize { throw lies() }
    let plain = output.take(header.plainByteCount)
    plain.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<levelBytes]))
    let values = UnsafeMutableRawBufferPointer(rebasing: plain[levelBytes...])
    // A page of nulls only may have no values to decompress.
    if plainSize == 0, storedSize == 0 { return UnsafeRawBufferPointer(plain) }
    guard try decompressor.decompress(block, codec, into: values) else {
      throw ParquetDamage("a page is not valid \(codec.rawValue)")
    }
    return UnsafeRawBufferPointer(plain)
  }

  private func lies() -> ParquetDamage {
    ParquetDamage("a page has another size than its header says")
  }

  private func check(_ header: ParquetPageHeader, _ bytes: UnsafeRawBufferPointer) throws {
    if let crc = header.crc, CRC32(bytes).value != crc {
      throw ParquetDamage("a page has another checksum than its header says")
    }
  }
}

extension RandomAccessBytes {
  /// Reads the whole buffer from `offset` on.
  func fill(_ buffer: UnsafeMutableRawBufferPointer, from offset: Int) throws {
    guard try read(at: offset, into: buffer) == buffer.count else {
      throw ParquetDamage("the file has become shorter")
    }
  }
}
