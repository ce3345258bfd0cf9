import Streams
import Tokenization

/// A JSON object of which every key is known and present.
struct StrictRecord {
  let value: JSONValue
  /// Names the object in errors.
  let place: String
  let keys: [String]

  init(_ value: JSONValue, place: String, keys: [String]) {
    self.value = value
    self.place = place
    self.keys = keys
  }

  func checkKeys() throws {
    guard case .object(let members) = value else {
      throw Fault(
        .input, "a record is missing", at: place, found: value.summary, expected: "an object")
    }
    for member in members where !keys.contains(member.key) {
      throw fault(
        member.key, found: "'\(member.key)'", expected: keys.joined(separator: ", "))
    }
    for key in keys where value[key] == nil {
      throw fault(key, found: "nothing", expected: "a value")
    }
  }

  func integer(_ key: String) throws -> Int {
    guard case .integer(let number)? = value[key], number >= 0 else {
      throw fault(key, found: value[key]?.summary ?? "nothing", expected: "a number from 0 up")
    }
    return number
  }

  func string(_ key: String) throws -> String {
    guard case .string(let text)? = value[key] else {
      throw fault(key, found: value[key]?.summary ?? "nothing", expected: "a text")
    }
    return text
  }

  func optionalString(_ key: String) throws -> String? {
    value[key]?.isNull == true ? nil : try string(key)
  }

  func digest(_ key: String) throws -> ContentDigest {
    let text = try string(key)
    guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.suffix(16), radix: 16)
    else { throw fault(key, found: "'\(text)'", expected: "32 hexadecimal digits") }
    return ContentDigest(high: high, low: low)
  }

  func fault(_ key: String, found: String, expected: String) -> Fault {
    Fault(
      .input, "the record has a wrong '\(key)'", at: place, found: found, expected: expected,
      hint: "the file is damaged or of another version: make it again")
  }
}
