import Streams

/// Goes through the values of one column of a row group, row by row, with one page in memory.
///
/// Of a column of lists each entry is taken as a row here: an element, or a row that has none.
/// `continuesRow` says which belong together.
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
  private var repetitions: HybridDecoder?
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
    block = ColumnBlock(type, ofLists: column.repeatedLevel > 0)
    pages = ChunkPages(file, decompressor, pageLimit: pageLimit)
    values = PageValues(column, type)
    values.madeLimit = pageLimit
  }

  /// Starts a row group.
  func open(_ chunk: ParquetMetadata.Chunk, rowCount: Int) throws {
    (position, count, presentCount, pageRowsLeft) = (0, 0, 0, 0)
    hasDictionary = false
    hasFailed = true
    try pages.open(chunk)
    let isRight =
      column.repeatedLevel == 0 ? chunk.valueCount == rowCount : chunk.valueCount >= rowCount
    guard isRight else {
      throw ParquetDamage("the column has \(chunk.valueCount) values for \(rowCount) rows")
    }
    rowsLeft = chunk.valueCount
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

  // MARK: Lists

  /// Whether the entry is an element of a list, be it null.
  var isElement: Bool { mark(position - 1) & ColumnBlock.ListMark.isElement != 0 }
  /// Whether the entry is the first of its row.
  var startsRow: Bool { mark(position - 1) & ColumnBlock.ListMark.startsRow != 0 }

  /// Whether the next entry belongs to the row of this one.
  func continuesRow() throws -> Bool {
    if position == count {
      if isAtEnd { return false }
      try refill()
    }
    return mark(position) & ColumnBlock.ListMark.startsRow == 0
  }

  /// Whether nothing of the row group is left.
  var isAtEnd: Bool { position == count && pageRowsLeft == 0 && rowsLeft == 0 }

  private func mark(_ place: Int) -> UInt8 { block.marks?[place] ?? ColumnBlock.ListMark.startsRow }

  /// Says of the next entries which of them start a row, and which of them are elements.
  /// - Returns: how many have a value.
  private func readListLevels(_ entries: Int, _ marks: UnsafeMutablePointer<UInt8>) throws -> Int {
    guard repetitions?.decode(entries, into: block.indices) == true else {
      throw ParquetDamage("a page ends inside its levels")
    }
    var largest = 0
    for i in 0..<entries {
      let level = Int(block.indices[i])
      largest = max(largest, level)
      marks[i] = level == 0 ? ColumnBlock.ListMark.startsRow : 0
    }
    guard largest <= column.repeatedLevel else { throw wrongLevel() }
    guard levels?.decode(entries, into: block.indices) == true else {
      throw ParquetDamage("a page ends inside its levels")
    }
    largest = 0
    var present = 0
    for i in 0..<entries {
      let level = Int(block.indices[i])
      largest = max(largest, level)
      if level >= column.elementLevel { marks[i] |= ColumnBlock.ListMark.isElement }
      let isPresent = level == column.presentLevel
      block.present[i] = isPresent ? 1 : 0
      present += isPresent ? 1 : 0
    }
    guard largest <= column.presentLevel else { throw wrongLevel() }
    return present
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
    if let marks = block.marks { return try readListLevels(rows, marks) }
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
    let repetitionWidth = Int.bitWidth - column.repeatedLevel.leadingZeroBitCount
    if case .data2(let definition, let repetition, _) = page.header.kind {
      repetitions =
        column.repeatedLevel == 0
        ? nil
        : HybridDecoder(
          UnsafeRawBufferPointer(rebasing: bytes[..<repetition]), width: repetitionWidth)
      levels =
        column.presentLevel == 0
        ? nil
        : HybridDecoder(
          UnsafeRawBufferPointer(rebasing: bytes[repetition..<repetition + definition]),
          width: width)
      return UnsafeRawBufferPointer(rebasing: bytes[(repetition + definition)...])
    }
    var rest = bytes
    repetitions = nil
    levels = nil
    if column.repeatedLevel > 0 {
      repetitions = HybridDecoder(
        try takeLevels(page.header.repetitionEncoding, &rest), width: repetitionWidth)
    }
    if column.presentLevel > 0 {
      levels = HybridDecoder(try takeLevels(page.header.levelEncoding, &rest), width: width)
    }
    return rest
  }

  /// Takes the levels in front of a page of the first kind.
  private func takeLevels(
    _ encoding: Int, _ rest: inout UnsafeRawBufferPointer
  ) throws -> UnsafeRawBufferPointer {
    guard encoding == ParquetEncoding.runs.rawValue else {
      throw ParquetDamage(
        "Midstream does not read level encoding \(encoding)", .unsupported)
    }
    guard rest.count >= 4 else { throw ParquetDamage("a page has no room for its levels") }
    let count = Int(UInt32(littleEndian: rest.loadUnaligned(as: UInt32.self)))
    guard count <= rest.count - 4 else {
      throw ParquetDamage("a page has no room for its levels")
    }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[(4 + count)...]) }
    return UnsafeRawBufferPointer(rebasing: rest[4..<4 + count])
  }
}
