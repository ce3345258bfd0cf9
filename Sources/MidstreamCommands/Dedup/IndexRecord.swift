import Runs

/// `records/dedup-index.json`: what an index was used for.
struct IndexRecord: Codable {
  static let path = "records/dedup-index.json"

  var format = 1
  var index: String
  /// How often the index has been changed.
  var revision: Int
  /// Documents of the index that the new ones were compared with.
  var known: Int
  /// Documents that were added.
  var added: Int
  var published: String
  /// Survivors that lost their place.
  var retracted: Int
  /// New documents that went for one that the index had.
  var removedForKnown: Int

  /// Says what the record in a folder says.
  static func show(in folder: OutputFolder) throws {
    let record = try RecordFile.read(IndexRecord.self, from: folder.file(path))
    var lines = [
      "\(record.index): compared with \(grouped(record.known)) documents, "
        + "\(grouped(record.removedForKnown)) removed for one of them"
    ]
    if record.added > 0 {
      lines.append("added: \(grouped(record.added)) documents, revision \(record.revision)")
    }
    if record.retracted > 0 {
      lines.append(
        "retracted: \(grouped(record.retracted)), named in "
          + folder.file(IndexedWork.retractions))
    }
    try Output.print(lines.joined(separator: "\n"))
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
    var lines = ["\(index): forgot \(grouped(forgotten)) documents, revision \(revision)"]
    if !unknown.isEmpty {
      let more = unknown.count > Self.shownIds ? ", all in \(folder.file(Self.path))" : ""
      lines.append(
        "unknown: \(grouped(unknown.count)) ids: "
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
