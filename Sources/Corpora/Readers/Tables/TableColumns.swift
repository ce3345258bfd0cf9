import Runs
import Streams

/// Which column of a table is which field of a document.
struct TableColumns {
  /// A column whose cells may hold JSON objects.
  struct Object {
    var index: Int
    /// Its name as the key of a JSON member, with the colon.
    var key: [UInt8]
    var cells: ObjectCells
  }

  /// How many columns a table may have.
  static let limit = 1 << 14

  let count: Int
  let text: Int
  let id: Int?
  let url: Int?
  let source: Int?
  let metadata: Object?
  let attributes: Object?
  /// All other columns.
  let others: [Int]
  /// Their names as keys of JSON members, with the colon.
  let keys: ByteColumn

  /// Reads the header, which is the first record that is not empty.
  static func header(_ records: DelimitedRecords, name: String) throws -> [String] {
    while true {
      switch try records.next() {
      case .record(let record):
        if record.isBlank { continue }
        guard record.fieldCount <= limit else {
          throw Fault(
            .input, "the table has too many columns", at: name,
            found: "\(record.fieldCount)", expected: "at most \(limit)")
        }
        guard PlainText.isUTF8(record.bytes) else {
          throw Fault(
            .input, "the header of the table is not UTF-8", at: name,
            hint: "convert the file to UTF-8")
        }
        return distinct(
          (0..<record.fieldCount).map { String(decoding: record.field($0), as: UTF8.self) })
      case .tooLarge:
        throw Fault(.input, "the header of the table is larger than a document may be", at: name)
      case .openQuote:
        throw Fault(.input, "a quote in the table's header is not closed", at: name)
      case .end:
        throw Fault(.input, "the table is empty", at: name, expected: "a header line")
      }
    }
  }

  /// Names that come again are numbered.
  private static func distinct(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    var counts: [String: Int] = [:]
    let given = Set(names)
    return names.map { name in
      if seen.insert(name).inserted { return name }
      while true {
        let count = counts[name, default: 0]
        counts[name] = count + 1
        let numbered = "\(name)_duplicated_\(count)"
        if !given.contains(numbered), seen.insert(numbered).inserted { return numbered }
      }
    }
  }

  /// - Throws: a `Fault` of the input where there is no column for the text, or two for one field.
  init(_ header: [String], fields: DocumentFields, name: String) throws {
    count = header.count
    func place(_ field: String) throws -> Int? {
      guard let place = header.firstIndex(of: field) else { return nil }
      if header.contains("\(field)_duplicated_0") {
        throw Fault(
          .input, "two columns are named '\(field)'", at: name,
          hint: "rename one of them, or name another column for this field")
      }
      return place
    }
    guard let text = try place(fields.text) else {
      let shown = header.prefix(20).map { "'\($0)'" }.joined(separator: ", ")
      throw Fault(
        .input, "the table has no column '\(fields.text)'", at: name,
        found: header.count > 20 ? "\(shown) and \(header.count - 20) more" : shown,
        expected: "a header line that names the column of the text",
        hint: Self.nearest(to: fields.text, in: header).map { "did you mean '\($0)'?" })
    }
    self.text = text
    id = try place(fields.id)
    url = try place(fields.url)
    source = try place(fields.source)
    var (others, keys): ([Int], ByteColumn) = ([], ByteColumn())
    var (metadata, attributes): (Object?, Object?) = (nil, nil)
    for (index, column) in header.enumerated() {
      if [text, id, url, source].contains(index) { continue }
      let key = Self.key(fields.otherName(of: column))
      if column == fields.metadata {
        metadata = Object(index: index, key: key, cells: try ObjectCells(isMembers: false))
      } else if column == "attributes" {
        attributes = Object(index: index, key: key, cells: try ObjectCells(isMembers: true))
      } else {
        others.append(index)
        keys.append(key)
      }
    }
    (self.others, self.keys) = (others, keys)
    (self.metadata, self.attributes) = (metadata, attributes)
  }

  /// A name that differs in case only, or else the nearest by spelling.
  private static func nearest(to field: String, in header: [String]) -> String? {
    header.first { $0.lowercased() == field.lowercased() } ?? NearestName.find(field, in: header)
  }

  private static func key(_ name: String) -> [UInt8] {
    var buffer = JSONBuffer()
    var name = name
    name.withUTF8 { buffer.append(string: UnsafeRawBufferPointer($0)) }
    buffer.append(":")
    return Array(buffer.contents)
  }
}
