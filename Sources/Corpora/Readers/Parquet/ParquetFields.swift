import CSimdJSON
import Runs
import Streams

/// Which column fills which field of a document, and which columns are carried along.
struct ParquetFields {
  var text: ParquetField
  var id: ParquetField?
  var source: ParquetField?
  var url: ParquetField?
  var metadata: ParquetField?
  var attributes: ParquetField?
  /// The columns that have no field of their own, in the order of the file.
  var others: [ParquetField] = []
  /// A column of whole JSON members, in files that Midstream wrote.
  var members: ParquetField?
  /// Whether Midstream wrote the file, and any JSON value is metadata.
  let isOurs: Bool
  /// Columns that cannot be read, each with its reason.
  var passedOver: [String] = []

  init(
    _ metadata: ParquetMetadata, _ options: ReadingOptions, name: String,
    open: (ParquetColumn, ParquetColumn.PhysicalType) -> ColumnCursor
  ) throws {
    let names = options.fields
    isOurs = metadata.createdBy.hasPrefix(ParquetFields.ownCreator)
    var text: ParquetField?
    var (nested, seen) = (Set<String>(), Set<String>())
    for (index, column) in metadata.columns.enumerated() {
      let path = column.fieldPath
      let isField = [names.text, names.id, names.source, names.url, names.metadata, "attributes"]
        .contains(path)
      guard isField || options.readsOtherFields else { continue }
      if let list = column.nestedIn {
        if nested.insert(list).inserted { passedOver.append("nested column \(list)") }
        continue
      }
      guard let type = column.type, type != .fixed || column.byteWidth > 0 else {
        passedOver.append("column \(column.path) of an unknown type")
        continue
      }
      guard seen.insert(path).inserted else {
        passedOver.append("second column \(column.path)")
        continue
      }
      let isBytes = type == .bytes
      if path == names.text {
        guard isBytes else { throw ParquetFields.notText(column, name) }
        text = ParquetField(open(column, type), type, index, names)
        continue
      }
      let field = ParquetField(open(column, type), type, index, names)
      switch path {
      case names.id: id = field
      case names.source: source = field
      case names.url: url = field
      case names.metadata where isBytes: self.metadata = field
      case "attributes" where isBytes: attributes = field
      case ParquetFields.membersName where isOurs && isBytes: members = field
      default: if options.readsOtherFields { others.append(field) }
      }
    }
    guard let text else {
      throw Fault(
        .input, "'\(name)' has no column '\(names.text)'", at: name,
        found: metadata.columns.prefix(20).map(\.path).joined(separator: ", "),
        hint: NearestName.find(names.text, in: metadata.columns.map(\.fieldPath))
          .map { "did you mean '\($0)'?" } ?? "name the column that has the text")
    }
    self.text = text
  }

  /// How Midstream names itself in the files that it writes, in front of its version.
  static let ownCreator = "midstream version "
  /// The column that has the members of `otherFields` in files that Midstream writes.
  static let membersName = "other_fields"

  private static func notText(_ column: ParquetColumn, _ name: String) -> Fault {
    Fault(
      .input, "the column '\(column.path)' of '\(name)' is not text", at: name,
      found: column.type.map { "\($0)" } ?? "an unknown type", expected: "strings",
      hint: "name the column that has the text")
  }

  /// Every column that is read, the text last.
  var all: [ParquetField] {
    [id, source, url, metadata, attributes, members].compactMap { $0 } + others + [text]
  }
}

/// One column on its way into documents.
struct ParquetField {
  let cursor: ColumnCursor
  let format: ParquetValueFormat
  /// Whether the values are byte strings that should be text.
  let isText: Bool
  /// The place of the column in the file.
  let index: Int
  /// `"name":` for JSON.
  let member: [UInt8]

  init(
    _ cursor: ColumnCursor, _ type: ParquetColumn.PhysicalType, _ index: Int,
    _ names: DocumentFields
  ) {
    self.cursor = cursor
    self.index = index
    format = ParquetValueFormat(cursor.column, type)
    isText = format == .string || format == .json
    let name = names.otherName(of: cursor.column.path)
    var json = JSONBuffer()
    Array(name.utf8).withUnsafeBytes { json.append(string: $0) }
    json.append(":")
    member = Array(json.contents)
  }
}

/// Tells JSON from text that only looks like it.
final class JSONCheck {
  /// Checking needs several times the memory.
  private static let limit = 64 << 20

  private let checker: OpaquePointer

  init() throws {
    guard let checker = json_checker_create() else { throw Fault(.failure, "out of memory") }
    self.checker = checker
  }

  deinit { json_checker_destroy(checker) }

  /// - Parameter notes: gets bits of `json_note`.
  func kind(_ text: UnsafeRawBufferPointer, _ notes: inout UInt32) -> json_kind {
    guard text.count <= JSONCheck.limit, let base = text.bindMemory(to: UInt8.self).baseAddress
    else { return JSON_IS_NOTHING }
    return json_check(checker, base, text.count, &notes)
  }
}
