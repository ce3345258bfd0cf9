import Streams

/// One document on its own: what a person looks at. Stages work on `DocumentBatch`.
public struct Document: Sendable, Equatable {
  public var id: String
  /// UTF-8.
  public var text: String
  public var source: String
  public var url: String?
  /// Raw JSON, byte for byte as it came; empty where there is none.
  public var metadata: [UInt8]

  public init(
    id: String, text: String, source: String, url: String? = nil, metadata: [UInt8] = []
  ) {
    self.id = id
    self.text = text
    self.source = source
    self.url = url
    self.metadata = metadata
  }
}

/// A few megabytes of documents: one contiguous buffer a field, one column an attribute. A stage is
/// a loop over its bytes.
public struct DocumentBatch: Sendable, Equatable {
  public private(set) var ids = ByteColumn()
  /// Valid UTF-8.
  public private(set) var texts = ByteColumn()
  public private(set) var sources = ByteColumn()
  /// Empty where a document has none.
  public private(set) var urls = ByteColumn()
  /// Raw JSON, byte for byte as it came; empty where there is none.
  public private(set) var metadata = ByteColumn()
  /// What an earlier step wrote to `attributes`: the members of that object without its braces, byte
  /// for byte, for example `"quality":0.5,"domain":1`; empty where there is nothing.
  public private(set) var carriedAttributes = ByteColumn()
  /// The fields of the input that have no column here, in the same form.
  public private(set) var otherFields = ByteColumn()
  /// What Midstream measured; columns as long as the batch.
  public var attributes = ColumnTable()

  public init() {}

  public var count: Int { ids.count }
  public var isEmpty: Bool { ids.isEmpty }
  /// Bytes of text.
  public var textByteCount: Int { texts.bytes.count }

  public mutating func append(_ document: Document) {
    ids.append(document.id)
    texts.append(document.text)
    sources.append(document.source)
    urls.append(document.url ?? "")
    metadata.append(document.metadata)
    carriedAttributes.appendEmpty()
    otherFields.appendEmpty()
    checkInvariants()
  }

  /// Appends a document from bytes that belong to someone else. `text` must be valid UTF-8.
  public mutating func append(
    id: UnsafeRawBufferPointer, text: UnsafeRawBufferPointer, source: UnsafeRawBufferPointer,
    url: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    metadata raw: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    carriedAttributes carried: UnsafeRawBufferPointer = UnsafeRawBufferPointer(
      start: nil, count: 0),
    otherFields others: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
  ) {
    ids.append(id)
    texts.append(text)
    sources.append(source)
    urls.append(url)
    metadata.append(raw)
    carriedAttributes.append(carried)
    otherFields.append(others)
    checkInvariants()
  }

  /// Appends a document whose text `write` makes in place; see `ByteColumn.append(upTo:)`. Where it
  /// makes one, `fields` is asked for the rest.
  mutating func append(
    textUpTo capacity: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int?,
    fields: (inout DocumentBatch) -> Void
  ) -> Bool {
    guard texts.append(upTo: capacity, write) else { return false }
    fields(&self)
    checkInvariants()
    return true
  }

  /// The fields of a document whose text is there.
  mutating func appendFields(
    id: UnsafeRawBufferPointer, source: UnsafeRawBufferPointer, url: UnsafeRawBufferPointer,
    metadata raw: UnsafeRawBufferPointer, carriedAttributes carried: UnsafeRawBufferPointer,
    otherFields others: UnsafeRawBufferPointer
  ) {
    ids.append(id)
    sources.append(source)
    urls.append(url)
    metadata.append(raw)
    carriedAttributes.append(carried)
    otherFields.append(others)
  }

  /// Makes room for so many bytes of text, so that it need not grow by doubling.
  package mutating func reserve(textBytes: Int) { texts.reserve(values: 256, bytes: textBytes) }

  /// Gives every document another text.
  package mutating func replaceTexts(with texts: ByteColumn) {
    self.texts = texts
    checkInvariants()
  }

  public mutating func removeAll() {
    ids.removeAll()
    texts.removeAll()
    sources.removeAll()
    urls.removeAll()
    metadata.removeAll()
    carriedAttributes.removeAll()
    otherFields.removeAll()
    attributes = ColumnTable()
  }

  public subscript(index: Int) -> Document {
    let url = urls.string(index)
    return Document(
      id: ids.string(index), text: texts.string(index), source: sources.string(index),
      url: url.isEmpty ? nil : url, metadata: Array(metadata[index]))
  }
}
