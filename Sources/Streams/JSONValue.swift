/// A JSON document, read strictly: one value, no duplicate keys in small objects, no trailing text.
/// Keys keep their order.
package indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([Member])

  package struct Member: Sendable, Equatable {
    package var key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// - Parameter path: names the file in errors.
  package init(parsing bytes: [UInt8], path: String) throws {
    self = try bytes.withUnsafeBytes {
      var parser = JSONParser(bytes: $0, path: path)
      return try parser.document()
    }
  }

  /// The member of that name; nil where there is none or this is no object.
  package subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The members by name; nil where this is no object. Of equal keys the last one counts.
  package var object: [String: JSONValue]? {
    guard case .object(let members) = self else { return nil }
    return Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
  }

  package var isNull: Bool { self == .null }

  /// What the value is, in a few words, for errors.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): "'\(value)'"
    case .array(let values): "a list of \(values.count)"
    case .object(let members): "an object of \(members.count) keys"
    }
  }

  /// A string in quotation marks, escaped; the rest of Unicode as it is.
  package static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}

private struct JSONParser {
  let bytes: UnsafeRawBufferPointer
  let path: String
  private var position = 0
  private var depth = 0

  init(bytes: UnsafeRawBufferPointer, path: String) {
    self.bytes = bytes
    self.path = path
  }

  mutating func document() throws -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end of the file") }
    return value
  }

  private mutating func value() throws -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try nested { try $0.object() }
    case UInt8(ascii: "["): return try nested { try $0.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    case UInt8(ascii: "n"): return try literal("null", .null)
    default: return try number()
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws -> JSONValue
  ) throws -> JSONValue {
    guard depth < 64 else { throw unexpected("at most 64 levels of nesting") }
    depth += 1
    defer { depth -= 1 }
    position += 1
    return try body(&self)
  }

  private mutating func object() throws -> JSONValue {
    var members: [JSONValue.Member] = []
    if accept("}") { return .object([]) }
    repeat {
      skipSpace()
      guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotation marks") }
      let start = position
      let key = try string()
      // Long objects are vocabularies, which check their own keys.
      if members.count < 64, members.contains(where: { $0.key == key }) {
        position = start
        throw unexpected("each key once", found: "'\(key)' again")
      }
      guard accept(":") else { throw unexpected("':'") }
      members.append(JSONValue.Member(key, try value()))
    } while accept(",")
    guard accept("}") else { throw unexpected("',' or '}'") }
    return .object(members)
  }

  private mutating func array() throws -> JSONValue {
    var values: [JSONValue] = []
    if accept("]") { return .array([]) }
    repeat { values.append(try value()) } while accept(",")
    guard accept("]") else { throw unexpected("',' or ']'") }
    return .array(values)
  }

  private mutating func string() throws -> String {
    position += 1
    let start = position
    while let byte = peek, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    if peek == UInt8(ascii: "\"") {
      let text = String(validating: bytes[start..<position], as: UTF8.self)
      guard let text else { throw unexpected("UTF-8", found: "other bytes") }
      position += 1
      return text
    }
    var unescaped = Array(bytes[start..<position])
    while let byte = peek, byte >= 0x20 {
      position += 1
      if byte == UInt8(ascii: "\"") {
        guard let text = String(validating: unescaped, as: UTF8.self) else {
          throw unexpected("UTF-8", found: "other bytes")
        }
        return text
      }
      if byte == UInt8(ascii: "\\") {
        unescaped.append(contentsOf: try escape())
      } else {
        unescaped.append(byte)
      }
    }
    throw unexpected("the rest of a string")
  }

  private mutating func escape() throws -> [UInt8] {
    guard let kind = peek else { throw unexpected("the rest of a string") }
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [kind]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if code >= 0xD800, code < 0xDC00, peek == UInt8(ascii: "\\"), position + 1 < bytes.count,
        bytes[position + 1] == UInt8(ascii: "u")
      {
        position += 2
        let low = try hexadecimal()
        guard low >= 0xDC00, low < 0xE000 else { throw unexpected("the second surrogate") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw unexpected("a pair of surrogates") }
      return Array(String(Character(scalar)).utf8)
    default:
      position -= 1
      throw unexpected("an escape sequence")
    }
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= bytes.count else { throw unexpected("four hexadecimal digits") }
    var code: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      let digit = Character(Unicode.Scalar(byte)).hexDigitValue
      guard byte < 0x80, let digit else { throw unexpected("four hexadecimal digits") }
      code = code << 4 | UInt32(digit)
    }
    position += 4
    return code
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    while let byte = peek, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let integer = Int(text), !text.hasPrefix("+") { return .integer(integer) }
    guard let number = Double(text), !text.hasPrefix("+") else {
      position = start
      throw unexpected("a JSON value")
    }
    return .number(number)
  }

  private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
    let count = text.utf8CodeUnitCount
    let matches = text.withUTF8Buffer { expected in
      position + count <= bytes.count && bytes[position..<position + count].elementsEqual(expected)
    }
    guard matches else { throw unexpected("a JSON value") }
    position += count
    return value
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 { position += 1 }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private func unexpected(_ expected: String, found: String? = nil) -> Fault {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.reduce(1) { $0 + ($1 == 10 ? 1 : 0) }
    let column = before.reversed().prefix { $0 != 10 }.count + 1
    let byte = peek.map {
      $0 >= 0x20 && $0 < 0x7F ? "'\(Character(Unicode.Scalar($0)))'" : "byte \($0)"
    }
    return Fault(
      .input, "'\(path)' is not valid JSON", at: "\(path):\(line):\(column)",
      found: found ?? byte ?? "the end of the file", expected: expected)
  }
}
