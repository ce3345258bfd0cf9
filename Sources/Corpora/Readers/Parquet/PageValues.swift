/// How the values of a page are written.
enum ParquetEncoding: Int {
  case plain = 0
  case plainDictionary = 2
  case runs = 3
  case deltaBinary = 5
  case deltaLength = 6
  case deltaBytes = 7
  case dictionary = 8
  case byteStreamSplit = 9
}

/// Decodes the values of a page, a block of rows at a time. Nulls have no value.
struct PageValues {
  private let type: ParquetColumn.PhysicalType
  /// Bytes of a value of a fixed width; 0 for byte arrays and booleans.
  private let width: Int
  private let name: String
  private(set) var encoding = ParquetEncoding.plain
  private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  /// The next byte, or bit of plain booleans, or value of split bytes.
  private var position = 0
  private var hybrid: HybridDecoder?
  private var lengths: DeltaDecoder?
  private var prefixes: DeltaDecoder?
  /// Values that stand nowhere as they are, and the last one of the block before.
  private let made = GrowingValues()

  init(_ column: ParquetColumn, _ type: ParquetColumn.PhysicalType) {
    self.type = type
    name = column.path
    width =
      switch type {
      case .boolean, .bytes: 0
      case .int32, .float: 4
      case .int64, .double: 8
      case .int96: 12
      case .fixed: column.byteWidth
      }
  }

  /// Starts a page's values. The bytes must outlive their use.
  mutating func open(_ bytes: UnsafeRawBufferPointer, _ encoding: ParquetEncoding) throws {
    self.bytes = bytes
    self.encoding = encoding
    position = 0
    let isBytes = type == .bytes || type == .fixed
    let isInteger = type == .int32 || type == .int64
    switch encoding {
    case .plain: return
    case .plainDictionary, .dictionary:
      // A page of nulls only may be empty.
      let width = Int(bytes.first ?? 0)
      guard width <= 32 else { throw ParquetDamage("dictionary indices have \(width) bits") }
      hybrid = HybridDecoder(UnsafeRawBufferPointer(rebasing: bytes.dropFirst()), width: width)
      return
    case .runs:
      guard type == .boolean else { break }
      guard bytes.count >= 4 else { throw ended() }
      hybrid = HybridDecoder(UnsafeRawBufferPointer(rebasing: bytes[4...]), width: 1)
      return
    case .deltaBinary:
      guard isInteger else { break }
      lengths = try delta(bytes)
      return
    case .deltaLength:
      guard type == .bytes else { break }
      try openLengths(bytes)
      return
    case .deltaBytes:
      guard isBytes else { break }
      let decoder = try delta(bytes)
      guard let end = decoder.end() else { throw ended() }
      prefixes = decoder
      try openLengths(UnsafeRawBufferPointer(rebasing: bytes[end...]))
      made.removeAll()
      return
    case .byteStreamSplit:
      guard width > 0, type != .int96 else { break }
      guard bytes.count % width == 0 else {
        throw ParquetDamage("split bytes are not a multiple of the value's width")
      }
      return
    }
    throw ParquetDamage("the encoding \(encoding) does not fit the column's type", .unsupported)
  }

  private mutating func openLengths(_ bytes: UnsafeRawBufferPointer) throws {
    let decoder = try delta(bytes)
    guard let end = decoder.end() else { throw ended() }
    lengths = decoder
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes[end...])
  }

  private func delta(_ bytes: UnsafeRawBufferPointer) throws -> DeltaDecoder {
    guard let decoder = DeltaDecoder(bytes) else {
      throw ParquetDamage("the header of delta values is wrong")
    }
    return decoder
  }

  private func ended() -> ParquetDamage { ParquetDamage("a page ends inside its values") }

  /// Writes the next `count` values to the front of the block; at most its capacity.
  mutating func decode(_ count: Int, into block: ColumnBlock, _ dictionary: ColumnDictionary?)
    throws
  {
    if count == 0 { return }
    switch encoding {
    case .plain:
      switch type {
      case .bytes: try plainBytes(count, block.slices)
      case .fixed, .int96: try plainFixed(count, block.slices)
      case .boolean: try plainBooleans(count, block.numbers)
      default: try plainNumbers(count, block.numbers)
      }
    case .plainDictionary, .dictionary:
      guard let dictionary else {
        throw ParquetDamage("a page needs a dictionary that is not there")
      }
      try look(up: count, dictionary, block)
    case .runs:
      guard hybrid?.decode(count, into: block.indices) == true else { throw ended() }
      for i in 0..<count { block.numbers[i] = UInt64(block.indices[i]) }
    case .deltaBinary: try deltaNumbers(count, block.numbers)
    case .deltaLength: try deltaLengths(count, block)
    case .deltaBytes: try deltaBytes(count, block)
    case .byteStreamSplit: try splitBytes(count, block)
    }
  }

  // MARK: Plain

  private mutating func plainBytes(
    _ count: Int, _ output: UnsafeMutablePointer<UnsafeRawBufferPointer>
  ) throws {
    guard let base = bytes.baseAddress else { throw ended() }
    let end = bytes.count
    var position = position
    for i in 0..<count {
      guard end - position >= 4 else { throw ended() }
      let length = Int(
        UInt32(littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      position += 4
      guard length <= end - position else { throw ended() }
      output[i] = UnsafeRawBufferPointer(start: base + position, count: length)
      position += length
    }
    self.position = position
  }

  private mutating func plainFixed(
    _ count: Int, _ output: UnsafeMutablePointer<UnsafeRawBufferPointer>
  ) throws {
    guard let base = bytes.baseAddress, count <= (bytes.count - position) / max(width, 1) else {
      throw ended()
    }
    for i in 0..<count {
      output[i] = UnsafeRawBufferPointer(start: base + position + i * width, count: width)
    }
    position += count * width
  }

  private mutating func plainNumbers(
    _ count: Int, _ output: UnsafeMutablePointer<UInt64>
  ) throws {
    guard let base = bytes.baseAddress, count <= (bytes.count - position) / width else {
      throw ended()
    }
    let from = base + position
    if width == 8 {
      for i in 0..<count {
        output[i] = UInt64(littleEndian: from.loadUnaligned(fromByteOffset: i * 8, as: UInt64.self))
      }
    } else {
      for i in 0..<count {
        output[i] = extended(
          UInt32(littleEndian: from.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)))
      }
    }
    position += count * width
  }

  /// Integers keep their sign, floating-point numbers their bits.
  private func extended(_ bits: UInt32) -> UInt64 {
    type == .int32 ? UInt64(bitPattern: Int64(Int32(bitPattern: bits))) : UInt64(bits)
  }

  private mutating func plainBooleans(
    _ count: Int, _ output: UnsafeMutablePointer<UInt64>
  ) throws {
    guard count <= bytes.count * 8 - position else { throw ended() }
    for i in 0..<count {
      let bit = position + i
      output[i] = UInt64(bytes[bit >> 3] >> UInt8(bit & 7) & 1)
    }
    position += count
  }

  // MARK: Dictionary

  private mutating func look(
    up count: Int, _ dictionary: ColumnDictionary, _ block: ColumnBlock
  ) throws {
    guard hybrid?.decode(count, into: block.indices) == true else { throw ended() }
    var largest: UInt32 = 0
    for i in 0..<count { largest = max(largest, block.indices[i]) }
    guard Int(largest) < dictionary.count else {
      throw ParquetDamage("value \(largest) of a dictionary with \(dictionary.count) is asked for")
    }
    if block.isBytes {
      dictionary.slices.withUnsafeBufferPointer { values in
        for i in 0..<count { block.slices[i] = values[Int(block.indices[i])] }
      }
    } else {
      dictionary.numbers.withUnsafeBufferPointer { values in
        for i in 0..<count { block.numbers[i] = values[Int(block.indices[i])] }
      }
    }
  }

  // MARK: Deltas

  private mutating func deltaNumbers(
    _ count: Int, _ output: UnsafeMutablePointer<UInt64>
  ) throws {
    let signed = UnsafeMutableRawPointer(output).assumingMemoryBound(to: Int64.self)
    guard lengths?.decode(count, into: signed) == true else { throw ended() }
    // 32-bit values wrap at 32 bits.
    if type == .int32 {
      for i in 0..<count { signed[i] = Int64(Int32(truncatingIfNeeded: signed[i])) }
    }
  }

  /// The next lengths, in the block's numbers; each fits the bytes on its own.
  private mutating func nextLengths(
    _ count: Int, _ block: ColumnBlock
  ) throws -> UnsafeMutablePointer<Int64> {
    let output = UnsafeMutableRawPointer(block.numbers).assumingMemoryBound(to: Int64.self)
    guard lengths?.decode(count, into: output) == true else { throw ended() }
    return output
  }

  private mutating func deltaLengths(_ count: Int, _ block: ColumnBlock) throws {
    let lengths = try nextLengths(count, block)
    for i in 0..<count { block.slices[i] = try take(lengths[i]) }
  }

  private mutating func take(_ length: Int64) throws -> UnsafeRawBufferPointer {
    guard length >= 0, length <= Int64(bytes.count - position) else { throw ended() }
    defer { position += Int(length) }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + Int(length)])
  }

  private mutating func deltaBytes(_ count: Int, _ block: ColumnBlock) throws {
    let suffixes = try nextLengths(count, block)
    let prefixLengths = UnsafeMutablePointer<Int64>.allocate(capacity: count)
    defer { prefixLengths.deallocate() }
    guard prefixes?.decode(count, into: prefixLengths) == true else { throw ended() }
    made.keepLast()
    for i in 0..<count {
      let suffix = try take(suffixes[i])
      guard let prefix = Int(exactly: prefixLengths[i]), made.append(prefix, suffix) else {
        throw ParquetDamage("a value repeats more of the one before than that has")
      }
      guard made.byteCount <= madeLimit else {
        throw ParquetDamage("values that repeat each other are too large", .tooLarge)
      }
    }
    made.read(count, into: block.slices)
    if type == .fixed {
      for i in 0..<count where block.slices[i].count != width {
        throw ParquetDamage("a value has another width than the column")
      }
    }
  }

  /// What a block of repeated prefixes may become.
  var madeLimit = 512 << 20

  // MARK: Split bytes

  private mutating func splitBytes(_ count: Int, _ block: ColumnBlock) throws {
    let stride = bytes.count / width
    guard count <= stride - position, let base = bytes.baseAddress else { throw ended() }
    if type == .fixed {
      made.removeAll()
      let output = made.reserve(count, width: width)
      for i in 0..<count {
        for byte in 0..<width {
          output[i * width + byte] = bytes[byte * stride + position + i]
        }
      }
      made.read(count, into: block.slices)
    } else {
      let from = (base + position).assumingMemoryBound(to: UInt8.self)
      for i in 0..<count {
        var bits: UInt64 = 0
        for byte in 0..<width { bits |= UInt64(from[byte * stride + i]) << UInt64(8 * byte) }
        block.numbers[i] = width == 8 ? bits : extended(UInt32(truncatingIfNeeded: bits))
      }
    }
    position += count
  }
}
