import Corpora
import Foundation
import Runs
import Streams

/// The documents of files that are named on the command line.
struct DocumentFiles {
  private let paths: [String]

  /// JSONL files, plain or compressed; they must all be there.
  init(_ paths: [String]) throws {
    for path in paths where !Folder.isFile(path) { throw Fault.system("read", path, code: ENOENT) }
    self.paths = paths
  }

  /// All documents in batches of a few megabytes. Lines that cannot be read are counted on standard
  /// error; the rest goes on.
  func forEachBatch(_ body: (DocumentBatch) throws -> Void) throws {
    var problems = ReadingProblems()
    for path in paths {
      let reader = try JSONLinesReader(path)
      var batch = DocumentBatch()
      while try reader.fill(&batch, targetTextBytes: 4_000_000) {
        try Interruption.check()
        try body(batch)
        batch.removeAll()
      }
      problems.merge(reader.problems)
    }
    Self.show(problems)
  }

  /// Says on standard error what was skipped, and where.
  static func show(_ problems: ReadingProblems) {
    guard !problems.isEmpty else { return }
    var lines = ["midstream: \(grouped(problems.count)) inputs could not be read"]
    lines += problems.first.map { "  \($0)" }
    FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
  }
}
