/// Documents as JSON lines, in a buffer that is used again and again.
///
/// Each line has `id`, `text`, `source`, then `url`, `metadata`, the input's other fields and
/// `attributes` where there are any, in this order.
struct DocumentLines: ~Copyable {
  private var buffer = JSONBuffer()

  var bytes: UnsafeRawBufferPointer { buffer.contents }
  var byteCount: Int { buffer.count }

  mutating func removeAll() { buffer.removeAll() }

  /// The document at `index` of the batch, with these columns as its attributes.
  mutating func append(_ batch: DocumentBatch, _ index: Int, _ columns: [AttributeColumn]) {
    buffer.append("{\"id\":")
    batch.ids.withBytes(index) { buffer.append(string: $0) }
    buffer.append(",\"text\":")
    batch.texts.withBytes(index) { buffer.append(string: $0) }
    buffer.append(",\"source\":")
    batch.sources.withBytes(index) { buffer.append(string: $0) }
    if batch.urls.byteCount(index) > 0 {
      buffer.append(",\"url\":")
      batch.urls.withBytes(index) { buffer.append(string: $0) }
    }
    if batch.metadata.byteCount(index) > 0 {
      buffer.append(",\"metadata\":")
      batch.metadata.withBytes(index) { buffer.append($0) }
    }
    if batch.otherFields.byteCount(index) > 0 {
      buffer.append(",")
      batch.otherFields.withBytes(index) { buffer.append($0) }
    }
    append(columns, batch.carriedAttributes, index)
    buffer.append("}\n")
  }

  private mutating func append(_ columns: [AttributeColumn], _ carried: ByteColumn, _ index: Int) {
    if columns.isEmpty, carried.byteCount(index) == 0 { return }
    buffer.append(",\"attributes\":{")
    buffer.append(attributes: columns, carried, index)
    buffer.append("}")
  }
}

/// A column of attributes to write.
package struct AttributeColumn {
  /// With its quotes, escaped.
  var key: [UInt8]
  var column: Column
  /// Whether the column's texts are JSON values, written as they are.
  var isJSON: Bool

  init(_ name: String, _ column: Column, isJSON: Bool = false) {
    var buffer = JSONBuffer()
    Array(name.utf8).withUnsafeBytes { buffer.append(string: $0) }
    key = Array(buffer.contents)
    self.column = column
    self.isJSON = isJSON
  }

  /// A column of texts, one a document.
  package init(text name: String, _ values: ByteColumn) { self.init(name, .bytes(values)) }

  /// A column of JSON values, one a document.
  package init(json name: String, _ values: ByteColumn) {
    self.init(name, .bytes(values), isJSON: true)
  }
}

extension JSONBuffer {
  /// The members of an object of attributes: those of an earlier step that are not measured anew,
  /// then these.
  mutating func append(attributes columns: [AttributeColumn], _ carried: ByteColumn, _ index: Int) {
    var isFirst = true
    if carried.byteCount(index) > 0 {
      carried.withBytes(index) { members in
        if columns.isEmpty {
          append(members)
          isFirst = false
          return
        }
        for member in JSONMembers(members) {
          let isNew = columns.contains { $0.key.elementsEqual(member.key) }
          if isNew { continue }
          if !isFirst { append(",") }
          append(member.bytes)
          isFirst = false
        }
      }
    }
    for attribute in columns {
      if !isFirst { append(",") }
      isFirst = false
      attribute.key.withUnsafeBytes { append($0) }
      append(":")
      if attribute.isJSON, case .bytes(let values) = attribute.column {
        values.withBytes(index) { append($0) }
      } else {
        append(attribute.column, index)
      }
    }
  }

  private mutating func append(_ column: Column, _ index: Int) {
    switch column {
    case .float32(let values):
      // JSON has no NaN and no infinities.
      if values[index].isFinite { append(values[index].description) } else { append("null") }
    case .uint64(let values): append(String(values[index]))
    case .uint8(let values): append(String(values[index]))
    case .bytes(let values): append(text: values, index)
    case .uint64Rows(let values, let width):
      append("[")
      for place in 0..<width {
        if place > 0 { append(",") }
        append(String(values[index * width + place]))
      }
      append("]")
    }
  }

  /// Bytes that are not UTF-8 are repaired: JSON cannot hold them.
  private mutating func append(text values: ByteColumn, _ index: Int) {
    let isText = values.withBytes(index, PlainText.isUTF8)
    if isText { return values.withBytes(index) { append(string: $0) } }
    Array(values.string(index).utf8).withUnsafeBytes { append(string: $0) }
  }
}
