/// How the values of a column become text, and JSON.
enum ParquetValueFormat: Equatable {
  case string
  /// Text that should be a JSON value itself.
  case json
  case hexadecimal
  case uuid
  case boolean
  case signed
  case unsigned(bits: Int)
  case float
  case double
  case float16
  case decimal(scale: Int)
  case decimalBytes(scale: Int)
  case date
  case time(digits: Int)
  case timestamp(digits: Int, isUTC: Bool)
  case julian

  /// Decimals with more digits behind the point, or more bytes, stay as they are.
  private static let scaleLimit = 100
  private static let decimalByteLimit = 64

  init(_ column: ParquetColumn, _ type: ParquetColumn.PhysicalType) {
    switch (type, column.meaning) {
    case (.bytes, .string): self = .string
    case (.bytes, .json): self = .json
    case (.bytes, .decimal(let scale)), (.fixed, .decimal(let scale)):
      let fits = scale <= ParquetValueFormat.scaleLimit && column.byteWidth <= 64
      self = fits ? .decimalBytes(scale: scale) : .hexadecimal
    case (.fixed, .uuid) where column.byteWidth == 16: self = .uuid
    case (.fixed, .float16) where column.byteWidth == 2: self = .float16
    case (.bytes, _), (.fixed, _): self = .hexadecimal
    case (.boolean, _): self = .boolean
    case (.int96, _): self = .julian
    case (.float, _): self = .float
    case (.double, _): self = .double
    case (_, .decimal(let scale)) where scale <= ParquetValueFormat.scaleLimit:
      self = .decimal(scale: scale)
    case (.int32, .date): self = .date
    case (_, .time(let digits)): self = .time(digits: digits)
    case (.int64, .timestamp(let digits, let isUTC)):
      self = .timestamp(digits: digits, isUTC: isUTC)
    case (.int32, .unsigned): self = .unsigned(bits: 32)
    case (.int64, .unsigned): self = .unsigned(bits: 64)
    default: self = .signed
    }
  }

  /// Whether JSON has the text in quotes.
  var isQuoted: Bool {
    switch self {
    case .string, .json, .hexadecimal, .uuid, .date, .time, .timestamp, .julian: true
    case .boolean, .signed, .unsigned, .float, .double, .float16, .decimal, .decimalBytes: false
    }
  }

  /// The text of a value that is no string; nil for numbers that JSON cannot hold.
  func text(_ block: ColumnBlock, _ row: Int) -> String? {
    let number = block.numbers[row]
    let signed = Int64(bitPattern: number)
    switch self {
    case .string, .json: return String(decoding: block.slices[row], as: UTF8.self)
    case .hexadecimal: return ParquetValueFormat.hexadecimal(block.slices[row])
    case .uuid: return ParquetValueFormat.uuid(block.slices[row])
    case .boolean: return number == 0 ? "false" : "true"
    case .signed: return String(signed)
    case .unsigned(let bits):
      return bits == 32 ? String(UInt32(truncatingIfNeeded: number)) : String(number)
    case .float: return finite(Float(bitPattern: UInt32(truncatingIfNeeded: number)))
    case .double: return finite(Double(bitPattern: number))
    case .float16: return finite(ParquetValueFormat.half(block.slices[row]))
    case .decimal(let scale): return DecimalText.text(signed, scale: scale)
    case .decimalBytes(let scale):
      let bytes = block.slices[row]
      return bytes.count <= ParquetValueFormat.decimalByteLimit
        ? DecimalText.text(bytes, scale: scale) : nil
    case .date: return CalendarText.date(signed)
    case .time(let digits): return CalendarText.time(signed, digits: digits) ?? String(signed)
    case .timestamp(let digits, let isUTC):
      return CalendarText.timestamp(signed, digits: digits, isUTC: isUTC)
    case .julian:
      let bytes = block.slices[row]
      guard bytes.count == 12 else { return nil }
      let nanoseconds = Int64(littleEndian: bytes.loadUnaligned(as: Int64.self))
      let day = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      return CalendarText.julian(day: Int64(day), nanoseconds: nanoseconds)
    }
  }

  private func finite<F: BinaryFloatingPoint & CustomStringConvertible>(_ value: F) -> String? {
    value.isFinite ? value.description : nil
  }

  /// IEEE 754 half precision, little-endian.
  private static func half(_ bytes: UnsafeRawBufferPointer) -> Float {
    guard bytes.count == 2 else { return .nan }
    let bits = UInt16(bytes[0]) | UInt16(bytes[1]) << 8
    let (exponent, fraction) = (Int(bits >> 10) & 31, Float(bits & 1023))
    let magnitude: Float =
      switch exponent {
      case 0: Float(sign: .plus, exponent: -24, significand: fraction)
      case 31: fraction == 0 ? .infinity : .nan
      default: Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
      }
    return bits & 0x8000 == 0 ? magnitude : -magnitude
  }

  private static func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: bytes.count * 2) { output in
      for (i, byte) in bytes.enumerated() {
        output[2 * i] = digits[Int(byte >> 4)]
        output[2 * i + 1] = digits[Int(byte & 15)]
      }
      return bytes.count * 2
    }
  }

  private static func uuid(_ bytes: UnsafeRawBufferPointer) -> String {
    var text = hexadecimal(bytes)
    for place in [20, 16, 12, 8] where text.utf8.count > place {
      text.insert("-", at: text.index(text.startIndex, offsetBy: place))
    }
    return text
  }
}
