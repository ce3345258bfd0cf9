import Streams

/// The bytes of one page, text or source file before its text is extracted. `bytes` belongs to the
/// reader and is valid for one call.
public struct RawDocument {
  public var id: String
  /// Where it comes from, for example `apt://git-doc/usr/share/doc/git-doc/git.html`; empty for files
  /// that were there already.
  public var url: String
  /// `html`, `text` or `code`.
  public var format: CorpusFormat
  /// The encoding that its transport declared, for example in an HTTP header; empty for none.
  public var charset: String
  /// After decompression.
  public var bytes: UnsafeRawBufferPointer

  public init(
    id: String, url: String, format: CorpusFormat, charset: String = "",
    bytes: UnsafeRawBufferPointer
  ) {
    self.id = id
    self.url = url
    self.format = format
    self.charset = charset
    self.bytes = bytes
  }
}

/// Turns the bytes of a page, a text or a source file into text: it appends UTF-8 to the empty
/// buffer and returns nil, or returns why there is no document in them.
public typealias TextExtraction = (_ raw: RawDocument, _ text: inout [UInt8]) -> String?
