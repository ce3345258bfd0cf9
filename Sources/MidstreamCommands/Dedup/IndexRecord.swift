import Runs

/// `records/dedup-index.json`: what an index was used for.
struct IndexRecord: Codable, Equatable {
  static let path = "records/dedup-index.json"

  var format = 1
  var index: String
  /// How often the index has been changed.
  var revision: Int
  /// Documents of the index, with those that were added.
  var documents: Int
  /// Documents of the index that the new ones were compared with.
  var known: Int
  /// Documents that were added.
  var added: Int
  /// New documents that the index had already: the id, and what makes documents equal.
  var alreadyKnown: Int
  var published: String
  /// Survivors that lost their place.
  var retracted: Int
  /// New documents that went for one that the index had.
  var removedForKnown: Int

  /// For people.
  func lines(_ output: String) -> [String] {
    var lines = [
      "\(index): compared with \(counted(known, "document")), "
        + "\(grouped(removedForKnown)) removed for one of them"
    ]
    if added > 0 {
      lines.append(
        "added: \(counted(added, "document")), now \(grouped(documents)), revision \(revision)")
    }
    if retracted > 0 {
      lines.append(
        "retracted: \(grouped(retracted)), named in \(output)/\(IndexedWork.retractions)")
    }
    return lines
  }

  /// What is to be said of documents that the index has already; nil where there are none.
  func note(_ equalBy: EqualBy) -> String? {
    guard alreadyKnown > 0 else { return nil }
    let what = equalBy == .text ? "text" : "address"
    let isOne = alreadyKnown == 1
    return
      "\(counted(alreadyKnown, "document")) of the input \(isOne ? "is" : "are") in the index already, "
      + "with id and \(what): "
      + (isOne ? "it goes, as a copy of itself" : "they go, as copies of themselves")
      + (added > 0 ? "; the index has \(isOne ? "it" : "them") once more now" : "")
  }
}

/// `records/dedup-forgotten.json`, and what `--json` prints.
struct ForgottenRecord: Codable {
  static let path = "records/dedup-forgotten.json"

  var format = 1
  var index: String
  var revision: Int
  /// Documents that were taken out of the index; an id may have had several.
  var forgotten: Int
  /// Documents that went for another one, where nobody stands for their cluster now.
  var restorable: Int
  /// Ids that no document of the index had.
  var unknown: [String]

  /// How many unknown ids are shown; the record has all.
  private static let shownIds = 10

  func show(in folder: OutputFolder) throws {
    var lines = ["\(index): forgot \(counted(forgotten, "document")), revision \(revision)"]
    if !unknown.isEmpty {
      let more = unknown.count > Self.shownIds ? ", all in \(folder.file(Self.path))" : ""
      lines.append(
        "unknown: \(counted(unknown.count, "id")): "
          + unknown.prefix(Self.shownIds).joined(separator: ", ") + more)
    }
    if restorable > 0 {
      lines.append(
        "restorable: \(grouped(restorable)), named in "
          + folder.file(IndexForgettingCommand.restorable))
    }
    try Output.print(lines.joined(separator: "\n"))
  }
}
