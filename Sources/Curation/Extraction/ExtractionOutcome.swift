/// What extraction made of one page.
public struct ExtractionOutcome: Sendable, Equatable {
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// The main content was found; the rest was left out.
    case mainContent
    /// Too little looked like main content: all text but the navigation.
    case wholePage
    /// The page has no text.
    case empty
  }

  public var kind: Kind
  /// Bytes of text written.
  public var keptByteCount: Int
  /// Bytes of text on the page, furniture included.
  public var allByteCount: Int
  /// The page's `title`, empty where there is none.
  public var title: [UInt8]
  /// The name of the encoding that the page was read in, as the WHATWG standard spells it.
  public var charset: String
  /// Ill-formed byte sequences, each replaced by U+FFFD.
  public var replacedSequenceCount: Int
}
