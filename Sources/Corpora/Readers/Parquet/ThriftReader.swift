/// Reads values of Thrift's compact protocol, in which Parquet writes its footer and page headers.
/// Never reads outside the bytes, whatever they say.
struct ThriftReader {
  /// The types of fields and of list elements.
  enum ValueType: UInt8 {
    case stop = 0
    case yes = 1
    case no = 2
    case int8 = 3
    case int16 = 4
    case int32 = 5
    case int64 = 6
    case double = 7
    case binary = 8
    case list = 9
    case set = 10
    case map = 11
    case structure = 12
    case uuid = 13
  }

  /// Structs inside structs: real files need about eight.
  private static let depthLimit = 48

  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  private var depth = 0

  /// The bytes must outlive the reader.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether a value went past the end of the bytes: more of them may help.
  struct EndOfBytes: Error {}

  // MARK: Structs and lists

  /// Calls `field` with the id and type of each field of a struct. It must read or skip the value.
  mutating func forEachField(
    _ field: (inout ThriftReader, Int, ValueType) throws -> Void
  ) throws {
    try enter()
    var id = 0
    while true {
      let head = try byte()
      let type = try valueType(head & 15)
      if type == .stop { break }
      let delta = Int(head >> 4)
      if delta == 0 {
        id = Int(truncatingIfNeeded: try signed())
      } else {
        id &+= delta
      }
      try field(&self, id, type)
    }
    depth -= 1
  }

  /// Calls `element` for each element of a list, which must be of this type.
  mutating func forEachElement(
    of type: ValueType, _ element: (inout ThriftReader) throws -> Void
  ) throws {
    let (found, count) = try listHead()
    guard found == type || count == 0 else {
      throw ParquetDamage("a list has elements of another type than it should")
    }
    try enter()
    for _ in 0..<count { try element(&self) }
    depth -= 1
  }

  private mutating func listHead() throws -> (ValueType, Int) {
    let head = try byte()
    let count = head >> 4 == 15 ? try length() : Int(head >> 4)
    // Every element has at least one byte.
    guard count <= bytes.count - position else { throw EndOfBytes() }
    return (try valueType(head & 15), count)
  }

  private mutating func enter() throws {
    depth += 1
    guard depth <= ThriftReader.depthLimit else {
      throw ParquetDamage("its structures are nested too deeply")
    }
  }

  private func valueType(_ code: UInt8) throws -> ValueType {
    guard let type = ValueType(rawValue: code) else {
      throw ParquetDamage("a field has the unknown type \(code)")
    }
    return type
  }

  // MARK: Values

  /// An integer of any width.
  mutating func integer(_ type: ValueType) throws -> Int64 {
    switch type {
    case .int8: Int64(Int8(bitPattern: try byte()))
    case .int16, .int32, .int64: try signed()
    default: throw ParquetDamage("a field that should be an integer is none")
    }
  }

  /// A count or a size: an integer that is not negative.
  mutating func count(_ type: ValueType) throws -> Int {
    let value = try integer(type)
    guard value >= 0 else { throw ParquetDamage("a count or size is negative: \(value)") }
    return Int(value)
  }

  /// The value of a boolean field, which its type carries.
  func boolean(_ type: ValueType) throws -> Bool {
    switch type {
    case .yes: true
    case .no: false
    default: throw ParquetDamage("a field that should be a boolean is none")
    }
  }

  mutating func string(_ type: ValueType) throws -> String {
    guard type == .binary else { throw ParquetDamage("a field that should be a string is none") }
    let count = try length()
    guard count <= bytes.count - position else { throw EndOfBytes() }
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }

  mutating func expect(_ type: ValueType, _ expected: ValueType) throws {
    guard type == expected else { throw ParquetDamage("a field has another type than it should") }
  }

  /// Passes over a value that nobody asked for.
  mutating func skip(_ type: ValueType) throws {
    switch type {
    case .stop: throw ParquetDamage("a value has no type")
    case .yes, .no: break
    case .int8: try advance(1)
    case .int16, .int32, .int64: _ = try unsigned()
    case .double: try advance(8)
    case .uuid: try advance(16)
    case .binary: try advance(try length())
    case .list, .set: try skipList()
    case .map: try skipMap()
    case .structure: try forEachField { try $0.skip($2) }
    }
  }

  private mutating func skipList() throws {
    let (type, count) = try listHead()
    try enter()
    for _ in 0..<count { try skipElement(type) }
    depth -= 1
  }

  private mutating func skipMap() throws {
    let count = try length()
    if count == 0 { return }
    guard count <= bytes.count - position else { throw EndOfBytes() }
    let types = try byte()
    let (key, value) = (try valueType(types >> 4), try valueType(types & 15))
    try enter()
    for _ in 0..<count {
      try skipElement(key)
      try skipElement(value)
    }
    depth -= 1
  }

  /// Booleans have a byte of their own in lists and maps.
  private mutating func skipElement(_ type: ValueType) throws {
    if type == .yes || type == .no { return try advance(1) }
    try skip(type)
  }

  // MARK: Bytes

  private mutating func advance(_ count: Int) throws {
    guard count <= bytes.count - position else { throw EndOfBytes() }
    position += count
  }

  private mutating func byte() throws -> UInt8 {
    guard position < bytes.count else { throw EndOfBytes() }
    defer { position += 1 }
    return bytes[position]
  }

  private mutating func length() throws -> Int {
    let value = try unsigned()
    guard value <= UInt64(Int32.max) else { throw ParquetDamage("a length is too large: \(value)") }
    return Int(value)
  }

  private mutating func unsigned() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      let next = try byte()
      value |= UInt64(next & 0x7f) << shift
      if next < 0x80 { return value }
      shift += 7
    }
    throw ParquetDamage("an integer is longer than 64 bits")
  }

  private mutating func signed() throws -> Int64 {
    let value = try unsigned()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }
}
