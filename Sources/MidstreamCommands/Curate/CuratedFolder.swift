import Streams

/// The names in a folder that `midstream curate` writes.
enum CuratedFolder {
  static let kept = "kept"
  static let removed = "removed"
  /// The columns of all documents, in parts: `signals/00000-0000.columns` is the first part of the
  /// first input.
  static let signals = "signals"
  /// The verdicts on the documents of the part of the same name.
  static let decisions = "decisions"
  static let records = "records"
  /// While the lines of sites are counted.
  static let siteLines = "site-lines.part"
  /// Decisions by other thresholds, from the columns.
  static let redecided = "redecided"

  /// All that a run replaces.
  static let names = [
    kept, removed, signals, decisions, records, CurateRecord.path, redecided, "report.html",
  ]

  /// Columns that every part has beside the signals.
  enum Column {
    static let id = "id"
    /// Of the text as it came, in UTF-8.
    static let textBytes = "text_bytes"
    /// Of the text after the last edit, where a tokenizer was given.
    static let tokens = "token_count"
    /// The start of the text as it came.
    static let excerpt = "excerpt"
    /// The language of every sixteenth document, empty for the others, where a pack is made for one
    /// language and none measures it.
    static let sampledLanguage = "sampled_language"
  }

  static func documents(of input: Int) -> String { zeroPadded(input) + ".jsonl.zst" }

  static func part(_ part: Int, of input: Int) -> String {
    zeroPadded(input) + "-" + zeroPadded(part, to: 4) + ".columns"
  }
}
