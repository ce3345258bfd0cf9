import Corpora
import Runs

/// A change of texts, as a pack declares it: its options, and what it counts while it works.
///
/// Declarations are listed in `TextEdits.all`; a pack names one under `edit:` with its options in the
/// same mapping.
public protocol TextEdit: Sendable {
  /// What an editor counts on each document, in the order in which it writes the counts. Rules of
  /// the steps that follow can read them.
  static var signals: [SignalDescription] { get }
  /// One sentence for `midstream filters show`.
  static var summary: String { get }
  /// Reads the options and reports faults in them to `options`.
  init(_ options: RecipeMapping)
  /// All options, those left at their defaults too: the same text means the same edit.
  var configuration: String { get }
  /// Whether its editor wants the text taken apart; without, `anatomy` is that of some other text.
  var readsAnatomy: Bool { get }
  /// An editor for one thread.
  func makeEditor() throws -> any TextEditor
}

extension TextEdit {
  public var readsAnatomy: Bool { false }
}

/// Changes texts; for one thread.
public protocol TextEditor: AnyObject {
  /// Appends the edited text of one document to `output`, which may hold others before it.
  ///
  /// - Parameters:
  ///   - batch: what else is known of the document: id, URL, metadata.
  ///   - index: its place in the batch. Its text may have been edited before: take `text`.
  ///   - anatomy: the text taken apart, for edits that read it.
  ///   - counts: one value for each of the edit's signals.
  ///   - changes: takes what is changed where somebody wants to see it, else nil.
  func edit(
    _ text: UnsafeRawBufferPointer, of batch: DocumentBatch, at index: Int,
    anatomy: TextAnatomy, into output: inout [UInt8],
    counts: UnsafeMutableBufferPointer<Float>, changes: inout [TextChange]?
  ) throws
}

/// One place that an edit changed.
public struct TextChange: Sendable, Equatable {
  /// Bytes of the text before the edit.
  public var range: Range<Int>
  /// What was done and why, for example `javascript line`.
  public var reason: String
  /// What stands there now; empty where the place was removed.
  public var replacement: String

  public init(_ range: Range<Int>, _ reason: String, replacement: String = "") {
    self.range = range
    self.reason = reason
    self.replacement = replacement
  }
}
