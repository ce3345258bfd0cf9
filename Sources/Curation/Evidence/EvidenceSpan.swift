/// A place in a document's text that made a signal what it is.
public struct EvidenceSpan: Sendable, Hashable {
  /// The signal that it explains, for example `dup_line_frac`.
  public var signal: String
  /// The version of the text that it is in: 0 as it came, one more behind each edit.
  public var version: Int
  /// Bytes of that version.
  public var range: Range<Int>

  public init(signal: String, version: Int, range: Range<Int>) {
    self.signal = signal
    self.version = version
    self.range = range
  }
}
