extension DocumentBatch {
  /// The value of a text member of a document's metadata, with its escapes as they stand; nil where
  /// the metadata is no object, or the member is absent or no text.
  package func metadataText(_ name: String, of document: Int) -> String? {
    metadata.withBytes(document) { json in
      guard json.first == UInt8(ascii: "{"), json.last == UInt8(ascii: "}"), json.count > 2 else {
        return nil
      }
      let quoted = "\"\(name)\"".utf8
      for member in JSONMembers(UnsafeRawBufferPointer(rebasing: json[1..<json.count - 1])) {
        guard member.key.elementsEqual(quoted) else { continue }
        let value = member.bytes.dropFirst(member.key.count)
          .drop { $0 == UInt8(ascii: ":") || $0 <= 0x20 }
        guard value.count >= 2, value.first == UInt8(ascii: "\""), value.last == value.first
        else { return nil }
        return String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
      }
      return nil
    }
  }
}
