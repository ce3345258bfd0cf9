/// `repeated.json`: which repeated parts of texts were cut out, and the most frequent of them.
public struct RepeatsRecord: Codable, Sendable, Equatable {
  public static let path = "repeated.json"

  public var format = 1
  /// What was compared: "paragraph", "sentence", "line" or "substring".
  public var part: String
  /// By the documents' source.
  public var sources: [String: DocumentFates]
  /// Stretches of text that were found to go.
  public var spans: Int
  /// Bytes that were cut out of documents that stay, with the white space around.
  public var cutBytes: Int
  /// The stretches by length, from the shortest.
  public var lengths: [SpanLengthCount]
  /// What the search counted.
  public var search: [String: Int]
  /// The most frequent parts, no passage twice.
  public var repeated: [RepeatedPart]

  public init(
    part: String, sources: [String: DocumentFates], spans: Int, cutBytes: Int,
    lengths: [SpanLengthCount], search: [String: Int], repeated: [RepeatedPart]
  ) {
    self.part = part
    self.sources = sources
    self.spans = spans
    self.cutBytes = cutBytes
    self.lengths = lengths
    self.search = search
    self.repeated = repeated
  }
}

/// How many stretches of text have a length.
public struct SpanLengthCount: Codable, Sendable, Equatable {
  /// The least length of the class in bytes, a power of two; the next class has twice that.
  public var bytes: Int
  public var spans: Int

  public init(bytes: Int, spans: Int) {
    self.bytes = bytes
    self.spans = spans
  }
}

/// A part of text that stands in several places.
public struct RepeatedPart: Codable, Sendable, Equatable {
  /// In how many places it stood.
  public var copies: Int
  public var bytes: Int
  /// Where it stands first: the input, the document's place in it and the byte of its text, from 0.
  public var input: String
  public var document: Int
  public var byte: Int
  /// The first 200 bytes, without half characters.
  public var excerpt: String

  public init(
    copies: Int, bytes: Int, input: String, document: Int, byte: Int, excerpt: String
  ) {
    self.copies = copies
    self.bytes = bytes
    self.input = input
    self.document = document
    self.byte = byte
    self.excerpt = excerpt
  }
}
