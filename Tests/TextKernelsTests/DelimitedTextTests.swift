import Testing
import TextKernels

@Suite struct DelimitedTextTests {
  struct Scan: Equatable {
    var records: [[[UInt8]]] = []
    var endsInQuotes = false
  }

  /// All records of a text, with `first` bytes in the first call and the rest in the second.
  static func kernel(_ text: [UInt8], cut first: Int, level: Int32) -> Scan {
    var result = Scan()
    var text = text
    var fields = [delimited_field](repeating: delimited_field(), count: 64)
    var start = 0
    let comma = UInt8(ascii: ",")
    while true {
      var scan = delimited_scan()
      let status = text.withUnsafeMutableBufferPointer { text -> delimited_status in
        guard let base = text.baseAddress else { return DELIMITED_END }
        let record = base + start
        var status = DELIMITED_MORE
        if first > start {
          status = delimited_record(
            record, first - start, false, comma, &scan, &fields, fields.count, level)
        }
        if status == DELIMITED_MORE {
          status = delimited_record(
            record, text.count - start, true, comma, &scan, &fields, fields.count, level)
        }
        return status
      }
      if status == DELIMITED_END { return result }
      if status == DELIMITED_OPEN_QUOTE {
        result.endsInQuotes = true
        return result
      }
      result.records.append(
        (0..<scan.field_count).map { index in
          var bytes = Array(text[start + fields[index].start..<start + fields[index].end])
          if fields[index].marks & UInt32(DELIMITED_ESCAPED) != 0 {
            bytes.removeLast(bytes.count - delimited_unescape(&bytes, bytes.count))
          }
          return bytes
        })
      start += scan.position
    }
  }

  /// The same, byte by byte, as Python's csv does it.
  static func slowly(_ text: [UInt8]) -> Scan {
    enum State { case start, field, quoted, behindQuote, behindReturn }
    var result = Scan()
    var record: [[UInt8]] = []
    var field: [UInt8] = []
    var state = State.start
    func endField() {
      record.append(field)
      field = []
      state = .start
    }
    func endRecord() {
      endField()
      result.records.append(record)
      record = []
    }
    for byte in text {
      if state == .behindReturn {
        state = .start
        if byte == 10 { continue }
      }
      switch state {
      case .start where byte == 34: state = .quoted
      case .quoted where byte == 34: state = .behindQuote
      case .quoted: field.append(byte)
      case .behindQuote where byte == 34:
        field.append(byte)
        state = .quoted
      case _ where byte == 44: endField()
      case _ where byte == 10: endRecord()
      case _ where byte == 13:
        endRecord()
        state = .behindReturn
      default:
        field.append(byte)
        state = .field
      }
    }
    if state == .quoted {
      result.endsInQuotes = true
    } else if state != .behindReturn && !(state == .start && record.isEmpty) {
      endRecord()
    }
    return result
  }

  @Test("every level finds the fields that a slow twin finds, wherever the bytes are cut")
  func twins() {
    var state: UInt64 = 7
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces: [[UInt8]] = [
      [34], [34], [34, 34], [44], [44], [10], [13], [13, 10], [0x61], [0], [0xff],
      Array(repeating: 0x78, count: 70), Array(repeating: 0x79, count: 63),
    ]
    for _ in 0..<4000 {
      let text = (0..<random(14)).flatMap { _ in pieces[random(pieces.count)] }
      let expected = Self.slowly(text)
      for level: Int32 in 0...2 {
        let cut = random(text.count + 1)
        #expect(Self.kernel(text, cut: cut, level: level) == expected, "\(text) cut at \(cut)")
      }
    }
  }

  @Test("fields for which there is no room are counted")
  func room() {
    let text = Array(String(repeating: "a,", count: 100).utf8)
    var fields = [delimited_field](repeating: delimited_field(), count: 3)
    var scan = delimited_scan()
    let status = delimited_record(
      text, text.count, true, UInt8(ascii: ","), &scan, &fields, fields.count, -1)
    #expect(status == DELIMITED_RECORD)
    #expect(scan.field_count == 101)
  }
}
