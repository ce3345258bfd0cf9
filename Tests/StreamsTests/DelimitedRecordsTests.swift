import Streams
import Testing

@Suite struct DelimitedRecordsTests {
  /// Hands out a few bytes at a time.
  private final class SmallPieces: ByteSource {
    let bytes: [UInt8]
    let size: Int
    var position = 0

    init(_ bytes: [UInt8], size: Int) {
      self.bytes = bytes
      self.size = size
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
      let count = min(size, buffer.count, bytes.count - position)
      buffer.copyBytes(from: bytes[position..<position + count])
      position += count
      return count
    }
  }

  private func read(
    _ text: String, size: Int = 1 << 20, recordLimit: Int = 1 << 20, fieldLimit: Int = 1 << 16
  ) throws -> [String] {
    let records = DelimitedRecords(
      SmallPieces(Array(text.utf8), size: size), separator: UInt8(ascii: ","),
      recordLimit: recordLimit, fieldLimit: fieldLimit)
    var found: [String] = []
    while true {
      switch try records.next() {
      case .record(let record):
        let fields = (0..<min(record.fieldCount, fieldLimit)).map {
          String(decoding: record.field($0), as: UTF8.self)
        }
        found.append("\(records.offset) \(record.fieldCount) \(fields.joined(separator: "|"))")
      case .tooLarge: found.append("\(records.offset) too large")
      case .openQuote: return found + ["\(records.offset) open quote"]
      case .end: return found
      }
    }
  }

  @Test("records come with their offsets, whatever the size of the pieces")
  func pieces() throws {
    let text = "\u{FEFF}a,\"b \"\"c\"\"\"\r\n\n\"x\r\ny\",\rlast,\"1\"2\"\n,"
    let expected = [
      "3 2 a|b \"c\"", "16 1 ", "17 2 x\r\ny|", "25 2 last|12\"", "36 2 |",
    ]
    for size in [1, 2, 3, 5, 100] { #expect(try read(text, size: size) == expected) }
  }

  @Test("a record over the limit is passed over in bounded memory, and the next one is read")
  func limit() throws {
    let long = "\"" + String(repeating: "long \"\",\n", count: 100_000) + "\""
    let text = "a,b\n\(long),x\nc,d\n"
    for size in [7, 1 << 20] {
      #expect(
        try read(text, size: size, recordLimit: 1000)
          == ["0 2 a|b", "4 too large", "\(4 + long.utf8.count + 3) 2 c|d"])
    }
    #expect(try read(text).count == 3)
    #expect(try read("a,b\n" + String(long.dropLast()), recordLimit: 1000).last == "4 open quote")
  }

  @Test("more fields than the first room are read, and more than the limit are counted")
  func manyFields() throws {
    let row = (0..<1000).map(String.init).joined(separator: ",")
    #expect(try read(row + "\nx\n") == ["0 1000 " + row.replacing(",", with: "|"), "3890 1 x"])
    #expect(try read(row, fieldLimit: 40)[0].hasSuffix("|39"))
  }

  @Test("no input, a mark alone and a part of a mark")
  func small() throws {
    #expect(try read("").isEmpty)
    #expect(try read("\u{FEFF}").isEmpty)
    #expect(try read("\n") == ["0 1 "])
    #expect(try read("a") == ["0 1 a"])
    #expect(try read("\"") == ["0 open quote"])
    #expect(try read("\"\"") == ["0 1 "])
  }
}
