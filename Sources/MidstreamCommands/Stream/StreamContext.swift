import Corpora
import Foundation
import Logging
import Runs
import Streams

/// What every stage of the stream works with.
struct StreamContext {
  var recipe: StreamRecipe
  var run: RunFolder
  var runner: TaskRunner
  var book: RunBook
  var log: Logger

  var threads: Int { runner.threads }

  /// Runs one stage under its name: its time goes into `run.json`.
  func stage<R>(_ name: String, unit: String = "B", _ body: () throws -> (R, work: Int)) throws -> R
  {
    try Interruption.check()
    let start = ContinuousClock.now
    log.info("begin \(name)")
    do {
      let result = try book.stage(name, unit: unit, body)
      log.info("end \(name)", metadata: ["seconds": "\(start.duration(to: .now).seconds)"])
      return result
    } catch {
      log.error("stop in \(name): \(error)")
      throw error
    }
  }
}

/// One slice of the corpus after pass one: its documents and what was measured on them.
struct MeasuredTask: Sendable {
  /// Numbers the files: "0007".
  var name: String
  var source: String
  var license: String
  var rawFileCount: Int
  var rawByteCount: Int
  var run: RunFolder

  /// The extracted documents, in order.
  var documents: String { run.file("documents/\(name).jsonl.zst") }
  /// The same documents after the packs' edits, where a pack edits.
  var edited: String { run.file("edited/\(name).jsonl.zst") }
  /// Whether the filter packs of the run change texts.
  var isEdited: Bool { Folder.isFile(edited) }
  /// One row a document.
  var columns: String { run.file("columns/\(name).columns") }
  /// Every rule that a document failed.
  var decisions: String { run.file("decisions/\(name).columns") }
  /// Which streams a document belongs to, and its domain.
  var streams: String { run.file("streams/\(name).columns") }

  /// What could not be read.
  var problems: String { run.file("problems/\(name).json") }

  /// The documents of this task in batches of a few megabytes, each with the place of its first.
  /// - Parameter edited: whether their texts are those after the packs' edits.
  func forEachBatch(
    edited: Bool = false, _ body: (_ first: Int, _ batch: DocumentBatch) throws -> Void
  ) throws {
    let documents = edited && isEdited ? self.edited : documents
    // Escapes make a line longer than the text that extraction let through.
    var options = ReadingOptions()
    options.documentLimit = 2 << 30
    let reader = try JSONLinesReader(
      documents, name: Folder.name(of: documents), options: options)
    var batch = DocumentBatch()
    var first = 0
    while try reader.fill(&batch, targetTextBytes: 4_000_000) {
      try Interruption.check()
      try body(first, batch)
      first += batch.count
      batch.removeAll()
    }
    // Notes are about documents that were read, now as in pass one.
    if let problem = reader.problems.first.first(where: { !$0.kind.isNote }) {
      throw Fault(
        .failure, "a document that this run wrote cannot be read again", at: problem.description,
        hint: "remove \(documents) and run the same command again")
    }
  }
}

/// The columns that the stream adds to what the rooms measure.
enum StreamColumn {
  /// The document's id.
  static let id = "id"
  /// UTF-8 bytes of its text, as a UInt64.
  static let textBytes = "text_bytes"
  /// The same after the packs' edits, where a pack edits.
  static let editedBytes = "edited_bytes"
  /// 1 where the document is set aside for evaluation.
  static let evaluation = "evaluation"
  /// The index of the domain that the manifest hints at, or `noHint`.
  static let hint = "domain_hint"
  static let noHint: UInt8 = 255
  /// In `streams/`: 1 where the document is part of the stream.
  static let unfiltered = "unfiltered"
  static let curated = "curated"
  /// In `streams/`: the domain by its tags, and by the manifest (or its tags without one).
  static let domain = "domain"
  static let sourceDomain = "source_domain"
}
