import Glibc
import Streams

/// Reads the documents of a web archive: the pages and texts of WARC and ARC files, and the texts of
/// WET files, in bounded memory.
///
///     let reader = try WARCReader(
///       FileSource("crawl.warc.gz"), name: "crawl.warc.gz", options: options, extract: extract)
///     var batch = DocumentBatch()
///     while try reader.fill(&batch, targetTextBytes: 4_000_000) { work(on: batch) }
///
/// A document is an answer with status 2xx, or a `resource` record, that is HTML or plain text, and it
/// goes through the extractor; or it is a `conversion` record of plain text, and is taken as it is.
/// Other records are passed over and counted by what they are. The id is the record's, without
/// `<urn:uuid:` and `>`, or `NAME:RECORD`; the metadata say when, from where and as what a page came.
public final class WARCReader: DocumentReader {
  public var problems: ReadingProblems { records.problems }

  private let name: String
  private let records: WARCRecords
  private let extract: TextExtraction
  private let documentLimit: Int
  private let defaultSource: [UInt8]
  private let http = HTTPParser()
  private var text: [UInt8] = []
  private var scratch: [UInt8] = []
  private var metadata = JSONBuffer()
  /// Media types that were passed over, so that their number stays small whatever the input.
  private var mediaTypes: Set<String> = []

  private static let mediaTypeLimit = 64

  /// - Parameters:
  ///   - source: the file as it is on disk, still compressed.
  ///   - name: how ids and problems call it.
  public init(
    _ source: any ByteSource, name: String, options: ReadingOptions = ReadingOptions(),
    extract: @escaping TextExtraction
  ) throws {
    self.name = name
    self.extract = extract
    documentLimit = options.documentLimit
    defaultSource = Array(options.defaultSource.utf8)
    records = WARCRecords(source, name: name, recordLimit: options.documentLimit)
  }

  public func fill(_ batch: inout DocumentBatch, targetTextBytes: Int) throws -> Bool {
    batch.removeAll()
    while batch.textByteCount < targetTextBytes, batch.count < 1 << 20,
      let record = try records.next()
    {
      read(record, into: &batch)
    }
    return !batch.isEmpty
  }

  private func read(_ record: WARCRecord, into batch: inout DocumentBatch) {
    // A problem already; half a page is no document.
    if record.isCut { return }
    switch record.kind {
    case .response: readResponse(record, &batch)
    case .resource: readResource(record, &batch)
    case .conversion: readConversion(record, &batch)
    case .request: records.problems.passOver("request records")
    case .metadata: records.problems.passOver("metadata records")
    case .warcinfo: records.problems.passOver("warcinfo records")
    case .revisit: records.problems.passOver("revisit records")
    case .continuation: records.problems.passOver("continuation records")
    case .other: records.problems.passOver("records of other types")
    }
  }

  // MARK: Kinds of records

  private func readResponse(_ record: WARCRecord, _ batch: inout DocumentBatch) {
    guard let message = http.parse(record.content) else {
      let uri = record.targetURI ?? UnsafeRawBufferPointer(start: nil, count: 0)
      if record.isARC, uri.hasPrefix("http") { return readResource(record, &batch) }
      if uri.hasPrefix("dns:") { return records.problems.passOver("DNS records") }
      if uri.hasPrefix("http") { return add(.malformedRecord, record, "there is no HTTP answer") }
      return records.problems.passOver("answers of other protocols")
    }
    guard let status = message.status, (200...299).contains(status) else {
      return records.problems.passOver(
        message.status.map { "HTTP status \($0)" } ?? "HTTP answers without a status")
    }
    let declared = message.header["Content-Type"].map { MediaType($0) }
    let identified = record.header["WARC-Identified-Payload-Type"].map { MediaType($0) }
    // Other types are passed over before their codings are undone.
    if let type = identified ?? declared, !type.isHTML, !type.isPlainText {
      return pass(over: type)
    }
    let payload = http.payload(of: message, limit: documentLimit)
    if payload.isOverLimit {
      return add(.tooLarge, record, "a page is larger than \(documentLimit) bytes when decoded")
    }
    if let coding = payload.unknownCoding {
      return add(.unsupported, record, "the content coding '\(coding)' is not read")
    }
    guard let format = format(identified ?? declared, payload.bytes) else { return }
    if !payload.isComplete {
      add(.cutByCrawler, record, "the body of a page is cut or damaged")
    }
    extractPage(
      record, format, payload.bytes, type: identified ?? declared, charset: declared?.charset,
      status: status, &batch)
  }

  private func readResource(_ record: WARCRecord, _ batch: inout DocumentBatch) {
    if let uri = record.targetURI, uri.hasPrefix("metadata:") {
      return records.problems.passOver("notes of the crawler")
    }
    let declared = record.header["Content-Type"].map { MediaType($0) }
    let type = record.header["WARC-Identified-Payload-Type"].map { MediaType($0) } ?? declared
    guard let format = format(type, record.content) else { return }
    extractPage(
      record, format, record.content, type: type, charset: declared?.charset, status: nil, &batch)
  }

  private func readConversion(_ record: WARCRecord, _ batch: inout DocumentBatch) {
    let type = record.header["Content-Type"].map { MediaType($0) }
    if let type, !type.isPlainText { return pass(over: type) }
    append(
      record, record.content, id: id(of: record), url: url(of: record), type: type, status: nil,
      &batch)
  }

  /// How a page is read; nil where it is passed over.
  private func format(
    _ type: MediaType?, _ bytes: UnsafeRawBufferPointer
  ) -> CorpusFormat? {
    guard let type else {
      let start = bytes.prefix(256).drop { $0 <= 0x20 }
      let text = UnsafeRawBufferPointer(rebasing: start)
      if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") { return .html }
      records.problems.passOver("records without a media type")
      return nil
    }
    if type.isHTML { return .html }
    if type.isPlainText { return .text }
    pass(over: type)
    return nil
  }

  private func pass(over type: MediaType) {
    guard let name = type.name,
      mediaTypes.contains(name) || mediaTypes.count < Self.mediaTypeLimit
    else { return records.problems.passOver("other media types") }
    mediaTypes.insert(name)
    records.problems.passOver(name)
  }

  // MARK: Documents

  private func extractPage(
    _ record: WARCRecord, _ format: CorpusFormat, _ bytes: UnsafeRawBufferPointer,
    type: MediaType?, charset: UnsafeRawBufferPointer?, status: Int?, _ batch: inout DocumentBatch
  ) {
    if bytes.isEmpty { return add(.emptyDocument, record, "a page has no bytes") }
    let page = RawDocument(
      id: id(of: record), url: url(of: record), format: format,
      charset: charset.map { String(decoding: $0, as: UTF8.self) } ?? "", bytes: bytes)
    text.removeAll(keepingCapacity: true)
    if let reason = extract(page, &text) {
      return add(reason == PlainText.notUTF8 ? .invalidUTF8 : .notExtracted, record, reason)
    }
    text.withUnsafeBytes {
      append(record, $0, id: page.id, url: page.url, type: type, status: status, &batch)
    }
  }

  private func append(
    _ record: WARCRecord, _ text: UnsafeRawBufferPointer, id: String, url: String,
    type: MediaType?, status: Int?, _ batch: inout DocumentBatch
  ) {
    if text.isEmpty { return add(.emptyDocument, record, "there is no text") }
    guard PlainText.isUTF8(text) else { return add(.invalidUTF8, record, PlainText.notUTF8) }
    if let reason = record.header["WARC-Truncated"], !reason.isEmpty {
      let quoted = String(decoding: reason.prefix(40), as: UTF8.self)
      add(.cutByCrawler, record, "the crawler cut a record: '\(quoted)'")
    } else if record.header["WARC-Segment-Number"] != nil {
      add(.cutByCrawler, record, "a record is the first of several segments")
    }
    writeMetadata(of: record, type, status)
    var (id, url) = (id, url)
    id.withUTF8 { id in
      url.withUTF8 { url in
        defaultSource.withUnsafeBytes { source in
          batch.append(
            id: UnsafeRawBufferPointer(id), text: text, source: source,
            url: UnsafeRawBufferPointer(url), metadata: metadata.contents)
        }
      }
    }
  }

  private func id(of record: WARCRecord) -> String {
    guard let id = record.id, !id.isEmpty else { return "\(name):\(record.number)" }
    return String(decoding: id, as: UTF8.self)
  }

  /// The URL of a page; spaces, which some crawlers leave in it, are escaped.
  private func url(of record: WARCRecord) -> String {
    guard let uri = record.targetURI else { return "" }
    scratch.removeAll(keepingCapacity: true)
    HeaderText.append(uri, to: &scratch)
    guard scratch.contains(0x20) else { return String(decoding: scratch, as: UTF8.self) }
    return String(
      decoding: scratch.flatMap { $0 == 0x20 ? Array("%20".utf8) : [$0] }, as: UTF8.self)
  }

  // MARK: Metadata

  /// A JSON object: when, from where and as what the record came; what is not known is left out.
  private func writeMetadata(of record: WARCRecord, _ type: MediaType?, _ status: Int?) {
    metadata.removeAll()
    metadata.append("{\"offset\":")
    metadata.append("\(record.offset)")
    metadata.append(",\"type\":\"")
    metadata.append(record.kind.rawValue)
    metadata.append("\"")
    if let date = record.header["WARC-Date"] {
      scratch.removeAll(keepingCapacity: true)
      if record.isARC, date.count >= 14 {
        appendDate(ofDigits: date)
      } else {
        HeaderText.append(date, to: &scratch)
      }
      appendScratch(",\"date\":")
    }
    append(",\"content_type\":", type?.essence)
    if let status {
      metadata.append(",\"status\":")
      metadata.append("\(status)")
    }
    append(",\"ip\":", record.header["WARC-IP-Address"])
    append(",\"truncated\":", record.header["WARC-Truncated"])
    metadata.append("}")
  }

  private func append(_ name: StaticString, _ value: UnsafeRawBufferPointer?) {
    guard let value, !value.isEmpty else { return }
    scratch.removeAll(keepingCapacity: true)
    HeaderText.append(value, to: &scratch)
    appendScratch(name)
  }

  private func appendScratch(_ name: StaticString) {
    metadata.append(name)
    scratch.withUnsafeBytes { metadata.append(string: $0) }
  }

  /// ARC's dates are digits: `20140216050221`.
  private func appendDate(ofDigits digits: UnsafeRawBufferPointer) {
    for (place, digit) in digits.prefix(14).enumerated() {
      switch place {
      case 4, 6: scratch.append(UInt8(ascii: "-"))
      case 8: scratch.append(UInt8(ascii: "T"))
      case 10, 12: scratch.append(UInt8(ascii: ":"))
      default: break
      }
      scratch.append(digit)
    }
    scratch.append(UInt8(ascii: "Z"))
  }

  // MARK: Problems

  private func add(_ kind: ReadingProblem.Kind, _ record: WARCRecord, _ message: String) {
    records.problems.add(
      ReadingProblem(
        kind, file: name, record: record.number, offset: record.offset, message: message))
  }
}
