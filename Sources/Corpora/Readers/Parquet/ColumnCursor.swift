import Streams

/// Goes through the values of one column of a row group, row by row, with one page in memory.
final class ColumnCursor {
  /// Values that build on each other are decoded in shorter blocks: each may be as long as a page.
  private static let shortBlock = 64

  let column: ParquetColumn
  let block: ColumnBlock
  private let type: ParquetColumn.PhysicalType
  private let pages: ChunkPages
  private let dictionary = ColumnDictionary()
  private var hasDictionary = false
  private var values: PageValues
  private var levels: HybridDecoder?
  /// Rows of the row group that no page has given yet, and rows of the page not decoded yet.
  private var rowsLeft = 0
  private var pageRowsLeft = 0
  /// The next row of the block, its rows, and those of them with a value.
  private var position = 0
  private var count = 0
  private var presentCount = 0

  /// Whether the open row group cannot be read further.
  private(set) var hasFailed = false

  /// Where the current page starts in the file.
  var offset: Int { pages.pageOffset }

  init(
    _ column: ParquetColumn, _ type: ParquetColumn.PhysicalType, _ file: RandomAccessBytes,
    _ decompressor: BlockDecompressor, pageLimit: Int
  ) {
    self.column = column
    self.type = type
    block = ColumnBlock(type)
    pages = ChunkPages(file, decompressor, pageLimit: pageLimit)
    values = PageValues(column, type)
    values.madeLimit = pageLimit
  }

  /// Starts a row group.
  func open(_ chunk: ParquetMetadata.Chunk, rowCount: Int) throws {
    (position, count, presentCount, pageRowsLeft) = (0, 0, 0, 0)
    rowsLeft = rowCount
    hasDictionary = false
    hasFailed = true
    try pages.open(chunk)
    guard chunk.valueCount == rowCount else {
      throw ParquetDamage("the column has \(chunk.valueCount) values for \(rowCount) rows")
    }
    hasFailed = false
  }

  /// Goes to the next row, whose value stays valid until the next call.
  @inline(__always)
  func next() throws {
    if position == count { try refill() }
    position += 1
  }

  /// The place of the row in the block.
  @inline(__always)
  var row: Int { position - 1 }

  /// Whether the row has a value.
  @inline(__always)
  var isPresent: Bool { block.present[position - 1] != 0 }

  /// The bytes of the row's value, of a column of byte strings.
  @inline(__always)
  var bytes: UnsafeRawBufferPointer { block.slices[position - 1] }

  /// How many rows from the next one on are known to be null.
  func nullsAhead() throws -> Int {
    if position == count { try refill() }
    return presentCount == 0 ? count - position : 0
  }

  func skip(_ rowCount: Int) throws {
    var left = rowCount
    while left > 0 {
      if position == count { try refill() }
      let skipped = min(left, count - position)
      position += skipped
      left -= skipped
    }
  }

  // MARK: Blocks

  private func refill() throws {
    hasFailed = true
    while pageRowsLeft == 0 { try nextPage() }
    let most = values.encoding == .deltaBytes ? ColumnCursor.shortBlock : ColumnBlock.capacity
    let rows = min(pageRowsLeft, most)
    presentCount = try readLevels(rows)
    try values.decode(presentCount, into: block, hasDictionary ? dictionary : nil)
    block.spread(presentCount, over: rows)
    pageRowsLeft -= rows
    position = 0
    count = rows
    hasFailed = false
  }

  /// Says which of the next rows have a value.
  /// - Returns: how many.
  private func readLevels(_ rows: Int) throws -> Int {
    guard levels != nil else {
      block.present.update(repeating: 1, count: rows)
      return rows
    }
    if let level = levels?.takeRun(rows) {
      let isPresent = Int(level) == column.presentLevel
      guard Int(level) <= column.presentLevel else { throw wrongLevel() }
      block.present.update(repeating: isPresent ? 1 : 0, count: rows)
      return isPresent ? rows : 0
    }
    guard levels?.decode(rows, into: block.indices) == true else {
      throw ParquetDamage("a page ends inside its levels")
    }
    var (present, largest) = (0, 0)
    for i in 0..<rows {
      let level = Int(block.indices[i])
      largest = max(largest, level)
      let isPresent = level == column.presentLevel
      block.present[i] = isPresent ? 1 : 0
      present += isPresent ? 1 : 0
    }
    guard largest <= column.presentLevel else { throw wrongLevel() }
    return present
  }

  private func wrongLevel() -> ParquetDamage {
    ParquetDamage("a level is deeper than the schema")
  }

  // MARK: Pages

  private func nextPage() throws {
    guard rowsLeft > 0, let page = try pages.next() else {
      throw ParquetDamage("the column ends before the row group, \(rowsLeft) rows are missing")
    }
    if page.header.kind == .dictionary {
      guard !hasDictionary else { throw ParquetDamage("the column has two dictionaries") }
      guard page.header.encoding == 0 || page.header.encoding == 2 else {
        throw ParquetDamage(
          "the dictionary has encoding \(page.header.encoding)", .unsupported)
      }
      try dictionary.fill(page.bytes, count: page.header.valueCount, column, type, block)
      hasDictionary = true
      return
    }
    guard page.header.valueCount <= rowsLeft else {
      throw ParquetDamage(
        "a page has \(page.header.valueCount) values for the \(rowsLeft) rows that are left")
    }
    guard let encoding = ParquetEncoding(rawValue: page.header.encoding) else {
      throw ParquetDamage(
        "Midstream does not read encoding \(page.header.encoding)", .unsupported)
    }
    try values.open(try readLevelBytes(page), encoding)
    pageRowsLeft = page.header.valueCount
    rowsLeft -= pageRowsLeft
  }

  /// Opens the levels of a page and returns the bytes of its values.
  private func readLevelBytes(_ page: ChunkPages.Page) throws -> UnsafeRawBufferPointer {
    let bytes = page.bytes
    let width = Int.bitWidth - column.presentLevel.leadingZeroBitCount
    if case .data2(let definition, let repetition, _) = page.header.kind {
      levels =
        column.presentLevel == 0
        ? nil
        : HybridDecoder(
          UnsafeRawBufferPointer(rebasing: bytes[repetition..<repetition + definition]),
          width: width)
      return UnsafeRawBufferPointer(rebasing: bytes[(repetition + definition)...])
    }
    guard column.presentLevel > 0 else {
      levels = nil
      return bytes
    }
    guard page.header.levelEncoding == ParquetEncoding.runs.rawValue else {
      throw ParquetDamage(
        "Midstream does not read level encoding \(page.header.levelEncoding)", .unsupported)
    }
    guard bytes.count >= 4 else { throw ParquetDamage("a page has no room for its levels") }
    let count = Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    guard count <= bytes.count - 4 else {
      throw ParquetDamage("a page has no room for its levels")
    }
    levels = HybridDecoder(UnsafeRawBufferPointer(rebasing: bytes[4..<4 + count]), width: width)
    return UnsafeRawBufferPointer(rebasing: bytes[(4 + count)...])
  }
}
