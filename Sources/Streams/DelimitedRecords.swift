import Glibc
import TextKernels

/// Splits delimited text such as CSV (RFC 4180) into records and fields, in bounded memory: quotes,
/// doubled quotes, line ends in quotes, LF, CRLF and CR, and a UTF-8 mark at the start. It is as
/// lenient as Python's `csv`: a quote inside an unquoted field is a character like any other.
///
///     let records = DelimitedRecords(source, separator: UInt8(ascii: ","))
///     while case .record(let record) = try records.next() { use(record.field(0)) }
package final class DelimitedRecords {
  package enum Step {
    /// A record is there, until the next call.
    case record(DelimitedRecord)
    /// A record was longer than the limit and has been passed over.
    case tooLarge
    /// The input ended inside quotes that opened in the record at `offset`.
    case openQuote
    case end
  }

  /// Where the record starts: bytes of the stream.
  package private(set) var offset = 0
  /// The bytes that were read so far.
  package private(set) var byteCount = 0

  private let source: any ByteSource
  private let separator: UInt8
  private let recordLimit: Int
  private let fieldLimit: Int
  private var buffer: UnsafeMutableRawBufferPointer
  /// The bytes that are read and not yet used: `start..<end` of the buffer.
  private var start = 0
  private var end = 0
  private var recordEnd = 0
  /// Bytes of the record in front of `start`, thrown away.
  private var passed = 0
  private var fields: UnsafeMutableBufferPointer<delimited_field>
  private var isAtStart = true
  private var isAtEnd = false

  /// - Parameters:
  ///   - recordLimit: bytes of a record; longer ones are passed over.
  ///   - fieldLimit: how many fields of a record can be had.
  package init(
    _ source: any ByteSource, separator: UInt8, recordLimit: Int = 256 << 20,
    fieldLimit: Int = 1 << 16
  ) {
    self.source = source
    self.separator = separator
    self.recordLimit = max(recordLimit, 1)
    self.fieldLimit = max(fieldLimit, 1)
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
    fields = .allocate(capacity: 32)
  }

  deinit {
    buffer.deallocate()
    fields.deallocate()
  }

  /// Goes to the next record.
  /// - Throws: what the source throws; nothing can be read after it.
  package func next() throws -> Step {
    if isAtStart { try passMark() }
    offset += passed + (recordEnd - start)
    start = recordEnd
    passed = 0
    var scan = delimited_scan()
    while true {
      let status = scanOn(&scan)
      if status == DELIMITED_MORE {
        if end - start > recordLimit {
          // Its rest is read and thrown away.
          passed += end - start
          scan.position = 0
          start = end
        }
        try refill()
        continue
      }
      recordEnd = start + scan.position
      let fieldCount = scan.field_count
      if status == DELIMITED_END { return .end }
      if status == DELIMITED_OPEN_QUOTE { return .openQuote }
      if passed > 0 || recordEnd - start > recordLimit { return .tooLarge }
      if fieldCount > fields.count, fields.count < fieldLimit {
        growFields(to: fieldCount)
        scan = delimited_scan()
        continue
      }
      guard let base = buffer.baseAddress, let first = fields.baseAddress else { return .end }
      return .record(
        DelimitedRecord(
          base: base + start, byteCount: recordEnd - start, fields: first,
          storedFieldCount: min(fieldCount, fields.count), fieldCount: fieldCount))
    }
  }

  private func scanOn(_ scan: inout delimited_scan) -> delimited_status {
    guard let base = buffer.baseAddress, let room = fields.baseAddress else { return DELIMITED_END }
    return delimited_record(
      base.assumingMemoryBound(to: UInt8.self) + start, end - start, isAtEnd, separator, &scan,
      room, fields.count, -1)
  }

  private func growFields(to fieldCount: Int) {
    let capacity = min(max(fieldCount, fields.count * 2), fieldLimit)
    fields.deallocate()
    fields = .allocate(capacity: capacity)
  }

  private func passMark() throws {
    isAtStart = false
    while end < 3, !isAtEnd { try refill() }
    if end >= 3, buffer[0] == 0xef, buffer[1] == 0xbb, buffer[2] == 0xbf {
      recordEnd = 3
    }
  }

  /// Reads more behind the unused bytes, and makes room for them first.
  private func refill() throws {
    let kept = end - start
    if buffer.count - end < 1 << 16 {
      if kept > buffer.count / 2 {
        let larger = UnsafeMutableRawBufferPointer.allocate(
          byteCount: buffer.count * 2, alignment: 64)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
        buffer.deallocate()
        buffer = larger
      } else if start > 0, let base = buffer.baseAddress {
        memmove(base, base + start, kept)
      }
      start = 0
      end = kept
    }
    recordEnd = start
    let free = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
    let count = try source.read(into: free)
    byteCount += count
    end += count
    isAtEnd = count == 0
  }
}
