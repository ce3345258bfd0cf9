extension DocumentBatch {
  /// Every field has one value a document. Costs nothing in release builds.
  func checkInvariants() {
    assert(texts.count == count && sources.count == count)
    assert(urls.count == count && metadata.count == count)
    assert(carriedAttributes.count == count && otherFields.count == count)
    assert(attributes.names.isEmpty || attributes.count <= count)
  }
}
