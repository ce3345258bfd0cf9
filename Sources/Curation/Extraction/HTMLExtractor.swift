import TextKernels

/// Turns HTML pages into clean UTF-8 text: the main content without navigation, advertising and
/// other furniture, with paragraphs, headings, lists, code, tables and formulas kept apart.
///
/// One extractor serves one thread; it keeps its buffers from page to page. The time is linear in
/// the page, whatever it holds, and every page gives some text if it has any.
public final class HTMLExtractor {
  private var builder = PageOutlineBuilder()
  private let tokenizer: HTMLTokenizer
  private let attributes: UnsafeMutableBufferPointer<HTMLTag.Attribute>
  private var decoder = TextDecoder()
  private var mainContent = MainContent()

  public init() {
    attributes = .allocate(capacity: HTMLTokenizer.attributeLimit)
    tokenizer = HTMLTokenizer(attributes: attributes)
  }

  deinit { attributes.deallocate() }

  /// Extracts one page.
  ///
  /// - Parameters:
  ///   - html: The page's bytes, in any encoding. Pages over 256 MiB are cut there.
  ///   - declaredCharset: The `charset` of the HTTP header, where there was one.
  ///   - text: Gets the text appended, without a final line end.
  public func extract(
    _ html: UnsafeRawBufferPointer, declaredCharset: String? = nil, into text: inout [UInt8]
  ) -> ExtractionOutcome {
    let bounded = UnsafeRawBufferPointer(rebasing: html.prefix(Self.pageLimit))
    let encoding = encoding(of: bounded, declared: declaredCharset)
    let decoded = decoder.decode(bounded, encoding)
    builder.begin()
    tokenizer.tokenize(decoded.bytes, into: &builder)
    builder.finish()
    return write(builder.outline, into: &text, encoding, decoded.replacedSequenceCount)
  }

  private func write(
    _ page: borrowing PageOutline, into text: inout [UInt8], _ encoding: TextEncoding,
    _ replaced: Int
  ) -> ExtractionOutcome {
    let kind = mainContent.choose(page)
    let start = text.count
    PageTextWriter().write(page, kept: mainContent.kept, into: &text)
    return ExtractionOutcome(
      kind: kind, keptByteCount: text.count - start, allByteCount: page.text.count,
      title: Array(UnsafeBufferPointer(start: page.title.bytes, count: page.title.count)),
      charset: encoding.name, replacedSequenceCount: replaced)
  }

  /// The encoding by the HTML standard's order: byte-order mark, declaration outside the page,
  /// `meta` element in its first bytes; then UTF-8 where the bytes are valid, else a later `meta`
  /// element, which parsers obey too, else windows-1252.
  private func encoding(
    of page: UnsafeRawBufferPointer, declared: String?
  ) -> TextEncoding {
    if let marked = TextEncoding.ofMark(page) { return marked }
    if let declared, let named = TextEncoding.named(declared.utf8) { return named }
    let bytes = page.bindMemory(to: UInt8.self)
    var meta = MetaCharset()
    tokenizer.tokenize(
      UnsafeBufferPointer(rebasing: bytes.prefix(MetaCharset.byteLimit)), into: &meta)
    if let encoding = meta.encoding { return encoding }
    guard let base = bytes.baseAddress else { return .utf8 }
    if utf8_valid_prefix(base, bytes.count) == bytes.count { return .utf8 }
    tokenizer.tokenize(
      UnsafeBufferPointer(rebasing: bytes.prefix(MetaCharset.lateByteLimit)), into: &meta)
    return meta.encoding ?? .windows1252
  }

  private static let pageLimit = 1 << 28
}
