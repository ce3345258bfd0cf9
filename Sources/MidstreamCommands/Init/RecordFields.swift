import Corpora
import Runs
import Streams

/// The fields of JSON lines: what is in them, told from the first records of some files.
struct RecordFields {
  /// One field, by its path.
  struct Field {
    /// Records that have it with a value.
    var records = 0
    var strings = 0
    var objects = 0
    var stringBytes = 0
    var addresses = 0
    /// Strings of several words.
    var spaced = 0
    /// Different values of the first records.
    fileprivate(set) var values: Set<String> = []

    var meanBytes: Int { strings == 0 ? 0 : stringBytes / strings }
  }

  private static let depth = 3
  private static let valuesKept = 500

  private(set) var recordCount = 0
  /// By path, in the form of ``DocumentFields``: a dot leads into an object.
  private(set) var fields: [String: Field] = [:]

  /// Adds the first lines of a file. That the rest of the file is not there is no fault.
  mutating func add(_ head: FileHead, lines count: Int) throws {
    var lines = LinePieces(head.source)
    do {
      for _ in 0..<count {
        guard let line = try lines.next() else { return }
        add(line: line)
      }
    } catch  where head.isCut {
      return
    }
  }

  /// Adds one line; a line that is no object is passed over.
  mutating func add(line: [UInt8]) {
    guard let value = try? JSONValue(parsing: line, path: ""), case .object(let members) = value
    else { return }
    recordCount += 1
    add(members, "", 1)
  }

  private mutating func add(_ members: [JSONValue.Member], _ parent: String, _ level: Int) {
    for member in members where !member.value.isNull {
      let path = parent + Self.escaped(member.key)
      // Ids as keys would make a field of every record.
      guard fields[path] != nil || fields.count < 2000 else { continue }
      var field = fields[path] ?? Field()
      field.records += 1
      switch member.value {
      case .string(let text):
        field.strings += 1
        field.stringBytes += text.utf8.count
        field.addresses += text.hasPrefix("http://") || text.hasPrefix("https://") ? 1 : 0
        field.spaced += text.utf8.contains(UInt8(ascii: " ")) ? 1 : 0
        field.note(text, Self.valuesKept)
      case .integer(let number): field.note(String(number), Self.valuesKept)
      case .object: field.objects += 1
      default: break
      }
      fields[path] = field
      if case .object(let inner) = member.value, level < Self.depth {
        add(inner, path + ".", level + 1)
      }
    }
  }

  private static func escaped(_ key: String) -> String {
    key.replacing("\\", with: "\\\\").replacing(".", with: "\\.")
  }
}

extension RecordFields.Field {
  fileprivate mutating func note(_ value: String, _ limit: Int) {
    if values.count < limit { values.insert(String(value.prefix(200))) }
  }
}

/// Which field of the records is which field of a document, and why.
struct FieldChoice: Encodable {
  struct Field: Encodable {
    /// "text", "id" …
    var field: String
    /// The record's own name for it.
    var name: String
    var evidence: String
  }

  /// In the order of a recipe.
  var fields: [Field] = []
  var records: Int
  /// The names of all fields that a record may have, at the top.
  var names: [String]

  static let textNames = [
    "text", "content", "body", "document", "raw_content", "code", "markdown", "article",
  ]
  private static let idNames = [
    "id", "_id", "doc_id", "docid", "document_id", "uuid", "guid", "warc_record_id", "key", "sha1",
    "hash",
  ]
  private static let urlNames = ["url", "uri", "link", "source_url", "page_url", "warc_target_uri"]
  private static let sourceNames = ["source", "dataset", "subset", "corpus", "origin", "domain"]
  private static let metadataNames = ["metadata", "meta", "attributes_in", "extra", "info"]

  init(_ found: RecordFields) {
    records = found.recordCount
    names = found.fields.keys.filter { !$0.contains(".") }.sorted()
    guard records > 0 else { return }
    let of = "of \(grouped(records)) records"
    if let text = Self.text(found), let field = found.fields[text] {
      fields.append(
        Field(
          field: "text", name: text,
          evidence:
            "a string in \(grouped(field.strings)) \(of), \(amount(field.meanBytes, "B")) on "
            + "average"))
    }
    let text = fields.first?.name
    func add(_ field: String, _ usual: [String], _ takes: (RecordFields.Field) -> String?) {
      for name in Self.paths(usual, found) where name != text {
        guard let seen = found.fields[name], let evidence = takes(seen) else { continue }
        fields.append(Field(field: field, name: name, evidence: evidence))
        return
      }
    }
    let count = records
    add("id", Self.idNames) { field in
      let distinct = field.values.count
      return field.records == count && distinct == min(count, 500)
        ? "in all \(grouped(count)) records, all different" : nil
    }
    add("url", Self.urlNames) { field in
      field.addresses * 2 > field.records ? "an address in \(grouped(field.addresses)) \(of)" : nil
    }
    add("source", Self.sourceNames) { field in
      field.strings * 2 > count && field.addresses == 0 && field.values.count <= 50
        && field.meanBytes < 100
        ? "\(grouped(field.values.count)) values in \(grouped(field.strings)) records" : nil
    }
    add("metadata", Self.metadataNames) { field in
      field.objects * 2 > count ? "an object in \(grouped(field.objects)) \(of)" : nil
    }
  }

  subscript(field: String) -> Field? { fields.first { $0.field == field } }

  /// The document fields by these names; those that were not found keep the usual ones.
  var documentFields: DocumentFields {
    var names = DocumentFields()
    let paths: [(String, WritableKeyPath<DocumentFields, String>)] = [
      ("text", \.text), ("id", \.id), ("url", \.url), ("source", \.source),
      ("metadata", \.metadata),
    ]
    for (field, path) in paths {
      if let found = self[field] { names[keyPath: path] = found.name }
    }
    return names
  }

  /// The longest string on average; a usual name wins unless another is four times as long. Keys and
  /// addresses are no text, however long they are.
  private static func text(_ found: RecordFields) -> String? {
    let strings = found.fields.filter { $0.value.strings * 2 > found.recordCount }
    func longest(_ names: some Collection<(key: String, value: RecordFields.Field)>) -> String? {
      names.max { ($0.value.meanBytes, $1.key) < ($1.value.meanBytes, $0.key) }?.key
    }
    let all = longest(
      strings.filter { $0.value.spaced * 2 > $0.value.strings }.map { ($0.key, $0.value) })
    let usual = longest(
      strings.filter { textNames.contains($0.key.lowercased()) }.map { ($0.key, $0.value) })
    guard let all, let usual, let most = strings[all], let few = strings[usual] else {
      return usual ?? all
    }
    return most.meanBytes > 4 * max(few.meanBytes, 1) ? all : usual
  }

  /// The usual names that the records have: at the top first, then inside objects.
  private static func paths(_ usual: [String], _ found: RecordFields) -> [String] {
    let all = found.fields.keys.sorted {
      ($0.count { $0 == "." }, $0) < ($1.count { $0 == "." }, $1)
    }
    return usual.flatMap { name in
      all.filter { ($0.split(separator: ".").last.map(String.init) ?? $0).lowercased() == name }
    }.sorted { $0.count { $0 == "." } < $1.count { $0 == "." } }
  }
}
