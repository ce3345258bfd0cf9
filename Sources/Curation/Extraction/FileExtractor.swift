import Corpora

/// Turns the files of a corpus into text by their format; `CorpusReader` calls it for each file.
///
///     let extractor = FileExtractor()
///     try reader.read(slice, problems: &problems, extract: extractor.extract) { batch in … }
///     print(extractor.tally)
///
/// One extractor serves one thread.
public final class FileExtractor {
  /// What extraction did to a set of files.
  public struct Tally: Sendable, Equatable, Codable {
    /// Pages whose main content was found.
    public var mainContentPages = 0
    /// Pages kept whole but for their navigation, because too little looked like main content.
    public var wholePages = 0
    /// Pages without text.
    public var emptyPages = 0
    public var plainFiles = 0
    public var refusedFiles = 0
    /// Bytes of text on the pages, and how many of them were kept.
    public var pageTextBytes = 0
    public var keptPageTextBytes = 0
    /// Ill-formed byte sequences of pages, each replaced by U+FFFD.
    public var replacedSequences = 0

    public static func + (a: Tally, b: Tally) -> Tally {
      Tally(
        mainContentPages: a.mainContentPages + b.mainContentPages,
        wholePages: a.wholePages + b.wholePages, emptyPages: a.emptyPages + b.emptyPages,
        plainFiles: a.plainFiles + b.plainFiles, refusedFiles: a.refusedFiles + b.refusedFiles,
        pageTextBytes: a.pageTextBytes + b.pageTextBytes,
        keptPageTextBytes: a.keptPageTextBytes + b.keptPageTextBytes,
        replacedSequences: a.replacedSequences + b.replacedSequences)
    }
  }

  public private(set) var tally = Tally()

  private let pages = HTMLExtractor()
  private let files = PlainTextExtractor()

  public init() {}

  /// Appends the text of a file, or returns why it has none.
  public func extract(_ raw: RawDocument, _ text: inout [UInt8]) -> String? {
    let charset = raw.charset.isEmpty ? nil : raw.charset
    guard raw.format == .html else {
      let refusal = files.extract(raw.bytes, declaredCharset: charset, into: &text)
      if refusal == nil { tally.plainFiles += 1 } else { tally.refusedFiles += 1 }
      return refusal?.description
    }
    let outcome = pages.extract(raw.bytes, declaredCharset: charset, into: &text)
    switch outcome.kind {
    case .mainContent: tally.mainContentPages += 1
    case .wholePage: tally.wholePages += 1
    case .empty: tally.emptyPages += 1
    }
    tally.pageTextBytes += outcome.allByteCount
    tally.keptPageTextBytes += outcome.keptByteCount
    tally.replacedSequences += outcome.replacedSequenceCount
    return outcome.kind == .empty ? "the page has no text" : nil
  }
}
