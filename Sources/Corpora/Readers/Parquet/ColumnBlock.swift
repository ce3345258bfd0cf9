/// The decoded values of up to `capacity` rows of one column.
final class ColumnBlock {
  static let capacity = 1024

  /// 1 where a row has a value, 0 where it is null.
  let present = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
  /// Values of the types bytes, fixed and int96, in the page's or the dictionary's memory.
  let slices: UnsafeMutablePointer<UnsafeRawBufferPointer>
  /// Values of the other types: integers extended to 64 bits, floating-point numbers as their bits.
  let numbers: UnsafeMutablePointer<UInt64>
  /// Of the columns of lists, what each entry is: bits of `ListMark`.
  let marks: UnsafeMutablePointer<UInt8>?
  /// Dictionary indices and levels, before they are looked up.
  let indices = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
  let isBytes: Bool

  /// What an entry of a column of lists is.
  enum ListMark {
    /// The first of its row.
    static let startsRow: UInt8 = 1
    /// An element of a list, be it null, and not only a row without one.
    static let isElement: UInt8 = 2
  }

  init(_ type: ParquetColumn.PhysicalType, ofLists: Bool = false) {
    marks = ofLists ? .allocate(capacity: ColumnBlock.capacity) : nil
    marks?.initialize(repeating: 0, count: ColumnBlock.capacity)
    isBytes = type == .bytes || type == .fixed || type == .int96
    slices = .allocate(capacity: ColumnBlock.capacity)
    numbers = .allocate(capacity: ColumnBlock.capacity)
    present.initialize(repeating: 0, count: ColumnBlock.capacity)
    indices.initialize(repeating: 0, count: ColumnBlock.capacity)
    slices.initialize(
      repeating: UnsafeRawBufferPointer(start: nil, count: 0), count: ColumnBlock.capacity)
    numbers.initialize(repeating: 0, count: ColumnBlock.capacity)
  }

  deinit {
    present.deallocate()
    marks?.deallocate()
    slices.deallocate()
    numbers.deallocate()
    indices.deallocate()
  }

  /// Moves the first `valueCount` values to the rows that have one.
  func spread(_ valueCount: Int, over rowCount: Int) {
    var value = valueCount
    var row = rowCount
    // From the back, so that no value is overwritten before it has moved.
    while row > value, value > 0 {
      row -= 1
      if present[row] == 0 { continue }
      value -= 1
      if isBytes { slices[row] = slices[value] } else { numbers[row] = numbers[value] }
    }
  }
}

/// The values that a column's dictionary pages refer to.
final class ColumnDictionary {
  private(set) var slices: [UnsafeRawBufferPointer] = []
  private(set) var numbers: [UInt64] = []
  private(set) var count = 0

  /// Takes the values of a dictionary page, whose bytes must outlive it.
  /// - Throws: `ParquetDamage` where the bytes do not hold so many values.
  func fill(
    _ bytes: UnsafeRawBufferPointer, count: Int, _ column: ParquetColumn,
    _ type: ParquetColumn.PhysicalType, _ block: ColumnBlock
  ) throws {
    removeAll()
    var values = PageValues(column, type)
    try values.open(bytes, .plain)
    while self.count < count {
      let wanted = min(count - self.count, ColumnBlock.capacity)
      try values.decode(wanted, into: block, nil)
      if block.isBytes {
        slices.append(contentsOf: UnsafeBufferPointer(start: block.slices, count: wanted))
      } else {
        numbers.append(contentsOf: UnsafeBufferPointer(start: block.numbers, count: wanted))
      }
      self.count += wanted
    }
  }

  func removeAll() {
    slices.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    count = 0
  }
}
