import Glibc
import TextKernels

/// Turns text and source files into valid UTF-8 with LF line ends; refuses what is not text.
///
/// One extractor serves one thread; it keeps its buffers from file to file.
public final class PlainTextExtractor {
  /// Why a file is not read as text.
  public enum Refusal: String, Sendable, CaseIterable, CustomStringConvertible {
    case nulBytes = "the file has NUL bytes: it is not text"
    case controlBytes = "the file is full of control characters: it is not text"
    case unknownEncoding = "the encoding of the text is unknown"

    public var description: String { rawValue }
  }

  private var decoder = TextDecoder()

  public init() {}

  /// Appends the file's text to `text`, or says why it is none.
  ///
  /// The encoding is that of the byte-order mark, else the declared one, else UTF-8 where the bytes
  /// are valid, else windows-1252 where most bytes are ASCII. Ill-formed sequences of a declared
  /// encoding become U+FFFD.
  public func extract(
    _ bytes: UnsafeRawBufferPointer, declaredCharset: String? = nil, into text: inout [UInt8]
  ) -> Refusal? {
    let marked = TextEncoding.ofMark(bytes)
    let encoding = marked ?? declaredCharset.flatMap { TextEncoding.named($0.utf8) }
    let isWide = encoding?.name.hasPrefix("UTF-16") ?? false
    if !isWide, let base = bytes.baseAddress, memchr(base, 0, bytes.count) != nil {
      return .nulBytes
    }
    let decoded: TextDecoder.Result
    if let encoding {
      decoded = decoder.decode(bytes, encoding)
    } else {
      guard let guessed = guess(bytes) else { return .unknownEncoding }
      decoded = decoder.decode(bytes, guessed)
    }
    if isFullOfControls(decoded.bytes) { return .controlBytes }
    appendLines(decoded.bytes, to: &text)
    return nil
  }

  /// UTF-8 or windows-1252; nil where the bytes are neither UTF-8 nor mostly ASCII.
  private func guess(_ bytes: UnsafeRawBufferPointer) -> TextEncoding? {
    guard let base = bytes.baseAddress else { return .utf8 }
    let all = base.assumingMemoryBound(to: UInt8.self)
    if utf8_valid_prefix(all, bytes.count) == bytes.count { return .utf8 }
    let high = bytes.reduce(0) { $0 + Int($1 >> 7) }
    return high * 4 <= bytes.count ? .windows1252 : nil
  }

  /// Whether more than one byte in a hundred is a control character that text does not have.
  private func isFullOfControls(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let count = bytes.reduce(0) { count, byte in
      count + (byte < 32 && !(9...13).contains(byte) && byte != 27 ? 1 : 0)
    }
    return count > 0 && count * 100 > bytes.count
  }

  private func appendLines(_ bytes: UnsafeBufferPointer<UInt8>, to text: inout [UInt8]) {
    guard let base = bytes.baseAddress else { return }
    text.reserveCapacity(text.count + bytes.count)
    var start = 0
    while let found = memchr(base + start, 13, bytes.count - start) {
      let at = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
      text.append(contentsOf: bytes[start..<at])
      text.append(10)
      start = at + 1
      if start < bytes.count, base[start] == 10 { start += 1 }
      if start >= bytes.count { return }
    }
    text.append(contentsOf: bytes[start...])
  }
}
