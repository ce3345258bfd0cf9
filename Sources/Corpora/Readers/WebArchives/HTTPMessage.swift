import Streams

/// The answer of a server as an archive keeps it. Its bytes hold until the next record is read or the
/// next message is parsed.
public struct HTTPMessage {
  /// Nil where the status line has none.
  public let status: Int?
  public let header: HeaderFields
  /// As it was sent: perhaps in chunks, perhaps compressed.
  public let body: UnsafeRawBufferPointer
}

/// What a message's body says after its codings are undone.
public struct HTTPPayload {
  public let bytes: UnsafeRawBufferPointer
  /// False where the body ends too early or is damaged: `bytes` is what came before.
  public let isComplete: Bool
  /// True where there is more than the limit.
  public let isOverLimit: Bool
  /// A content coding that is not read; `bytes` has it still.
  public let unknownCoding: String?
}

/// Takes HTTP messages apart, without an allocation for each.
public final class HTTPParser {
  private let table = HeaderTable()
  private var output = ByteWindow(capacity: 1 << 16)
  private var spare = ByteWindow(capacity: 1 << 16)

  /// Longer headers are no headers.
  private static let headerLimit = 1 << 20

  public init() {}

  /// Takes an answer apart; nil where the bytes start with no status line.
  public func parse(_ content: UnsafeRawBufferPointer) -> HTTPMessage? {
    guard content.hasPrefix("HTTP/"), let lineEnd = content.firstNewline(from: 0) else {
      return nil
    }
    let line = content.trimmed(0..<lineEnd)
    var status: Int?
    if let space = content.first(0x20, in: line) {
      let rest = content.trimmed(space..<line.upperBound)
      let end = content.first(0x20, in: rest) ?? rest.upperBound
      let digits = UnsafeRawBufferPointer(rebasing: content[rest.lowerBound..<end])
      if digits.count == 3 { status = WARCRecords.decimal(digits) }
    }
    let head = UnsafeRawBufferPointer(rebasing: content.prefix(lineEnd + Self.headerLimit))
    var body = content.count
    if case .complete(let end) = table.parse(head, from: lineEnd + 1, isRecord: false) {
      body = end
    }
    return HTTPMessage(
      status: status, header: table.fields, body: UnsafeRawBufferPointer(rebasing: content[body...])
    )
  }

  /// Undoes the transfer codings and the content codings of a message's body. A body that does not
  /// have the coding that its header names is taken as it is, because some crawlers store bodies
  /// decoded with the header as it came.
  /// - Parameter limit: bytes that may come out.
  public func payload(of message: HTTPMessage, limit: Int) -> HTTPPayload {
    var bytes = message.body
    var isComplete = true
    let header = message.header
    if let coding = header["Transfer-Encoding"], Self.isChunked(coding),
      header["X-Crawler-Transfer-Encoding"] == nil
    {
      output.removeAll()
      switch ChunkedBody.decode(bytes, into: output) {
      case .notChunked: break
      case .complete: bytes = output.bytes
      case .cut:
        bytes = output.bytes
        isComplete = false
      }
      swap(&output, &spare)
    }
    guard var codings = header["Content-Encoding"], !Self.isStoredDecoded(header) else {
      return HTTPPayload(
        bytes: bytes, isComplete: isComplete, isOverLimit: false, unknownCoding: nil)
    }
    // The last coding was applied last.
    while !codings.isEmpty {
      let comma = codings.lastIndex(of: 0x2c)
      let name = codings.trimmed((comma.map { $0 + 1 } ?? 0)..<codings.count)
      let coding = UnsafeRawBufferPointer(rebasing: codings[name])
      codings = UnsafeRawBufferPointer(rebasing: codings[..<(comma ?? 0)])
      guard let decoder = ContentCoding(name: coding) else {
        if Self.isCompression(coding) {
          return HTTPPayload(
            bytes: bytes, isComplete: false, isOverLimit: false,
            unknownCoding: String(decoding: coding, as: UTF8.self).lowercased())
        }
        continue
      }
      output.removeAll()
      switch decoder.decode(bytes, limit: limit, into: output) {
      case .complete: bytes = output.bytes
      case .incomplete:
        if output.count == 0 { continue }
        bytes = output.bytes
        isComplete = false
      case .overLimit:
        return HTTPPayload(
          bytes: output.bytes, isComplete: false, isOverLimit: true, unknownCoding: nil)
      }
      swap(&output, &spare)
    }
    return HTTPPayload(
      bytes: bytes, isComplete: isComplete, isOverLimit: false, unknownCoding: nil)
  }

  /// Common Crawl stores bodies decoded and renames the header.
  private static func isStoredDecoded(_ header: HeaderFields) -> Bool {
    header["X-Crawler-Content-Encoding"] != nil || header["X-Crawl-Content-Encoding"] != nil
  }

  private static func isChunked(_ codings: UnsafeRawBufferPointer) -> Bool {
    let start = codings.lastIndex(of: 0x2c).map { $0 + 1 } ?? 0
    return UnsafeRawBufferPointer(rebasing: codings[codings.trimmed(start..<codings.count)])
      .equals("chunked")
  }

  /// Compressions that servers use and that are not read. Other unknown names mean nothing: servers
  /// send charsets and the like.
  private static func isCompression(_ name: UnsafeRawBufferPointer) -> Bool {
    name.equals("compress") || name.equals("x-compress") || name.equals("sdch")
      || name.equals("bzip2") || name.equals("xz") || name.equals("lzma") || name.equals("dcb")
      || name.equals("dcz") || name.equals("exi") || name.equals("pack200-gzip")
  }
}

/// Bodies in chunks (RFC 9112).
enum ChunkedBody {
  enum Outcome {
    case notChunked
    case complete
    /// The body ends before its last chunk.
    case cut
  }

  /// Joins the chunks in the window. Where a length is no length, the rest is taken as it is: servers
  /// name chunks and send none.
  static func decode(_ body: UnsafeRawBufferPointer, into window: ByteWindow) -> Outcome {
    var place = 0
    var isFirst = true
    while let (length, start) = chunkLength(body, at: place) {
      if length == 0 { return .complete }
      if length > body.count - start {
        append(body[start...], to: window)
        return .cut
      }
      let end = start + length
      let hasEnd = body.count - end >= 2 && body[end] == 0x0d && body[end + 1] == 0x0a
      if !hasEnd, isFirst, body.count - end >= 2 { return .notChunked }
      append(body[start..<end], to: window)
      isFirst = false
      if !hasEnd {
        append(body[end...], to: window)
        return .cut
      }
      place = end + 2
    }
    if isFirst { return .notChunked }
    append(body[place...], to: window)
    return .cut
  }

  private static func append(
    _ piece: Slice<UnsafeRawBufferPointer>, to window: ByteWindow
  ) {
    window.makeRoom(piece.count)
    window.free.copyMemory(from: UnsafeRawBufferPointer(rebasing: piece))
    window.append(piece.count)
  }

  /// The length of a chunk and where its bytes start; nil where there is no line that says so.
  private static func chunkLength(
    _ body: UnsafeRawBufferPointer, at place: Int
  ) -> (length: Int, start: Int)? {
    let searched = place..<min(place + 256, body.count)
    guard let newline = body.first(0x0a, in: searched), newline > place, body[newline - 1] == 0x0d
    else { return nil }
    let line = body.trimmed(place..<newline)
    let digits = body.trimmed(line.lowerBound..<(body.first(0x3b, in: line) ?? line.upperBound))
    guard !digits.isEmpty, digits.count <= 15 else { return nil }
    var length = 0
    for byte in body[digits] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue else { return nil }
      length = length << 4 | digit
    }
    return (length, newline + 1)
  }
}
