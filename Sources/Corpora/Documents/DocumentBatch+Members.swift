extension DocumentBatch {
  /// Where the input says something of a document besides its text.
  package enum MemberPlace: CaseIterable, Sendable {
    /// What an earlier step measured.
    case attributes
    /// Fields of the record that have no column.
    case otherFields
    case metadata
  }

  /// Visits the members of one of a document's JSON objects: their names without quotes, escapes as
  /// they stand, and their values as JSON. None where the metadata is no object.
  package func forEachMember(
    of document: Int, in place: MemberPlace,
    _ visit: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
  ) {
    switch place {
    case .attributes: carriedAttributes.withBytes(document) { Self.visitMembers($0, visit) }
    case .otherFields: otherFields.withBytes(document) { Self.visitMembers($0, visit) }
    case .metadata:
      metadata.withBytes(document) { json in
        guard json.first == UInt8(ascii: "{"), json.last == UInt8(ascii: "}"), json.count > 2
        else { return }
        Self.visitMembers(UnsafeRawBufferPointer(rebasing: json[1..<json.count - 1]), visit)
      }
    }
  }

  private static func visitMembers(
    _ members: UnsafeRawBufferPointer,
    _ visit: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
  ) {
    for member in JSONMembers(members) {
      guard member.key.count >= 2 else { continue }
      let value = member.bytes.dropFirst(member.key.count)
        .drop { $0 == UInt8(ascii: ":") || $0 <= 0x20 }
      visit(
        UnsafeRawBufferPointer(rebasing: member.key[1..<member.key.count - 1]),
        UnsafeRawBufferPointer(rebasing: value))
    }
  }
}
