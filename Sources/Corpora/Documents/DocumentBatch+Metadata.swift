extension DocumentBatch {
  /// The value of a text member of a document's metadata, with its escapes as they stand; nil where
  /// the metadata is no object, or the member is absent or no text.
  package func metadataText(_ name: String, of document: Int) -> String? {
    var text: String?
    var isFound = false
    forEachMember(of: document, in: .metadata) { member, value in
      guard !isFound, member.elementsEqual(name.utf8) else { return }
      isFound = true
      guard value.count >= 2, value.first == UInt8(ascii: "\""), value.last == value.first
      else { return }
      text = String(decoding: value.dropFirst().dropLast(), as: UTF8.self)
    }
    return text
  }
}
