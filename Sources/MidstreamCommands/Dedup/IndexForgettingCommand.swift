import Curation
import Foundation
import Runs
import Streams

/// `midstream dedup --index IDX --forget IDS.txt --output DIR`.
struct IndexForgettingCommand {
  static let restorable = "restorable.jsonl"
  static let names = [restorable, ForgottenRecord.path]

  let index: String
  /// A file of ids, one a line.
  let ids: String
  let folder: OutputFolder
  let memory: Int
  let common: CommonOptions

  func perform() throws -> ForgottenRecord {
    let ids = try readIds()
    guard DeduplicationIndex.exists(index) else {
      throw Fault.noIndex(index)
    }
    try folder.check(Self.names, inputs: [self.ids])
    let lock = try IndexLock(index, writes: true)
    defer { withExtendedLifetime(lock) {} }
    if SegmentIndex.holdsParts(index) { return try forgetParts(ids) }
    let opened = try DeduplicationIndex(index)
    _ = try concurrentMap(opened.checkedCount, threads: common.threads) { try opened.check($0) }
    // Before the index is changed: what is named here cannot be found out afterwards.
    let file = try OutputFile(folder.file(Self.restorable))
    let outcome = try IndexForgetting(opened, memory: memory).perform(
      ids, before: { try write($0.restorable, of: opened, to: file) })
    let record = ForgottenRecord(
      index: index, revision: outcome.index.manifest.revision, forgotten: outcome.forgotten,
      restorable: outcome.restorable.count, unknown: outcome.unknown)
    try RecordFile.write(record, to: folder.file(ForgottenRecord.path))
    return record
  }

  /// Of an index of parts. Nothing is restorable: it does not know what was cut out of others.
  private func forgetParts(_ ids: [String]) throws -> ForgottenRecord {
    let opened = try SegmentIndex(index)
    _ = try concurrentMap(opened.checkedCount, threads: common.threads) { try opened.check($0) }
    try Folder.remove(folder.file(Self.restorable))
    let outcome = try SegmentForgetting(opened, memory: memory).perform(ids)
    let record = ForgottenRecord(
      index: index, revision: outcome.index.manifest.revision, forgotten: outcome.forgotten,
      restorable: 0, unknown: outcome.unknown)
    try RecordFile.write(record, to: folder.file(ForgottenRecord.path))
    return record
  }

  private func readIds() throws -> [String] {
    try InputPath.checkFile(ids)
    return String(decoding: try InputFile.bytes(ids), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
  }

  private func write(
    _ restorable: [IndexForgetting.Restorable], of index: DeduplicationIndex, to file: OutputFile
  ) throws {
    struct Line: Encodable {
      var cluster: Int
      var generation: Int
      var restorable: String
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let identifiers = index.identifiers()
    for document in restorable {
      let line = Line(
        cluster: document.cluster, generation: index.parts[document.part].generation,
        restorable: try identifiers.id(part: document.part, place: document.place))
      try file.write(try encoder.encode(line))
      try file.write("\n")
    }
    try file.commit()
  }
}
