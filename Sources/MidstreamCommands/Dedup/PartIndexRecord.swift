import Runs

/// What an index of parts of documents was used for.
struct PartIndexRecord: Codable, Equatable {
  var format = 1
  var index: String
  /// How often the index has been changed.
  var revision: Int
  /// Documents of the index, with those that were added.
  var documents: Int
  /// Their parts; in a Bloom filter different ones.
  var parts: Int
  /// Documents of the index that the new ones were compared with.
  var known: Int
  /// Documents that were added.
  var added: Int
  /// Copies that went for one that the index had; nil with a Bloom filter, which knows no places, and
  /// where all copies go.
  var removedForKnown: Int?

  /// For people.
  var lines: [String] {
    var lines = ["\(index): compared with \(counted(known, "document"))"]
    if let removedForKnown {
      lines[0] += ", \(counted(removedForKnown, "copy", "copies")) cut out for one of them"
    }
    if added > 0 {
      lines.append(
        "added: \(counted(added, "document")), now \(grouped(documents)) with "
          + "\(counted(parts, "part")), revision \(revision)")
    }
    return lines
  }
}
