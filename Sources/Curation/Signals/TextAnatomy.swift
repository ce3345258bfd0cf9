import Streams
import TextKernels

/// A document taken apart once for all its signals: words, lines, segments, paragraphs, code points.
///
/// How words are cut is a `WordMode`, datatrove's where none is given. Buffers are reused from
/// document to document, so keep one anatomy a thread.
///
///     let anatomy = try TextAnatomy()
///     try anatomy.withText(Array("It can't be.".utf8)) { $0.wordCount }  // 5
public final class TextAnatomy {
  let parts: UnsafeMutablePointer<text_anatomy>
  /// How the text is cut into words at present.
  private var wordMode: WordMode?

  public init() throws {
    guard let parts = text_anatomy_create() else { throw Self.noMemory(0) }
    self.parts = parts
  }

  deinit { text_anatomy_destroy(parts) }

  /// The longest text that can be taken apart, in bytes.
  public static let longestText = Int(UInt32.max)

  /// Takes `text` (UTF-8; anything else is walked through byte by byte) apart for the time of
  /// `body`.
  /// - Parameter words: how to cut it into words, nil where nobody asks for words.
  public func withText<R>(
    _ text: UnsafeRawBufferPointer, words: WordMode? = .datatrove,
    _ body: (TextAnatomy) throws -> R
  ) throws -> R {
    guard text.count <= Self.longestText else {
      throw Fault(
        .input, "a document is too long to be measured", found: "\(text.count) bytes",
        expected: "at most \(Self.longestText) bytes", hint: "split it into parts")
    }
    // An empty buffer has no address; the kernels want one.
    let bytes = text.assumingMemoryBound(to: UInt8.self).baseAddress
    let filled =
      if let bytes {
        text_anatomy_fill(parts, bytes, text.count)
      } else {
        withUnsafePointer(to: UInt8(0)) { text_anatomy_fill(parts, $0, 0) }
      }
    guard filled else { throw Self.noMemory(text.count) }
    wordMode = nil
    if let words { try requireWords(words) }
    return try body(self)
  }

  /// Cuts the text that is being worked on into words, where it is not cut in this way already.
  func requireWords(_ mode: WordMode) throws {
    if wordMode == mode { return }
    guard text_anatomy_cut_words(parts, mode.kernelMode) else { throw Self.noMemory(byteCount) }
    wordMode = mode
  }

  /// The same for an array of bytes.
  public func withText<R>(_ text: [UInt8], _ body: (TextAnatomy) throws -> R) throws -> R {
    try text.withUnsafeBytes { try withText($0, body) }
  }

  static func noMemory(_ byteCount: Int) -> Fault {
    Fault(
      .failure, "not enough memory to take a document apart", found: "\(byteCount) bytes of text",
      hint: "use fewer threads or split the document")
  }

  public var byteCount: Int { parts.pointee.length }
  /// Code points.
  public var characterCount: Int { parts.pointee.characters }
  /// Words, symbols alone included.
  public var wordCount: Int { parts.pointee.word_count }
  /// Lines as Python's `splitlines` sees them.
  public var lineCount: Int { parts.pointee.lines.count }

  /// The bytes of word `index`, in the text.
  public func wordRange(_ index: Int) -> Range<Int> {
    guard let words = parts.pointee.words, index >= 0, index < wordCount else {
      preconditionFailure("word \(index) of \(wordCount)")
    }
    let start = Int(words[index].start)
    return start..<start + Int(words[index + 1].joined - words[index].joined)
  }

  /// The bytes of line `index` without its end, in the text.
  public func lineRange(_ index: Int) -> Range<Int> {
    precondition(index >= 0 && index < lineCount)
    let line = parts.pointee.lines.items[index]
    return Int(line.start)..<Int(line.end)
  }
}
