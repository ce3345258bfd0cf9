import CSimdJSON
import Streams

/// Puts together what one row gives to a document beside its text. Buffers are reused from row to
/// row.
final class ParquetRow {
  /// Valid until the next row.
  struct Values {
    /// Empty where the row has none.
    var id = UnsafeRawBufferPointer(start: nil, count: 0)
    var source = UnsafeRawBufferPointer(start: nil, count: 0)
    var url = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Raw JSON.
    var metadata = UnsafeRawBufferPointer(start: nil, count: 0)
    /// The members of JSON objects, without braces.
    var attributes = UnsafeRawBufferPointer(start: nil, count: 0)
    var members = UnsafeRawBufferPointer(start: nil, count: 0)
  }

  /// The column that made the last row invalid.
  private(set) var invalidColumn = ""
  /// What deserves a note in the last row: bits of `json_note`.
  private(set) var notes: UInt32 = 0

  private let json: JSONCheck
  private var id = JSONBuffer()
  private var source = JSONBuffer()
  private var url = JSONBuffer()
  private var metadata = JSONBuffer()
  private var attributes = JSONBuffer()
  private var members = JSONBuffer()
  private var other = JSONBuffer()

  init() throws { json = try JSONCheck() }

  /// What the columns say at their current rows; nil where a string of them is not UTF-8.
  func read(_ fields: ParquetFields) -> Values? {
    var values = Values()
    members.removeAll()
    notes = 0
    if let field = fields.id {
      guard let bytes = text(field, &id) else { return nil }
      values.id = bytes
    }
    if let field = fields.source {
      guard let bytes = text(field, &source) else { return nil }
      values.source = bytes
    }
    if let field = fields.url {
      guard let bytes = text(field, &url) else { return nil }
      values.url = bytes
    }
    if let field = fields.metadata, field.cursor.isPresent {
      if let value = fields.isOurs ? value(field) : object(field) {
        values.metadata = metadata.oneLine(value)
      } else if !appendMember(field) {
        return nil
      }
    }
    if let field = fields.attributes, field.cursor.isPresent {
      if let object = object(field) {
        values.attributes = attributes.oneLine(ParquetRow.inside(object))
      } else if !appendMember(field) {
        return nil
      }
    }
    for field in fields.others where field.cursor.isPresent {
      guard appendMember(field) else { return nil }
    }
    if let field = fields.members, field.cursor.isPresent, !appendMembers(field) { return nil }
    values.members = members.contents
    return values
  }

  /// A value as plain text; empty for null.
  private func text(_ field: ParquetField, _ made: inout JSONBuffer) -> UnsafeRawBufferPointer? {
    guard field.cursor.isPresent else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    if field.isText { return isUTF8(field) ? field.cursor.bytes : nil }
    // Old writers do not say that their byte strings are text.
    if field.format == .hexadecimal, PlainText.isUTF8(field.cursor.bytes) {
      return field.cursor.bytes
    }
    made.removeAll()
    made.append(field.format.text(field.cursor.block, field.cursor.row) ?? "")
    return made.contents
  }

  private func isUTF8(_ field: ParquetField) -> Bool {
    if PlainText.isUTF8(field.cursor.bytes) { return true }
    invalidColumn = field.cursor.column.path
    return false
  }

  // MARK: Members

  /// Appends `"name":value`.
  /// - Returns: false where the value is not UTF-8.
  private func appendMember(_ field: ParquetField) -> Bool {
    if members.count > 0 { members.append(",") }
    field.member.withUnsafeBytes { members.append($0) }
    if field.isText {
      guard isUTF8(field) else { return false }
      let bytes = field.cursor.bytes
      if field.format == .json, json.kind(bytes, &notes) != JSON_IS_NOTHING {
        members.append(other.oneLine(bytes))
      } else {
        members.append(string: bytes)
      }
      return true
    }
    guard let text = field.format.text(field.cursor.block, field.cursor.row) else {
      members.append("null")
      return true
    }
    if field.format.isQuoted { members.append("\"") }
    members.append(text)
    if field.format.isQuoted { members.append("\"") }
    return true
  }

  /// Appends the members of an object that Midstream wrote.
  private func appendMembers(_ field: ParquetField) -> Bool {
    guard let object = object(field) else { return appendMember(field) }
    let inside = ParquetRow.inside(object)
    if inside.isEmpty { return true }
    if members.count > 0 { members.append(",") }
    members.append(other.oneLine(inside))
    return true
  }

  // MARK: JSON

  /// The bytes of any JSON value; nil where they are none.
  private func value(_ field: ParquetField) -> UnsafeRawBufferPointer? {
    let bytes = field.cursor.bytes
    return json.kind(bytes, &notes) == JSON_IS_NOTHING ? nil : bytes
  }

  /// The bytes of a JSON object without white space around it; nil where the value is none.
  private func object(_ field: ParquetField) -> UnsafeRawBufferPointer? {
    let bytes = ParquetRow.trimmed(field.cursor.bytes)
    guard bytes.first == UInt8(ascii: "{"), json.kind(bytes, &notes) == JSON_IS_OBJECT else {
      return nil
    }
    return bytes
  }

  /// What stands between the braces of an object.
  private static func inside(_ object: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    trimmed(UnsafeRawBufferPointer(rebasing: object[1..<max(1, object.count - 1)]))
  }

  private static func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    var range = 0..<bytes.count
    while let last = range.last, isSpace(bytes[last]) { range = range.lowerBound..<last }
    while let first = range.first, isSpace(bytes[first]) { range = first + 1..<range.upperBound }
    return UnsafeRawBufferPointer(rebasing: bytes[range])
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
  }
}
