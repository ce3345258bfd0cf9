import Streams

/// Reads the documents of one input in bounded memory. What cannot be read is a problem with its
/// place, and reading goes on behind it.
///
///     var batch = DocumentBatch()
///     while try reader.fill(&batch, targetTextBytes: 4_000_000) { work(on: batch) }
///     print(reader.problems)
///
/// One reader serves one thread.
public protocol DocumentReader: AnyObject {
  /// Empties the batch and fills it with the next documents, until their texts have
  /// `targetTextBytes` bytes.
  /// - Returns: false where nothing is left.
  /// - Throws: only where nothing that follows could be right, for example without memory.
  func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool

  /// What could not be read so far.
  var problems: ReadingProblems { get }
}

/// How inputs are read.
public struct ReadingOptions: Sendable, Equatable {
  /// The names of a document's fields, or of its columns.
  public var fields = DocumentFields()
  /// Larger documents are refused: bytes of a line, a record or a file after decompression.
  public var documentLimit = 256 << 20
  /// The source of documents that name none.
  public var defaultSource = ""
  /// What source code to leave out.
  public var skippedCode: Set<SourceCodeMark> = []
  /// Whether columns without a field of their own are read at all.
  package var readsOtherFields = true

  public init() {}
}

/// Marks of source code that hardly anybody wants to train on.
public enum SourceCodeMark: String, Sendable, Codable, CaseIterable, Equatable {
  /// Written by a program.
  case generated
  /// Packed for browsers.
  case minified
  /// A copy of someone else's project.
  case vendored
}
