import CSimdJSON
import Streams
import TextKernels

/// Reads the lines that are right beyond doubt in one pass; every other line is simdjson's to judge.
/// Both give the same document.
struct PlainLine: ~Copyable {
  /// What a key means.
  private enum Field {
    case id, text, source, url, metadata, attributes, other
  }

  private static let mostMembers = 64
  private let members: UnsafeMutablePointer<json_member>
  private let names: [(key: [UInt8], field: Field)]
  private var scratch: UnsafeMutableRawBufferPointer
  private var others: UnsafeMutableRawBufferPointer
  private var othersCount = 0
  private var document = json_document()
  private let textKey: UnsafeMutableBufferPointer<UInt8>

  /// Nil where the fields are not plain members of the line's object.
  init?(_ fields: DocumentFields) {
    let fields: [(String, Field)] = [
      (fields.text, .text), (fields.id, .id), (fields.source, .source), (fields.url, .url),
      (fields.metadata, .metadata), ("attributes", .attributes),
    ]
    let names = fields.map(\.0)
    guard Set(names).count == names.count, !names.contains(where: { $0.contains(/[.\\]/) })
    else { return nil }
    self.names = fields.map { (Array($0.0.utf8), $0.1) }
    textKey = .allocate(capacity: self.names[0].key.count)
    _ = textKey.initialize(from: self.names[0].key)
    members = .allocate(capacity: Self.mostMembers)
    scratch = .allocate(byteCount: 1 << 16, alignment: 64)
    others = .allocate(byteCount: 1 << 12, alignment: 64)
  }

  deinit {
    members.deallocate()
    textKey.deallocate()
    scratch.deallocate()
    others.deallocate()
  }

  /// Appends the document of a line to the batch.
  /// - Parameters:
  ///   - line: a control character such as its line feed follows it, and `JSON_LINE_PADDING` bytes can
  ///     be read behind it.
  ///   - fields: appends all but the text.
  /// - Returns: false where simdjson must judge; nothing is appended then.
  mutating func read(
    _ line: UnsafeRawBufferPointer, _ parser: OpaquePointer, into batch: inout DocumentBatch,
    fields: (json_document, inout DocumentBatch) -> Void
  ) -> Bool {
    let needed = line.count + Int(JSON_LINE_PADDING)
    if scratch.count < needed { Self.grow(&scratch, to: needed) }
    return batch.append(textUpTo: needed) { text in
      parse(line, text, parser)
    } fields: {
      fields(document, &$0)
    }
  }

  /// Returns the text's length in `text`, or nil where simdjson must judge.
  private mutating func parse(
    _ line: UnsafeRawBufferPointer, _ text: UnsafeMutableRawBufferPointer, _ parser: OpaquePointer
  ) -> Int? {
    let output = text.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let count = json_line_members(
      line.baseAddress?.assumingMemoryBound(to: UInt8.self), line.count,
      json_long_string(key: textKey.baseAddress, key_length: textKey.count, output: output),
      scratch.baseAddress?.assumingMemoryBound(to: UInt8.self), members, Self.mostMembers, -1)
    guard count >= 0 else { return nil }
    document = json_document()
    othersCount = 0
    for index in 0..<count {
      guard take(members[index], parser) else { return nil }
    }
    if othersCount > 0 {
      document.others = json_slice(
        bytes: UnsafePointer(others.baseAddress?.assumingMemoryBound(to: UInt8.self)),
        length: othersCount)
    }
    return document.text.length > 0 ? document.text.length : nil
  }

  private func field(of member: json_member) -> Field {
    let key = UnsafeRawBufferPointer(start: member.key, count: member.key_length)
    for (name, field) in names where name.count == key.count {
      if key.elementsEqual(name) { return field }
    }
    return .other
  }

  private mutating func take(_ member: json_member, _ parser: OpaquePointer) -> Bool {
    if member.kind == JSON_MEMBER_STRING, member.needs_utf8_check != 0,
      json_is_utf8(member.text, member.text_length) == 0
    {
      return false
    }
    if member.kind == JSON_MEMBER_CONTAINER,
      json_value_is_plain(parser, member.value, member.value_length) == 0
    {
      return false
    }
    let raw = json_slice(bytes: member.value, length: member.value_length)
    let isString = member.kind == JSON_MEMBER_STRING
    let text =
      isString
      ? json_slice(bytes: member.text, length: member.text_length)
      : member.kind == JSON_MEMBER_NULL ? json_slice() : raw
    switch field(of: member) {
    case .text:
      guard isString else { return false }
      document.text = text
    case .id: document.id = text
    case .source: document.source = text
    case .url: document.url = text
    case .metadata: document.metadata = raw
    case .attributes:
      // Only an object is taken apart.
      guard member.kind == JSON_MEMBER_CONTAINER, member.value[0] == UInt8(ascii: "{") else {
        return false
      }
      document.attributes = json_inside(raw)
    case .other:
      // One that has the name of a document's field is renamed.
      guard !Self.isColumn(member) else { return false }
      appendOther(member)
    }
    return true
  }

  private static let ownNames = DocumentFields.ownNames.map { Array($0.utf8) }

  private static func isColumn(_ member: json_member) -> Bool {
    let key = UnsafeRawBufferPointer(start: member.key, count: member.key_length)
    return key.count <= 10 && ownNames.contains { key.elementsEqual($0) }
  }

  private mutating func appendOther(_ member: json_member) {
    let needed = othersCount + member.key_length + member.value_length + 4
    if others.count < needed { Self.grow(&others, to: needed) }
    func put(_ byte: UInt8) {
      others[othersCount] = byte
      othersCount += 1
    }
    func put(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
      others[othersCount...].copyBytes(from: UnsafeRawBufferPointer(start: bytes, count: count))
      othersCount += count
    }
    if othersCount > 0 { put(UInt8(ascii: ",")) }
    put(UInt8(ascii: "\""))
    put(member.key, member.key_length)
    put(UInt8(ascii: "\""))
    put(UInt8(ascii: ":"))
    put(member.value, member.value_length)
  }

  private static func grow(_ buffer: inout UnsafeMutableRawBufferPointer, to needed: Int) {
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(needed, buffer.count * 2), alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
    buffer.deallocate()
    buffer = larger
  }
}
