/// Writes values of Thrift's compact protocol: Parquet's footer and page headers.
struct ThriftWriter {
  private(set) var bytes: [UInt8] = []
  /// The id of the last field of each open struct.
  private var lastIds = [0]

  mutating func integer(_ id: Int, _ value: Int, is64Bits: Bool = false) {
    field(id, is64Bits ? .int64 : .int32)
    append(zigzag: value)
  }

  mutating func long(_ id: Int, _ value: Int) { integer(id, value, is64Bits: true) }

  mutating func short(_ id: Int, _ value: Int) {
    field(id, .int16)
    append(zigzag: value)
  }

  mutating func boolean(_ id: Int, _ value: Bool) { field(id, value ? .yes : .no) }

  mutating func binary(_ id: Int, _ value: some Collection<UInt8>) {
    field(id, .binary)
    append(binary: value)
  }

  mutating func structure(_ id: Int, _ body: (inout ThriftWriter) -> Void) {
    field(id, .structure)
    element(body)
  }

  /// A list of structs, each written by `body` with its index.
  mutating func structures(_ id: Int, _ count: Int, _ body: (inout ThriftWriter, Int) -> Void) {
    listHead(id, .structure, count)
    for index in 0..<count { element { body(&$0, index) } }
  }

  mutating func integers(_ id: Int, _ values: [Int]) {
    listHead(id, .int32, values.count)
    for value in values { append(zigzag: value) }
  }

  mutating func binaries(_ id: Int, _ values: [[UInt8]]) {
    listHead(id, .binary, values.count)
    for value in values { append(binary: value) }
  }

  /// Ends the outermost struct.
  mutating func stop() { bytes.append(0) }

  private mutating func element(_ body: (inout ThriftWriter) -> Void) {
    lastIds.append(0)
    body(&self)
    lastIds.removeLast()
    bytes.append(0)
  }

  private mutating func field(_ id: Int, _ type: ThriftReader.ValueType) {
    let delta = id - lastIds[lastIds.count - 1]
    // All structs of Parquet are written in the order of their ids, at most 15 apart.
    bytes.append(UInt8(delta) << 4 | type.rawValue)
    lastIds[lastIds.count - 1] = id
  }

  private mutating func listHead(_ id: Int, _ type: ThriftReader.ValueType, _ count: Int) {
    field(id, .list)
    if count < 15 {
      bytes.append(UInt8(count) << 4 | type.rawValue)
    } else {
      bytes.append(0xf0 | type.rawValue)
      append(unsigned: UInt64(count))
    }
  }

  private mutating func append(binary value: some Collection<UInt8>) {
    append(unsigned: UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  private mutating func append(zigzag value: Int) {
    let value = Int64(value)
    append(unsigned: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  private mutating func append(unsigned value: UInt64) { bytes.append(varint: value) }
}

extension [UInt8] {
  /// Seven bits a byte, the lowest first.
  mutating func append(varint value: UInt64) {
    var value = value
    while value >= 0x80 {
      append(UInt8(truncatingIfNeeded: value) | 0x80)
      value >>= 7
    }
    append(UInt8(value))
  }

  /// 32 bits, little-endian.
  mutating func append(littleEndian value: UInt32) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
