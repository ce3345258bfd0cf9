import Streams

/// Reads every record of a WARC file (ISO 28500: 0.17, 0.18, 1.0, 1.1) or of an ARC file (versions 1
/// and 2): plain, compressed with gzip or zstd record by record or as a whole.
///
///     let records = try WARCRecords(FileSource("crawl.warc.gz"), name: "crawl.warc.gz")
///     while let record = try records.next() { use(record.content) }
///
/// What is wrong with a record, or with the compression, is a problem with the record's number and
/// its offset in the file on disk, and reading goes on with the next record: at the start of a gzip
/// member, or at a line `WARC/1.0`. One reader serves one thread.
public final class WARCRecords {
  /// How problems call the file.
  public let name: String
  public internal(set) var problems = ReadingProblems()
  /// Records handed out so far.
  public private(set) var recordCount = 0

  /// Bytes after decompression so far.
  public var byteCount: Int { input.position }

  private let input: ArchiveWindow
  private let table = HeaderTable()
  private let recordLimit: Int
  /// Records met so far, those that cannot be read too.
  private var number = 0
  /// Bytes of the record that was handed out last.
  private var pending = 0
  /// Nothing says where that record ends.
  private var isLost = false
  private var isARC = false

  private static let headerLimit = 1 << 18
  /// Line ends behind a record that are kept in memory to see what follows them.
  private static let lineEndLimit = 1 << 16

  /// - Parameters:
  ///   - source: the file as it is on disk.
  ///   - name: how problems call it. Its ending says how the file is compressed where the first bytes
  ///     do not.
  ///   - recordLimit: records with more bytes than this are passed by in pieces.
  public init(_ source: any ByteSource, name: String, recordLimit: Int = 256 << 20) {
    self.name = name
    self.recordLimit = max(recordLimit, 0)
    input = ArchiveWindow(source, name: name)
  }

  /// The next record that can be read; nil at the end.
  public func next() throws -> WARCRecord? {
    input.consume(pending)
    pending = 0
    if isLost {
      isLost = false
      try resynchronize(from: 0)
    }
    while try skipLineEnds() {
      if let record = try readRecord() {
        recordCount += 1
        return record
      }
    }
    return nil
  }

  /// Goes to the next byte that is not the end of a line; false at the end.
  private func skipLineEnds() throws -> Bool {
    while true {
      let bytes = input.bytes
      var count = 0
      while count < bytes.count, bytes[count] == 0x0a || bytes[count] == 0x0d { count += 1 }
      let isFound = count < bytes.count
      input.consume(count)
      if isFound { return true }
      if try !extend() && input.bytes.isEmpty && input.isAtEnd { return false }
    }
  }

  private func readRecord() throws -> WARCRecord? {
    _ = try extend(to: RecordStart.judgedByteCount)
    if RecordStart.isWARC(input.bytes) {
      number += 1
      return try readWARC()
    }
    if RecordStart.hasScheme(input.bytes), let end = try lineEnd(limit: ARCLine.lengthLimit),
      let line = ARCLine(input.bytes, 0..<end)
    {
      isARC = true
      input.isARC = true
      number += 1
      return try readARC(line, end: end + 1)
    }
    let isCutLine = isARC && input.isAtEnd && RecordStart.hasScheme(input.bytes)
    if isCutLine || RecordStart.mayGrow(input.bytes) {
      number += 1
      cut("the file ends inside a record")
      return nil
    }
    add(
      .malformedRecord, number: max(number, 1),
      number == 0
        ? "the file does not start with a WARC or ARC record"
        : "bytes that belong to no record follow record \(number): its Content-Length may be wrong")
    try resynchronize(from: 0)
    return nil
  }

  /// The end of the first line, without its line feed; nil where there is none.
  private func lineEnd(limit: Int) throws -> Int? {
    var searched = 0
    while true {
      let bytes = input.bytes
      if let end = bytes.firstNewline(from: searched) { return end }
      searched = bytes.count
      if try searched >= limit || !extend() { return nil }
    }
  }

  // MARK: WARC

  private func readWARC() throws -> WARCRecord? {
    let limit = RecordStart.versionLineLimit
    let versionEnd = try lineEnd(limit: limit)
    if versionEnd == nil, input.bytes.count < limit {
      cut("the file ends inside a record")
      return nil
    }
    guard let versionEnd, RecordStart.isVersionLine(input.bytes, at: 0) else {
      add(.malformedRecord, "a record does not start with a line like 'WARC/1.0'")
      try resynchronize(from: 1)
      return nil
    }
    guard let start = try parseHeader(from: versionEnd + 1) else { return nil }
    let place = input.bytes.baseAddress
    guard let content = try readContent(from: start, table.fields["Content-Length"]) else {
      return nil
    }
    let bytes = input.bytes
    if bytes.baseAddress != place {
      // The bytes were moved to make room for the content.
      _ = table.parse(bytes, from: versionEnd + 1, isRecord: true)
    }
    return WARCRecord(
      kind: WARCRecord.Kind(table.fields["WARC-Type"]), number: number, offset: input.offset,
      version: UnsafeRawBufferPointer(rebasing: bytes[bytes.trimmed(0..<versionEnd)]),
      header: table.fields, content: UnsafeRawBufferPointer(rebasing: bytes[content.range]),
      isCut: content.isCut, isARC: false)
  }

  /// Fills the table with the fields that start at `from`; the end of the header, or nil where it has
  /// none and is reported.
  private func parseHeader(from: Int) throws -> Int? {
    var isMore = true
    while true {
      let outcome = table.parse(input.bytes, from: from, isRecord: true)
      switch outcome {
      case .complete(let end) where end <= Self.headerLimit: return end
      case .recordStart(let place) where place <= Self.headerLimit:
        add(.malformedRecord, "the header of a record has no end: another record starts in it")
        input.consume(place)
        return nil
      default: break
      }
      if input.bytes.count > Self.headerLimit {
        add(.malformedRecord, "the header of a record is longer than \(Self.headerLimit) bytes")
        try resynchronize(from: from)
        return nil
      }
      if !isMore {
        cut("the file ends inside the header of a record")
        return nil
      }
      // As much again, so that a header in many small members costs linear time.
      isMore = try extend(to: 2 * input.bytes.count)
    }
  }

  /// A number of decimal digits alone; nil for anything else and for what no file can hold.
  static func decimal(_ text: UnsafeRawBufferPointer) -> Int? {
    guard !text.isEmpty, text.count <= 18 else { return nil }
    var value = 0
    for byte in text {
      guard RecordStart.isDigit(byte) else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }

  // MARK: ARC

  private func readARC(_ line: ARCLine, end: Int) throws -> WARCRecord? {
    let digits = UnsafeRawBufferPointer(rebasing: input.bytes[line.length])
    guard let content = try readContent(from: end, digits) else { return nil }
    let bytes = input.bytes
    func field(_ range: Range<Int>) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: bytes[range])
    }
    table.removeAll()
    table.append(name: "WARC-Target-URI", value: field(line.url))
    table.append(name: "WARC-IP-Address", value: field(line.ip))
    table.append(name: "WARC-Date", value: field(line.date))
    table.append(name: "Content-Type", value: field(line.contentType))
    table.append(name: "Content-Length", value: field(line.length))
    let isAboutFile = field(line.url).hasPrefix("filedesc:")
    let version: StaticString = "ARC/1.0"
    return WARCRecord(
      kind: isAboutFile ? .warcinfo : .response, number: number, offset: input.offset,
      version: UnsafeRawBufferPointer(
        start: version.utf8Start, count: version.utf8CodeUnitCount),
      header: table.fields, content: UnsafeRawBufferPointer(rebasing: bytes[content.range]),
      isCut: content.isCut, isARC: true)
  }

  // MARK: Content

  /// Sees to it that the content is in memory, and says where it is. What it says about the length
  /// is checked against what follows.
  /// - Parameter text: the length as the header has it.
  /// - Returns: nil where the record is too large and passed by.
  private func readContent(
    from start: Int, _ text: UnsafeRawBufferPointer?
  ) throws -> (range: Range<Int>, isCut: Bool)? {
    guard let count = text.flatMap(Self.decimal) else {
      let found = text.map { "'\(String(decoding: $0.prefix(32), as: UTF8.self))'" }
      add(
        .malformedRecord,
        found.map { "the length of a record is not a number: \($0)" }
          ?? "a record has no Content-Length")
      // The line feed in front of the content stays: the next record may start right there.
      pending = start - 1
      isLost = true
      return (start..<start, true)
    }
    if count > recordLimit {
      add(.tooLarge, "a record of \(count) bytes is larger than \(recordLimit) bytes")
      try pass(start, count)
      return nil
    }
    var end = start + count
    var isCut = try !extend(to: end)
    if isCut {
      end = reportCut(from: start, "the file ends inside a record")
    } else if try !recordMayEnd(at: end), let next = try firstRecord(in: start..<end) {
      // What follows is no record, because the length is too large and the content holds the next.
      add(.malformedRecord, Self.holdsAnother)
      (end, isCut) = (next, true)
    }
    pending = end
    return (start..<max(start, end), isCut)
  }

  /// The record that starts in a range, with as many bytes behind it as it takes to judge.
  private func firstRecord(in range: Range<Int>) throws -> Int? {
    let behind = isARC ? ARCLine.lengthLimit : 2 * RecordStart.versionLineLimit
    _ = try extend(to: range.upperBound + behind)
    return RecordStart.first(in: input.bytes, range, isARC: isARC, isStrict: true)
  }

  /// Whether what follows a record is the next one, or the end of its gzip member or of the file.
  private func recordMayEnd(at end: Int) throws -> Bool {
    var place = end
    while true {
      let bytes = input.bytes
      while place < bytes.count, bytes[place] == 0x0a || bytes[place] == 0x0d { place += 1 }
      if bytes.count - place >= RecordStart.judgedByteCount {
        return RecordStart.looksRight(
          UnsafeRawBufferPointer(rebasing: bytes[place...]), isARC: isARC)
      }
      if place == bytes.count, input.isAtMemberEnd || place - end > Self.lineEndLimit {
        return true
      }
      if try !extend() {
        return place == input.bytes.count
          || RecordStart.looksRight(
            UnsafeRawBufferPointer(rebasing: input.bytes[place...]), isARC: isARC)
          || input.isAtEnd
            && RecordStart.mayGrow(UnsafeRawBufferPointer(rebasing: input.bytes[place...]))
      }
    }
  }

  /// Passes by a record that is too large, without keeping it.
  private func pass(_ start: Int, _ count: Int) throws {
    input.consume(min(start, input.bytes.count))
    var left = count
    while left > 0 {
      let used = min(left, input.bytes.count)
      input.consume(used)
      left -= used
      if left > 0, input.bytes.isEmpty, try !extend(isInside: true) { return }
    }
  }

  private static let holdsAnother =
    "a record is shorter than its length says: another one starts in it"

  /// Passes by a record whose header is cut.
  private func cut(_ message: String) { input.consume(reportCut(from: 0, message)) }

  /// Reports a record that goes on behind the end of the file, of its gzip member, or behind damage.
  /// - Returns: where it ends.
  private func reportCut(from start: Int, _ message: String) -> Int {
    let bytes = input.bytes
    if let next = RecordStart.first(in: bytes, start..<bytes.count, isARC: isARC, isStrict: true) {
      add(.malformedRecord, Self.holdsAnother)
      return next
    }
    if input.isTorn {
      // The damage is reported.
    } else if input.isAtEnd {
      add(.damagedFile, message)
    } else {
      add(.malformedRecord, "a record is shorter than its length says: its gzip member ends")
    }
    return bytes.count
  }

  /// Goes to the next place where a record may start.
  /// - Parameter from: bytes that are passed over, at least.
  private func resynchronize(from: Int) throws {
    input.consume(from)
    var isMore = true
    while true {
      let bytes = input.bytes
      if let next = RecordStart.first(in: bytes, 0..<bytes.count, isARC: isARC) {
        return input.consume(next)
      }
      if !isMore { return input.consume(bytes.count) }
      // The last line may be the beginning of a record's first line.
      var kept = 0
      let limit = isARC ? ARCLine.lengthLimit + 1 : RecordStart.versionLineLimit
      while kept < bytes.count, kept < limit, bytes[bytes.count - 1 - kept] != 0x0a { kept += 1 }
      kept = kept < bytes.count && kept < limit ? kept + 1 : 0
      input.consume(bytes.count - kept)
      isMore = try extend(to: 2 * kept + 1, isInside: true)
    }
  }

  // MARK: Problems

  private func extend(isInside: Bool = false) throws -> Bool {
    let isMore = try input.extend(isInside: isInside)
    if !input.events.isEmpty { reportEvents() }
    return isMore
  }

  /// Reads on until the record in front may have `count` bytes; false where it has no more.
  private func extend(to count: Int, isInside: Bool = false) throws -> Bool {
    while input.bytes.count < count { if try !extend(isInside: isInside) { return false } }
    return true
  }

  private func reportEvents() {
    for event in input.events {
      switch event {
      case .damage(let damage):
        problems.add(
          ReadingProblem(
            damage.isTrailing ? .trailingBytes : .damagedFile, file: name,
            record: number > 0 ? number : nil, offset: damage.offset, message: damage.message))
      case .fault(let fault):
        problems.add(fault, file: name, damaged: false, record: nil, offset: input.offset)
      case .unsupported(let message):
        problems.add(ReadingProblem(.unsupported, file: name, offset: 0, message: message))
      }
    }
    input.events.removeAll()
  }

  private func add(_ kind: ReadingProblem.Kind, number: Int? = nil, _ message: String) {
    problems.add(
      ReadingProblem(
        kind, file: name, record: number ?? self.number, offset: input.offset, message: message))
  }
}
