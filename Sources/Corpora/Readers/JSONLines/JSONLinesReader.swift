import CSimdJSON
import Glibc
import Streams

/// Reads documents from JSONL, a line at a time, in bounded memory. A line that cannot be read is
/// reported with its file and number, and reading goes on behind it.
///
///     let reader = try JSONLinesReader("docs.jsonl.zst")
///     var batch = DocumentBatch()
///     while try reader.fill(&batch, targetTextBytes: 4_000_000) { work(on: batch) }
///
/// Fields without a column of their own are checked and carried along byte for byte. A document
/// without an id is named `FILE:LINE`. Blank lines are skipped and counted. JSON is read as strictly
/// as orjson does: half of a surrogate pair, a bare control character or NaN make a line malformed;
/// keys that come twice, numbers that most readers round and NUL characters are noted.
public final class JSONLinesReader: DocumentReader {
  /// How the file is named in ids and problems.
  public let name: String
  public private(set) var problems = ReadingProblems()
  /// Lines so far, the blank and the broken ones too.
  public private(set) var lineCount = 0
  public private(set) var blankLineCount = 0
  /// Documents handed out so far.
  public private(set) var documentCount = 0

  /// Bytes of the file so far, after decompression.
  public var byteCount: Int { offset + start }

  private let source: any ByteSource
  private let parser: OpaquePointer
  private var plainLine: PlainLine?
  private let fields: DocumentFields
  private let lineLimit: Int
  private let defaultSource: [UInt8]
  private let firstLine: Int
  private var buffer: UnsafeMutableRawBufferPointer
  /// The bytes that are read and not yet used: `start..<end` of the buffer.
  private var start = 0
  private var end = 0
  /// Bytes of the file in front of the buffer.
  private var offset: Int
  private var isAtEnd = false
  /// Inside a line over the limit, whose rest is thrown away.
  private var isSkipping = false

  /// Opens a file, decompressing by its ending.
  /// - Parameters:
  ///   - name: how ids and problems call it; the path by default.
  ///   - lines: a range of a plain file.
  public convenience init(
    _ path: String, name: String? = nil, options: ReadingOptions = ReadingOptions(),
    lines: DocumentSlice.LineRange? = nil
  ) throws {
    let source: any ByteSource =
      if let lines { try FileRangeSource(path, lines.firstByte, lines.byteCount) } else {
        try InputFile.open(path)
      }
    try self.init(
      source, name: name ?? path, options: options, firstLine: lines?.firstLine ?? 1,
      firstByte: lines?.firstByte ?? 0)
  }

  public init(
    _ source: any ByteSource, name: String, options: ReadingOptions = ReadingOptions(),
    firstLine: Int = 1, firstByte: Int = 0
  ) throws {
    fields = options.fields
    guard let parser = options.fields.withCNames({ json_reader_create($0) }) else {
      throw Fault(.failure, "out of memory")
    }
    self.parser = parser
    plainLine = PlainLine(options.fields)
    self.source = source
    self.name = name
    lineLimit = options.documentLimit
    defaultSource = Array(options.defaultSource.utf8)
    self.firstLine = firstLine
    offset = firstByte
    buffer = .allocate(byteCount: 1 << 16, alignment: 64)
  }

  deinit {
    json_reader_destroy(parser)
    buffer.deallocate()
  }

  /// Empties the batch and fills it with the next documents, until their texts have
  /// `targetTextBytes` bytes.
  /// - Returns: false where nothing is left.
  public func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    batch.removeAll()
    while batch.textByteCount < targetTextBytes, batch.count < 1 << 20, let line = nextLine() {
      try read(line, into: &batch)
    }
    return !batch.isEmpty
  }

  private func read(_ line: Range<Int>, into batch: inout DocumentBatch) throws {
    let bytes = UnsafeRawBufferPointer(buffer)
    var range = line
    while range.count > 0, isSpace(bytes[range.upperBound - 1]) {
      range = range.lowerBound..<range.upperBound - 1
    }
    if range.isEmpty {
      blankLineCount += 1
      return
    }
    guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    let plain = UnsafeRawBufferPointer(rebasing: bytes[line])
    let isPlain = plainLine?.read(plain, parser, into: &batch) { appendFields($0, to: &$1) }
    if isPlain ?? false {
      documentCount += 1
      return
    }
    var document = json_document()
    let status = json_document_read(
      parser, base + range.lowerBound, range.count, bytes.count - range.lowerBound, &document)
    guard status == JSON_OK else {
      guard status != JSON_OUT_OF_MEMORY else { throw Fault(.failure, "out of memory") }
      return report(status, line)
    }
    let text = UnsafeRawBufferPointer(document.text)
    guard text.count > 0 else {
      return add(.emptyDocument, line, "the text of a document is empty")
    }
    documentCount += 1
    if document.notes != 0 { note(document.notes, line) }
    _ = batch.append(textUpTo: text.count) {
      $0.copyMemory(from: text)
      return text.count
    } fields: {
      appendFields(document, to: &$0)
    }
  }

  /// All but the text.
  private func appendFields(_ document: json_document, to batch: inout DocumentBatch) {
    let source = UnsafeRawBufferPointer(document.source)
    defaultSource.withUnsafeBytes { defaultSource in
      withId(document) { id in
        batch.appendFields(
          id: id, source: source.isEmpty ? defaultSource : source,
          url: UnsafeRawBufferPointer(document.url),
          metadata: UnsafeRawBufferPointer(document.metadata),
          carriedAttributes: UnsafeRawBufferPointer(document.attributes),
          otherFields: UnsafeRawBufferPointer(document.others))
      }
    }
  }

  private func withId(
    _ document: json_document, _ body: (UnsafeRawBufferPointer) -> Void
  ) {
    let id = UnsafeRawBufferPointer(document.id)
    if !id.isEmpty { return body(id) }
    var made = "\(name):\(lineNumber)"
    made.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0d || byte == 0x09 || byte == 0x0a
  }

  private var lineNumber: Int { firstLine + lineCount - 1 }

  // MARK: Lines

  /// The next line as a range of the buffer, without its line feed; nil at the end. `JSON_PADDING`
  /// bytes of the buffer follow it.
  private func nextLine() -> Range<Int>? {
    var searched = start
    while true {
      let filled = UnsafeRawBufferPointer(rebasing: buffer[..<end])
      if let newline = filled.firstNewline(from: searched) {
        let line = start..<newline
        start = newline + 1
        if isSkipping {
          isSkipping = false
          searched = start
          continue
        }
        lineCount += 1
        if line.count > lineLimit {
          reportLong(line)
          searched = start
          continue
        }
        return withoutMark(line)
      }
      if isSkipping {
        start = end
      } else if end - start > lineLimit {
        lineCount += 1
        isSkipping = true
        reportLong(start..<end)
        start = end
      }
      if isAtEnd {
        guard start < end else { return nil }
        let line = start..<end
        start = end
        lineCount += 1
        // As if a line feed ended the last line too.
        buffer[line.upperBound] = 0x0a
        return withoutMark(line)
      }
      let kept = end - start
      refill()
      searched = start + kept
    }
  }

  /// A byte order mark may open the file.
  private func withoutMark(_ line: Range<Int>) -> Range<Int> {
    guard lineNumber == 1, line.count >= 3, buffer[line.lowerBound] == 0xef,
      buffer[line.lowerBound + 1] == 0xbb, buffer[line.lowerBound + 2] == 0xbf
    else { return line }
    return line.lowerBound + 3..<line.upperBound
  }

  /// Moves the unused bytes to the front and reads more behind them.
  private func refill() {
    let kept = end - start
    let usable = buffer.count - Int(JSON_PADDING)
    if kept > usable / 2 {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: buffer.count * 2, alignment: 64)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      buffer.deallocate()
      buffer = larger
    } else if start > 0, let base = buffer.baseAddress {
      memmove(base, base + start, kept)
    }
    offset += start
    start = 0
    end = kept
    let free = UnsafeMutableRawBufferPointer(
      rebasing: buffer[end..<buffer.count - Int(JSON_PADDING)])
    do {
      let count = try source.read(into: free)
      end += count
      isAtEnd = count == 0
    } catch {
      isAtEnd = true
      let cut = kept > 0 && !isSkipping
      let fault = error as? Fault ?? Fault(.failure, "\(error)")
      problems.add(
        fault, file: name, damaged: true, record: cut ? firstLine + lineCount : nil,
        offset: offset + end)
      // The rest of a line that was cut is no line.
      end = start
    }
  }

  // MARK: Problems

  private func add(_ kind: ReadingProblem.Kind, _ line: Range<Int>, _ message: String) {
    problems.add(
      ReadingProblem(
        kind, file: name, record: lineNumber, offset: offset + line.lowerBound, message: message))
  }

  private func note(_ notes: UInt32, _ line: Range<Int>) {
    if notes & JSON_DUPLICATE_KEY.rawValue != 0 {
      add(.duplicateKey, line, "a key comes twice in one object; its last value counts")
    }
    if notes & JSON_INEXACT_NUMBER.rawValue != 0 {
      add(
        .inexactNumber, line, "a number is past what most readers hold; its digits stay as they are"
      )
    }
    if notes & JSON_NUL_CHARACTER.rawValue != 0 {
      add(.nulCharacter, line, "the text has a NUL character")
    }
  }

  private func reportLong(_ line: Range<Int>) {
    add(.tooLarge, line, "a line is longer than \(lineLimit) bytes")
  }

  private func report(_ status: json_status, _ line: Range<Int>) {
    switch status {
    case JSON_NOT_OBJECT: add(.notAnObject, line, "a line is not a JSON object")
    case JSON_INVALID_UTF8: add(.invalidUTF8, line, "a line is not UTF-8")
    case JSON_BAD_STRING:
      add(.badString, line, "a string has a wrong escape or half of a surrogate pair")
    case JSON_TOO_DEEP: add(.tooDeep, line, "a line is nested too deeply")
    case JSON_TRAILING: add(.trailingBytes, line, "something follows the object on its line")
    case JSON_NO_TEXT: add(.missingText, line, "a document has no field '\(fields.text)'")
    case JSON_TEXT_NOT_STRING:
      add(.textNotString, line, "the field '\(fields.text)' is not a string")
    default: add(.malformedJSON, line, "a line is not valid JSON")
    }
  }
}

extension UnsafeRawBufferPointer {
  fileprivate init(_ slice: json_slice) { self.init(start: slice.bytes, count: slice.length) }
}
